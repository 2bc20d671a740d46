import { Controller, Get, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
import { Clock } from '../platform/clock.ts';
import { PledgesQuery } from '../pledges/pledges.query.ts';
import { homePage } from './home.page.ts';
import { Pages } from './pages.service.ts';
import { Tiles } from './tiles.service.ts';

@Controller()
export class HomeController {
  constructor(
    private readonly pages: Pages,
    private readonly campaigns: CampaignsQuery,
    private readonly tiles: Tiles,
    private readonly pledges: PledgesQuery,
    private readonly clock: Clock,
  ) {}

  @Get('/')
  async home(@Req() request: Request, @Res() response: Response): Promise<void> {
    const [closest, newest, won, totals, pledges] = await Promise.all([
      this.campaigns.closest().then((campaigns) => this.tiles.of(campaigns)),
      this.campaigns.newest().then((campaigns) => this.tiles.of(campaigns)),
      this.campaigns.won().then((campaigns) => this.tiles.of(campaigns)),
      this.campaigns.totals(),
      this.pledges.grandTotal(),
    ]);
    const facts = { closest, newest, won, totals: { ...totals, pledges }, now: this.clock.now() };
    await this.pages.publish(request, response, 'home', homePage(facts, this.pages.request(request)));
  }
}
