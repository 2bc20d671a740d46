import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Drafts } from '../campaigns/drafts.service.ts';
import { AMENDABLE_STATES, isPublic } from '../domain/campaign-lifecycle.ts';
import { localUrl } from '../platform/views.ts';
import { amendedFields, amendedFound } from './account-amend.form.ts';
import { AccountDesk } from './account-desk.service.ts';
import { AccountNumbersService } from './account-numbers.service.ts';
import { accountPreview } from './account-preview.page.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import { Pages } from './pages.service.ts';
import { seeOther } from './respond.ts';

/** Looking at a campaign that is not public yet, and putting it right. */
@Controller('/account/:token')
export class AccountAmendController {
  constructor(
    private readonly pages: Pages,
    private readonly desk: AccountDesk,
    private readonly numbers: AccountNumbersService,
    private readonly facts: CampaignFactsService,
    private readonly drafts: Drafts,
  ) {}

  @Get('/preview')
  async preview(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return;
    const { campaign } = visit.owner;
    if (isPublic(campaign)) return seeOther(response, localUrl(`/c/${campaign.slug}`, visit.page));
    const facts = await this.facts.of(campaign, visit.page.language, 'preview');
    this.pages.answer(request, response, 'account/preview', accountPreview(visit, facts));
  }

  /** Opens a draft with all that the campaign says, to go through the same steps again. */
  @Post('/amend')
  async amend(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return;
    const { campaign } = visit.owner;
    if (!AMENDABLE_STATES.includes(campaign.state)) return seeOther(response, visit.url('', { said: 'too-late' }));
    const { latest } = await this.numbers.of(campaign);
    const fields = amendedFields(campaign);
    const token = await this.drafts.start(fields, campaign);
    const draft = await this.drafts.find(token);
    if (draft === null) throw new Error('The draft that was just made is missing.');
    await this.drafts.save(draft, {}, amendedFound(campaign, fields, latest));
    seeOther(response, visit.url(`amend/${token}/institution`));
  }
}
