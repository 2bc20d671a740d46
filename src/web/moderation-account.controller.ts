import { Controller, Get, NotFoundException, Param, Post, Query, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { AccountFinder, type FoundAccount } from '../institutions/account-finder.service.ts';
import { AccountDecisions, type AccountDecision } from '../moderation/account-decisions.service.ts';
import { CampaignReviewQuery } from '../moderation/campaign-review.query.ts';
import { localUrl } from '../platform/views.ts';
import { PledgesQuery } from '../pledges/pledges.query.ts';
import { ACCOUNT_FORM_FIELDS, accountKey, openingPage, readOpeningDecision, type OpeningOutcome } from './moderation-account.page.ts';
import { readNote } from './moderation-notes.ts';
import { SubjectId } from './moderation-subject.ts';
import { field, seeOther } from './respond.ts';
import { StaffPages } from './staff-pages.service.ts';
import { SignInRedirect, StaffGuard } from './staff.guard.ts';
import { lookupProblem } from './start.form.ts';
import { typedFields } from './typed-fields.ts';

type Values = Readonly<Record<string, string>>;

/** `/moderation/campaigns/:id/account`: the account of an `open` dare, looked up, recorded, put right; and those who are told of it. */
@Controller('/moderation/campaigns/:id/account')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
export class ModerationAccountController {
  constructor(
    private readonly pages: StaffPages,
    private readonly reviews: CampaignReviewQuery,
    private readonly finder: AccountFinder,
    private readonly decisions: AccountDecisions,
    private readonly pledges: PledgesQuery,
  ) {}

  @Get()
  async show(@Param('id', SubjectId) id: string, @Query('done') done: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.answer(await this.campaign(id), { done: done === '1' }, request, response, 200);
  }

  @Post()
  async act(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const campaign = await this.campaign(id);
    const values = typedFields(request, ACCOUNT_FORM_FIELDS);
    if (field(request, 'form') === 'decide') return this.decide(campaign, values, request, response);
    const found = await this.finder.find('fediverse', values['handle'] ?? '', campaign.institution.website);
    if (!found.ok) {
      const { key, values: words } = lookupProblem('fediverse', values['handle'] ?? '', found.error);
      const handle = this.pages.ask(request).text.t(`start.${key}`, words);
      return this.answer(campaign, { values, errors: { handle } }, request, response, 422);
    }
    if (field(request, 'form') === 'record') return this.record(campaign, found.value, values, request, response);
    await this.answer(campaign, { values, found: found.value }, request, response, 200);
  }

  /** What is recorded is what was looked at: the account is asked for again, and must be the same. */
  private async record(campaign: Campaign, found: FoundAccount, values: Values, request: Request, response: Response): Promise<void> {
    const { t } = this.pages.ask(request).text;
    if (values['account'] !== accountKey(found)) return this.answer(campaign, { values, found, failure: { type: 'changed-since-shown' } }, request, response, 409);
    const reason = readNote(values['reason'] ?? '');
    if (!reason.ok) return this.answer(campaign, { values, found, errors: { reason: t(`moderation.error.${reason.error}`) } }, request, response, 422);
    await this.take(campaign, { action: 'record_account', found, reason: reason.value }, { values, found }, request, response);
  }

  private async decide(campaign: Campaign, values: Values, request: Request, response: Response): Promise<void> {
    const read = readOpeningDecision(values);
    if (read.ok) return this.take(campaign, read.value, { values }, request, response);
    const { t } = this.pages.ask(request).text;
    const errors = Object.fromEntries(Object.entries(read.error).map(([name, key]) => [name, t(`moderation.error.${key}`)]));
    await this.answer(campaign, { values, errors }, request, response, 422);
  }

  private async take(campaign: Campaign, decision: AccountDecision, outcome: OpeningOutcome, request: Request, response: Response): Promise<void> {
    const { staff, page } = this.pages.ask(request);
    const decided = await this.decisions.decide(staff, campaign.id, new Date(field(request, 'version')), decision);
    if (decided.ok) return seeOther(response, localUrl(`/moderation/campaigns/${campaign.id}/account`, page, { done: '1' }));
    await this.answer(await this.campaign(campaign.id), { ...outcome, failure: decided.error }, request, response, 409);
  }

  private async campaign(id: string): Promise<Campaign> {
    const review = await this.reviews.review(id);
    if (review?.campaign.dareKind !== 'open') throw new NotFoundException();
    return review.campaign;
  }

  private async answer(campaign: Campaign, outcome: OpeningOutcome, request: Request, response: Response, status: number): Promise<void> {
    const progress = await this.pledges.wave(campaign.id);
    const model = openingPage({ campaign, progress }, outcome, this.pages.ask(request));
    this.pages.answer(request, response, 'moderation/account', model, status);
  }
}
