import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CampaignFactsService } from './campaign-facts.service.ts';
import type { CampaignFacts } from './campaign-facts.ts';
import { Pages } from './pages.service.ts';
import { posterPage } from './poster.page.ts';
import { pressPage } from './press.page.ts';

/** `/c/:slug/press`, what those who write about a campaign need, and `/c/:slug/poster`, a sheet of A4 to print. */
@Controller('/c/:slug')
export class PressController {
  constructor(
    private readonly pages: Pages,
    private readonly campaignFacts: CampaignFactsService,
  ) {}

  @Get('press')
  async press(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const facts = await this.facts(slug, request);
    await this.pages.publish(request, response, 'press', pressPage(facts, this.pages.request(request)));
  }

  @Get('poster')
  async poster(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const facts = await this.facts(slug, request);
    await this.pages.publish(request, response, 'poster', posterPage(facts, this.pages.request(request)));
  }

  private async facts(slug: string, request: Request): Promise<CampaignFacts> {
    return this.campaignFacts.of(await this.pages.campaign(slug), this.pages.request(request).language);
  }
}
