import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { isInvitationCode } from '../pledges/invitations.service.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import { campaignPage } from './campaign.page.ts';
import { Pages } from './pages.service.ts';
import { NO_ATTEMPT } from './pledge-form.ts';

@Controller()
export class CampaignController {
  constructor(
    private readonly pages: Pages,
    private readonly facts: CampaignFactsService,
  ) {}

  @Get('/c/:slug')
  async campaign(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const page = this.pages.request(request);
    const facts = await this.facts.of(await this.pages.campaign(slug), page.language);
    const { via } = request.query;
    const attempt = isInvitationCode(via) ? { ...NO_ATTEMPT, via } : NO_ATTEMPT;
    await this.pages.publish(request, response, 'campaign', campaignPage(facts, page, attempt));
  }
}
