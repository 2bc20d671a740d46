import { Controller, Get, NotFoundException, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { ProfileProofFailure } from '../networks/profile-proof.ts';
import { Mailer } from '../platform/mailer.ts';
import { localUrl } from '../platform/views.ts';
import { MailProofs } from '../pledges/mail-proofs.service.ts';
import { OpenPledges } from '../pledges/open-pledges.service.ts';
import type { ConfirmFailure } from '../pledges/pledge-proofs.service.ts';
import { profileCode, ProfileProofs } from '../pledges/profile-proofs.service.ts';
import { shownHandle } from './campaign-words.ts';
import { otherProofsPage, type ProofTrial } from './other-proofs.page.ts';
import { mailboxOf } from './mailbox.ts';
import { Pages } from './pages.service.ts';
import { field, seeOther } from './respond.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** `/p/:token/prove`: proof by a code or a link in one's profile, or by a code in a mail. */
@Controller('/p/:token/prove')
export class OtherProofsController {
  constructor(
    private readonly pages: Pages,
    private readonly pledges: OpenPledges,
    private readonly profiles: ProfileProofs,
    private readonly mails: MailProofs,
    private readonly mailer: Mailer,
    private readonly limits: VisitorLimits,
  ) {}

  @Get()
  async show(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.answer(token, null, request, response);
  }

  /** The limits are those of the visitor and of the page: nobody has another server asked over and over. */
  @Post('/profile')
  async byProfile(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.limits.take('checkPledge', request);
    await this.limits.takeFor('readProfile', token);
    const checked = await this.profiles.check(token);
    if (checked.ok) return seeOther(response, localUrl(`/p/${token}/prove`, this.pages.request(request)));
    await this.answer(token, { by: 'profile', failure: profileWords(checked.error) }, request, response, 422);
  }

  @Post('/mail')
  async byMail(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    if (!this.mailer.enabled) throw new NotFoundException();
    const mailbox = await mailboxOf(request, this.limits, token);
    if (!mailbox.ok) return this.answer(token, { by: 'mail', ...mailbox.error.trial }, request, response, mailbox.error.status);
    const asked = await this.mails.ask(token, mailbox.value, this.pages.request(request).language);
    if (!asked.ok) throw new NotFoundException();
    await this.answer(token, { by: 'mail', sent: true }, request, response);
  }

  @Post('/code')
  async byCode(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.limits.take('checkPledge', request);
    const code = field(request, 'code');
    const used = await this.mails.useCode(token, code);
    if (used.ok) return seeOther(response, localUrl(`/p/${token}/prove`, this.pages.request(request)));
    if (used.error.type === 'not-found') throw new NotFoundException();
    const left = used.error.type === 'wrong-code' ? used.error.left : 0;
    await this.answer(token, { by: 'code', code, failure: used.error.type, left }, request, response, 422);
  }

  private async answer(token: string, trial: ProofTrial | null, request: Request, response: Response, status = 200): Promise<void> {
    const pledge = await this.pledges.find(token);
    if (pledge === null) throw new NotFoundException();
    const page = { ...this.pages.request(request), path: `/p/${token}/prove` };
    const facts = {
      token,
      campaign: pledge.campaign,
      handle: shownHandle(pledge),
      host: pledge.host,
      code: profileCode(token),
      mailEnabled: this.mailer.enabled,
      proven: pledge.proof !== null,
      trial,
    };
    this.pages.answer(request, response, 'other-proofs', otherProofsPage(facts, page), status, page.path);
  }
}

/** The words for what a profile was found to be; what only operators could tell apart is told in one way. */
function profileWords(failure: ProfileProofFailure | ConfirmFailure): string {
  switch (failure.type) {
    case 'not-found':
      throw new NotFoundException();
    case 'no-code':
    case 'gone':
    case 'deleted':
    case 'suspended':
    case 'moved':
    case 'not-both-ways':
    case 'refused':
    case 'own-handle':
    case 'another-person':
      return failure.type;
    case 'unreachable':
    case 'rate-limited':
      return 'unreachable';
    default:
      return 'unreadable';
  }
}
