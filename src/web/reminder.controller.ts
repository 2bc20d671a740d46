import { Controller, Get, NotFoundException, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { EmailCodes } from '../identity/email-codes.service.ts';
import { Reminders } from '../identity/reminders.service.ts';
import { Mailer } from '../platform/mailer.ts';
import { newToken } from '../platform/secrets.ts';
import { localUrl } from '../platform/views.ts';
import { helpNewPage } from './help-new.page.ts';
import { plainPage } from './mail-link.page.ts';
import type { CodeTrial } from './mail-code.ts';
import { mailboxOf, type RefusedMailbox } from './mailbox.ts';
import { Pages } from './pages.service.ts';
import { reminderPage } from './reminder.page.ts';
import { field, seeOther } from './respond.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** `/help/new/reminder`: one mail to come back by, for whoever confirms that they want it. */
@Controller('/help/new/reminder')
export class ReminderController {
  constructor(
    private readonly pages: Pages,
    private readonly codes: EmailCodes,
    private readonly reminders: Reminders,
    private readonly mailer: Mailer,
    private readonly limits: VisitorLimits,
  ) {}

  /** The same answer for every address. */
  @Post()
  async ask(@Req() request: Request, @Res() response: Response): Promise<void> {
    if (!this.mailer.enabled) throw new NotFoundException();
    const page = this.pages.request(request);
    const mailbox = await mailboxOf(request, this.limits);
    if (!mailbox.ok) return this.again(mailbox.error, request, response);
    const asker = newToken();
    await this.codes.start({ purpose: 'reminder', asker, address: mailbox.value, about: '', language: page.language });
    seeOther(response, localUrl(`/help/new/reminder/${asker}`, page));
  }

  @Get('/:asker')
  show(@Param('asker') asker: string, @Req() request: Request, @Res() response: Response): void {
    this.answer(asker, null, request, response);
  }

  @Post('/:asker')
  async confirm(@Param('asker') asker: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.limits.take('checkPledge', request);
    const code = field(request, 'code');
    const used = await this.codes.useCode('reminder', asker, code);
    if (!used.ok) {
      const left = used.error.type === 'wrong-code' ? used.error.left : 0;
      return this.answer(asker, { code, failure: used.error.type, left }, request, response);
    }
    await this.reminders.plan(used.value.address, used.value.language);
    const page = { ...this.pages.request(request), path: '/help/new' };
    this.pages.answer(request, response, 'plain', plainPage('doneReminder', page), 200, page.path);
  }

  private again({ trial, status }: RefusedMailbox, request: Request, response: Response): void {
    const page = { ...this.pages.request(request), path: '/help/new' };
    const model = helpNewPage(page, { mailEnabled: true, trial });
    this.pages.answer(request, response, 'help-new', model, status, page.path);
  }

  private answer(asker: string, trial: CodeTrial | null, request: Request, response: Response): void {
    const page = { ...this.pages.request(request), path: `/help/new/reminder/${asker}` };
    this.pages.answer(request, response, 'reminder', reminderPage(asker, trial, page), trial === null ? 200 : 422, page.path);
  }
}
