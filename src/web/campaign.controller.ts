import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { isInvitationCode } from '../pledges/invitations.service.ts';
import { Mailer } from '../platform/mailer.ts';
import { localUrl } from '../platform/views.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import { campaignPage, type CampaignView } from './campaign.page.ts';
import { Pages } from './pages.service.ts';
import { NO_ATTEMPT } from './pledge-form.ts';

@Controller()
export class CampaignController {
  constructor(
    private readonly pages: Pages,
    private readonly facts: CampaignFactsService,
    private readonly mailer: Mailer,
  ) {}

  @Get('/c/:slug')
  async campaign(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const page = this.pages.request(request);
    const facts = await this.facts.of(await this.pages.campaign(slug), page.language);
    const { via } = request.query;
    const attempt = isInvitationCode(via) ? { ...NO_ATTEMPT, via } : NO_ATTEMPT;
    const digestUrl = this.mailer.enabled && facts.campaign.state === 'live' ? localUrl(`/c/${slug}/digest`, page) : null;
    const model: CampaignView = { ...campaignPage(facts, page, attempt), digestUrl };
    await this.pages.publish(request, response, 'campaign', model);
  }
}
