import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CampaignOwners } from '../campaigns/campaign-owners.service.ts';
import { emailField } from '../campaigns/launch-fields.ts';
import { Mailer } from '../platform/mailer.ts';
import { localUrl } from '../platform/views.ts';
import { lostPage } from './account-lost.page.ts';
import { invitationPage } from './invitation.page.ts';
import { Pages } from './pages.service.ts';
import { field, seeOther } from './respond.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** `/account/invitation/:invitation`: looking at an invitation changes nothing, accepting it uses it up. */
@Controller('/account/invitation/:invitation')
export class InvitationController {
  constructor(
    private readonly pages: Pages,
    private readonly owners: CampaignOwners,
    private readonly mailer: Mailer,
    private readonly limits: VisitorLimits,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.answer(request, response, null);
  }

  @Post()
  async accept(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.limits.take('invite', request);
    const typed = field(request, 'email');
    const email = emailField.safeParse(typed);
    if (!email.success) return this.answer(request, response, typed);
    const token = await this.owners.accept(String(request.params['invitation']), email.data);
    if (token === null) return this.spent(request, response);
    seeOther(response, localUrl(`/account/${token}`, this.pages.request(request), { said: 'welcome' }));
  }

  /** `badEmail`: what was typed, when it is no address. */
  private async answer(request: Request, response: Response, badEmail: string | null): Promise<void> {
    const token = String(request.params['invitation']);
    const invitation = await this.owners.invitation(token);
    if (invitation === null) return this.spent(request, response);
    const model = invitationPage(token, invitation.campaign, this.pages.request(request), { badEmail, mailEnabled: this.mailer.enabled });
    this.pages.answer(request, response, 'account/invitation', model, badEmail === null ? 200 : 422);
  }

  private spent(request: Request, response: Response): void {
    const model = lostPage(this.pages.request(request), { mailEnabled: this.mailer.enabled, cause: 'unknown-invitation' });
    this.pages.answer(request, response, 'account/lost', model, 404);
  }
}
