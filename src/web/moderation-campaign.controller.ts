import { Controller, Get, NotFoundException, Param, Post, Query, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CampaignReviewQuery } from '../moderation/campaign-review.query.ts';
import { Claims } from '../moderation/claims.service.ts';
import { Moderation, type CampaignDecision, type DecisionFailure } from '../moderation/moderation.service.ts';
import { localUrl } from '../platform/views.ts';
import { CAMPAIGN_FORM_FIELDS, readCampaignForm, type CampaignAttempt, type CampaignForm } from './moderation-campaign.form.ts';
import { campaignReviewPage } from './moderation-campaign.page.ts';
import { changedClaim, SubjectId } from './moderation-subject.ts';
import { field, seeOther } from './respond.ts';
import { StaffPages } from './staff-pages.service.ts';
import { SignInRedirect, StaffGuard } from './staff.guard.ts';
import { typedFields } from './typed-fields.ts';

type Outcome = { done?: boolean; failure?: DecisionFailure; attempt?: CampaignAttempt };

/** A campaign under review: looked at by GET, decided upon by POST to the same address. */
@Controller('/moderation/campaigns/:id')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
export class ModerationCampaignController {
  constructor(
    private readonly pages: StaffPages,
    private readonly reviews: CampaignReviewQuery,
    private readonly moderation: Moderation,
    private readonly claims: Claims,
  ) {}

  @Get()
  async show(
    @Param('id', SubjectId) id: string,
    @Query('done') done: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.answer(id, { done: done === '1' }, request, response, 200);
  }

  @Post()
  async decide(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { staff, page } = this.pages.ask(request);
    const here = `/moderation/campaigns/${id}`;
    if (await changedClaim(this.claims, request, id, staff)) return seeOther(response, localUrl(here, page));
    const form = formOf(request);
    const values = typedFields(request, CAMPAIGN_FORM_FIELDS[form]);
    const read = readCampaignForm(form, values);
    if (!read.ok) return this.answer(id, { attempt: { form, values, errors: read.error } }, request, response, 422);
    const shownAt = new Date(field(request, 'version'));
    const decided = await this.moderation.decideCampaign(staff, id, shownAt, read.value);
    if (decided.ok) return seeOther(response, localUrl(settles(read.value) ? '/moderation' : here, page, { done: '1' }));
    await this.answer(id, { failure: decided.error, attempt: { form, values, errors: {} } }, request, response, 409);
  }

  private async answer(id: string, outcome: Outcome, request: Request, response: Response, status: number): Promise<void> {
    const review = await this.reviews.review(id);
    if (review === null) throw new NotFoundException();
    const whole = { done: false, failure: null, attempt: null, ...outcome };
    const model = campaignReviewPage(review, whole, this.pages.ask(request));
    this.pages.answer(request, response, 'moderation/campaign', model, status);
  }
}

function formOf(request: Request): CampaignForm {
  const form = field(request, 'form');
  return form === 'edit' || form === 'reply' ? form : 'decide';
}

/** Whether the campaign leaves the queue: the moderator goes on to the next entry. */
function settles({ action }: CampaignDecision): boolean {
  return action === 'approve' || action === 'ask_changes' || action === 'reject';
}
