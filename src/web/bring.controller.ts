import { Controller, Get, NotFoundException, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { localUrl } from '../platform/views.ts';
import { Invitations } from '../pledges/invitations.service.ts';
import { OpenPledges } from '../pledges/open-pledges.service.ts';
import { bringPage } from './bring.page.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import { Pages } from './pages.service.ts';
import { seeOther } from './respond.ts';

/** `/p/:token/bring`: a supporter's own link and badge. */
@Controller('/p/:token/bring')
export class BringController {
  constructor(
    private readonly pages: Pages,
    private readonly pledges: OpenPledges,
    private readonly invitations: Invitations,
    private readonly facts: CampaignFactsService,
  ) {}

  @Get()
  async show(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const pledge = await this.pledges.find(token);
    if (pledge === null) throw new NotFoundException();
    const page = this.pages.request(request);
    const { shareText } = await this.facts.inShort(pledge.campaign, page.language);
    const invitation = await this.invitations.of(token, pledge);
    const model = bringPage({ token, campaign: pledge.campaign, invitation, shareText }, page);
    this.pages.answer(request, response, 'bring', model);
  }

  /** Nothing is kept for a link before somebody wants one. */
  @Post()
  async make(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    if ((await this.pledges.find(token)) === null) throw new NotFoundException();
    await this.invitations.open(token);
    seeOther(response, localUrl(`/p/${token}/bring`, this.pages.request(request)));
  }
}
