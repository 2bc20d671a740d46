import { Controller, Get, NotFoundException, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Result } from '../domain/result.ts';
import { Mailer } from '../platform/mailer.ts';
import { localUrl } from '../platform/views.ts';
import { OpenPledges } from '../pledges/open-pledges.service.ts';
import { TELL_WAYS } from '../pledges/tell-request.entity.ts';
import { TellByMail } from '../pledges/tell-by-mail.service.ts';
import { TellRequests, type TellFailure } from '../pledges/tell-requests.service.ts';
import { FEED_TYPES, feedDocument, openingFeed } from './feed.ts';
import type { MailCodeTrial } from './mail-code.ts';
import { mailboxOf } from './mailbox.ts';
import { Pages } from './pages.service.ts';
import { field, seeOther } from './respond.ts';
import { tellMePage } from './tell-me.page.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** `/p/:token/tell` and `/p/:token/feed.atom`: to be told once when the account of an `open` dare opens. */
@Controller('/p/:token')
export class TellMeController {
  constructor(
    private readonly pages: Pages,
    private readonly pledges: OpenPledges,
    private readonly requests: TellRequests,
    private readonly mails: TellByMail,
    private readonly mailer: Mailer,
    private readonly limits: VisitorLimits,
  ) {}

  @Get('/tell')
  async show(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.answer(token, null, request, response);
  }

  @Post('/tell/feed')
  async byFeed(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    this.goBack(await this.requests.askFeed(token, this.pages.request(request).language), token, request, response);
  }

  @Post('/tell/direct')
  async byDirect(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    this.goBack(await this.requests.askDirect(token, this.pages.request(request).language), token, request, response);
  }

  @Post('/tell/mail')
  async byMail(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    if (!this.mailer.enabled) throw new NotFoundException();
    const mailbox = await mailboxOf(request, this.limits, token);
    if (!mailbox.ok) return this.answer(token, { by: 'mail', ...mailbox.error.trial }, request, response, mailbox.error.status);
    const asked = await this.mails.ask(token, mailbox.value, this.pages.request(request).language);
    if (!asked.ok) return this.goBack(asked, token, request, response);
    await this.answer(token, { by: 'mail', sent: true }, request, response);
  }

  @Post('/tell/code')
  async byCode(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.limits.take('checkPledge', request);
    const code = field(request, 'code');
    const used = await this.mails.useCode(token, code);
    if (!used.ok && used.error.type === 'not-found') throw new NotFoundException();
    if (used.ok || used.error.type === 'too-late') return this.back(token, request, response);
    const left = used.error.type === 'wrong-code' ? used.error.left : 0;
    await this.answer(token, { by: 'code', code, failure: used.error.type, left }, request, response, 422);
  }

  @Post('/tell/:way/stop')
  async stop(@Param('token') token: string, @Param('way') asked: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const way = TELL_WAYS.find((known) => known === asked);
    if (way === undefined || !(await this.requests.stop(token, way)).ok) throw new NotFoundException();
    this.back(token, request, response);
  }

  /** For whoever asked for it; it tells of this one promise alone. */
  @Get('/feed.atom')
  async feed(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const pledge = await this.pledges.find(token);
    const wish = pledge && (await this.requests.of(pledge)).find(({ way }) => way === 'feed');
    if (pledge === null || !wish) throw new NotFoundException();
    const address = `${this.pages.request(request).publicUrl}/p/${token}`;
    response
      .set({ 'cache-control': 'no-store', 'referrer-policy': 'same-origin', 'x-robots-tag': 'noindex', 'content-language': wish.language })
      .type(FEED_TYPES.atom)
      .send(feedDocument(openingFeed(pledge.campaign, wish, address), 'atom'));
  }

  private goBack(asked: Result<null, TellFailure>, token: string, request: Request, response: Response): void {
    if (!asked.ok && asked.error.type === 'not-found') throw new NotFoundException();
    this.back(token, request, response);
  }

  private back(token: string, request: Request, response: Response): void {
    seeOther(response, localUrl(`/p/${token}/tell`, this.pages.request(request)));
  }

  private async answer(token: string, trial: MailCodeTrial | null, request: Request, response: Response, status = 200): Promise<void> {
    const pledge = await this.pledges.find(token);
    if (pledge === null) throw new NotFoundException();
    const page = { ...this.pages.request(request), path: `/p/${token}/tell` };
    const wishes = await this.requests.of(pledge);
    const facts = { token, pledge, wishes, mailEnabled: this.mailer.enabled, direct: this.requests.directOf(pledge), trial };
    const model = tellMePage(facts, page);
    this.pages.answer(request, response, 'tell-me', model, status, page.path);
  }
}
