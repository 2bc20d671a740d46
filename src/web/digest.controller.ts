import { Controller, Get, NotFoundException, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { EmailCodes } from '../identity/email-codes.service.ts';
import { Mailer } from '../platform/mailer.ts';
import { localUrl } from '../platform/views.ts';
import { Digests } from '../posts/digests.service.ts';
import { digestPage, type DigestStep } from './digest.page.ts';
import { plainPage } from './mail-link.page.ts';
import { mailboxOf } from './mailbox.ts';
import { Pages } from './pages.service.ts';
import { field, seeOther } from './respond.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** `/c/:slug/digest`: a campaign's news once a week, for whoever confirms that they want it. Its way out is way-out.controller.ts. */
@Controller()
export class DigestController {
  constructor(
    private readonly pages: Pages,
    private readonly codes: EmailCodes,
    private readonly digests: Digests,
    private readonly mailer: Mailer,
    private readonly limits: VisitorLimits,
  ) {}

  @Get('/c/:slug/digest')
  async show(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.answer(slug, { by: 'address', trial: null }, 200, request, response);
  }

  /** The same answer for every address. */
  @Post('/c/:slug/digest')
  async ask(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const campaign = await this.pages.campaign(slug);
    if (!this.mailer.enabled || campaign.state !== 'live') throw new NotFoundException();
    const mailbox = await mailboxOf(request, this.limits);
    if (!mailbox.ok) return this.answer(slug, { by: 'address', trial: mailbox.error.trial }, mailbox.error.status, request, response);
    const page = this.pages.request(request);
    const asker = this.digests.askerFor(campaign);
    await this.codes.start({ purpose: 'digest', asker, address: mailbox.value, about: campaign.title, language: page.language });
    seeOther(response, localUrl(`/c/${slug}/digest/${asker}`, page));
  }

  @Get('/c/:slug/digest/:asker')
  async code(@Param('slug') slug: string, @Param('asker') asker: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.answer(slug, { by: 'code', asker, trial: null }, 200, request, response);
  }

  @Post('/c/:slug/digest/:asker')
  async confirm(@Param('slug') slug: string, @Param('asker') asker: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.limits.take('checkPledge', request);
    const code = field(request, 'code');
    const used = await this.codes.useCode('digest', asker, code);
    if (!used.ok) {
      const left = used.error.type === 'wrong-code' ? used.error.left : 0;
      return this.answer(slug, { by: 'code', asker, trial: { code, failure: used.error.type, left } }, 422, request, response);
    }
    const confirmed = await this.digests.confirm(used.value);
    const page = { ...this.pages.request(request), path: `/c/${slug}` };
    this.pages.answer(request, response, 'plain', plainPage(confirmed ? 'doneDigest' : 'gone', page), confirmed ? 200 : 410, page.path);
  }

  private async answer(slug: string, step: DigestStep, status: number, request: Request, response: Response): Promise<void> {
    const campaign = await this.pages.campaign(slug);
    if (!this.mailer.enabled || campaign.state !== 'live') throw new NotFoundException();
    this.pages.answer(request, response, 'digest', digestPage(campaign, step, this.pages.request(request)), status, `/c/${slug}/digest`);
  }
}
