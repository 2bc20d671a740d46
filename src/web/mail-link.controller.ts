import { Controller, Get, NotFoundException, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { EmailCodes, type ProvenAddress } from '../identity/email-codes.service.ts';
import { Reminders } from '../identity/reminders.service.ts';
import { MailProofs } from '../pledges/mail-proofs.service.ts';
import { Digests } from '../posts/digests.service.ts';
import { isProfileCode } from '../pledges/profile-proofs.service.ts';
import { TellByMail, type TellByMailFailure } from '../pledges/tell-by-mail.service.ts';
import { mailLinkPage, plainPage, type MailLinkOutcome } from './mail-link.page.ts';
import { Pages } from './pages.service.ts';

const CONFIRM_OUTCOMES: Readonly<Record<TellByMailFailure['type'], MailLinkOutcome>> = {
  'another-pledge': 'anotherPledge',
  'too-late': 'tooLate',
  'not-found': 'gone',
};

/** `/mail/:link`: behind the link of a mail with a code, to confirm or to be forgotten. `/me/:code`: a link in a profile. */
@Controller()
export class MailLinkController {
  constructor(
    private readonly pages: Pages,
    private readonly codes: EmailCodes,
    private readonly mails: MailProofs,
    private readonly tell: TellByMail,
    private readonly reminders: Reminders,
    private readonly digests: Digests,
  ) {}

  /** Looking changes nothing: mail servers open links to look for harm. */
  @Get('/mail/:link')
  async show(@Param('link') link: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const found = await this.codes.find(link);
    if (found === null) return this.told('gone', 410, request, response);
    const page = this.pages.request(request);
    this.pages.answer(request, response, 'mail-link', mailLinkPage(link, found, page));
  }

  @Post('/mail/:link')
  async confirm(@Param('link') link: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const proven = await this.codes.useLink(link);
    if (!proven.ok) return this.told('gone', 410, request, response);
    const outcome = await this.act(proven.value);
    this.told(outcome, outcome === 'gone' ? 410 : 200, request, response);
  }

  @Post('/mail/:link/forget')
  async forget(@Param('link') link: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.codes.forget(link);
    this.told('forgotten', 200, request, response);
  }

  /** The same for every code, whether anybody has it: it proves something to this site and tells nothing to others. */
  @Get('/me/:code')
  async me(@Param('code') code: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    if (!isProfileCode(code)) throw new NotFoundException();
    await this.pages.publish(request, response, 'plain', plainPage('me', this.pages.request(request)));
  }

  private async act(proven: ProvenAddress): Promise<MailLinkOutcome> {
    if (proven.purpose === 'reminder') {
      await this.reminders.plan(proven.address, proven.language);
      return 'doneReminder';
    }
    if (proven.purpose === 'digest') return (await this.digests.confirm(proven)) ? 'doneDigest' : 'gone';
    const opening = proven.purpose === 'opening';
    const confirmed = await (opening ? this.tell.confirm(proven) : this.mails.confirm(proven));
    if (confirmed.ok) return opening ? 'doneOpening' : 'donePledge';
    return CONFIRM_OUTCOMES[confirmed.error.type];
  }

  /** Language links must not lead to the address of a form, nor to a link that has done its work. */
  private told(outcome: MailLinkOutcome, status: number, request: Request, response: Response): void {
    const page = { ...this.pages.request(request), path: '/' };
    this.pages.answer(request, response, 'plain', plainPage(outcome, page), status, page.path);
  }
}
