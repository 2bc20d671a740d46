import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CampaignMail } from '../campaigns/campaign-mail.service.ts';
import { emailField } from '../campaigns/launch-fields.ts';
import { Mailer } from '../platform/mailer.ts';
import { localUrl } from '../platform/views.ts';
import { lostPage } from './account-lost.page.ts';
import { Pages } from './pages.service.ts';
import { field, seeOther } from './respond.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** `/account`: whoever lost a private link is sent it again, and nobody else learns whether there is one. */
@Controller('/account')
export class AccountLinksController {
  constructor(
    private readonly pages: Pages,
    private readonly mail: CampaignMail,
    private readonly mailer: Mailer,
    private readonly limits: VisitorLimits,
  ) {}

  @Get()
  show(@Req() request: Request, @Res() response: Response): void {
    this.answer(request, response, { sent: request.query['sent'] !== undefined });
  }

  @Post()
  async send(@Req() request: Request, @Res() response: Response): Promise<void> {
    const typed = field(request, 'email');
    const email = emailField.safeParse(typed);
    if (!email.success || email.data === null) {
      const error = typed.trim() === '' ? 'required' : 'bad-email';
      return this.answer(request, response, { email: { value: typed, error } }, 422);
    }
    await this.limits.take('askForLink', request);
    if (await this.limits.mayWriteTo(email.data)) await this.mail.sendLinks(email.data);
    seeOther(response, localUrl('/account', this.pages.request(request), { sent: 'yes' }));
  }

  private answer(
    request: Request,
    response: Response,
    facts: Pick<Parameters<typeof lostPage>[1], 'sent' | 'email'>,
    status = 200,
  ): void {
    const page = this.pages.request(request);
    const model = lostPage(page, { mailEnabled: this.mailer.enabled, cause: 'asked', ...facts });
    this.pages.answer(request, response, 'account/lost', model, status);
  }
}
