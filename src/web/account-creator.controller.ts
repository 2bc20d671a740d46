import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CampaignCreators, creatorCode } from '../campaigns/campaign-creators.service.ts';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
import { parseFediverseHandle } from '../domain/handle.ts';
import { AccountDesk, type AccountVisit } from './account-desk.service.ts';
import { creatorPage, type CreatorAttempt } from './account-creator.page.ts';
import { Pages } from './pages.service.ts';
import { seeOther } from './respond.ts';
import { typedFields } from './typed-fields.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** `/account/:token/creator`: whom links to the campaign credit, which that account's own profile must allow. */
@Controller('/account/:token/creator')
export class AccountCreatorController {
  constructor(
    private readonly pages: Pages,
    private readonly desk: AccountDesk,
    private readonly creators: CampaignCreators,
    private readonly campaigns: CampaignsQuery,
    private readonly limits: VisitorLimits,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit !== null) await this.answer(visit, null, request, response);
  }

  @Post()
  async credit(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return;
    await this.limits.take('lookUp', request);
    const { handle = '' } = typedFields(request, ['handle']);
    const parsed = parseFediverseHandle(handle);
    const credited = parsed.ok ? await this.creators.credit(visit.owner.campaign.id, parsed.value, creatorCode(visit.token)) : parsed;
    if (credited.ok) return seeOther(response, visit.url('creator'));
    await this.answer(visit, { handle, failure: credited.error }, request, response);
  }

  @Post('/forget')
  async forget(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return;
    await this.creators.forget(visit.owner.campaign.id);
    seeOther(response, visit.url('creator'));
  }

  private async answer(visit: AccountVisit, attempt: CreatorAttempt | null, request: Request, response: Response): Promise<void> {
    const creator = await this.campaigns.creator(visit.owner.campaign.id, visit.now);
    const view = creatorPage(visit, { creator, site: this.creators.site }, attempt);
    this.pages.answer(request, response, 'account/creator', view, attempt === null ? 200 : 422, `/account/${visit.token}/creator`);
  }
}
