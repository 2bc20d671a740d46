import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CampaignOwners } from '../campaigns/campaign-owners.service.ts';
import { AccountDesk } from './account-desk.service.ts';
import { invitePage } from './account-invite.page.ts';
import { Pages } from './pages.service.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** `/account/:token/invite`: a link for one more person to hold the campaign with, shown once. */
@Controller('/account/:token/invite')
export class AccountInviteController {
  constructor(
    private readonly pages: Pages,
    private readonly desk: AccountDesk,
    private readonly owners: CampaignOwners,
    private readonly limits: VisitorLimits,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit !== null) this.pages.answer(request, response, 'account/invite', invitePage(visit, null));
  }

  @Post()
  async invite(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return;
    await this.limits.take('invite', request);
    const token = await this.owners.invite(visit.owner.campaign, visit.owner.language);
    this.pages.answer(request, response, 'account/invite', invitePage(visit, token));
  }
}
