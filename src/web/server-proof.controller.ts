import { Controller, Get, Inject, NotFoundException, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, RequestHandler, Response } from 'express';
import passport from 'passport';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Config } from '../platform/config.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { PledgeSignIn, type ProvenPledge, type RefusedProof, type StartFailure, type WayBack } from '../pledges/pledge-sign-in.service.ts';
import { OutgoingLinks } from './outgoing-links.service.ts';
import { Pages } from './pages.service.ts';
import { PROOF_COOKIE_PATH, ProofCookie } from './proof-cookie.ts';
import type { ProofNotice } from './proof-notice.ts';
import { field, seeOther } from './respond.ts';
import { proofRefusedPage, statusOfRefusal } from './server-proof.page.ts';
import { serverStrategy } from './server-strategy.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** `/p/:token/sign-in` and `/proof/:server`: to the supporter's own server and back. */
@Controller()
export class ServerProofController {
  private readonly cookie: ProofCookie;
  private readonly people = new passport.Passport();

  constructor(
    private readonly pages: Pages,
    private readonly signIn: PledgeSignIn,
    private readonly limits: VisitorLimits,
    private readonly outgoing: OutgoingLinks,
    @Inject(CONFIG) config: Config,
  ) {
    this.cookie = new ProofCookie(config.publicUrl, PROOF_COOKIE_PATH);
    this.people.use(serverStrategy(this.cookie.name, (returned) => signIn.finish(returned)));
  }

  @Post('/p/:token/sign-in')
  async start(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.limits.take('proveOnServer', request);
    const page = this.pages.request(request);
    const back = { token, language: page.explicitLanguage ? page.language : null, move: field(request, 'move') === 'yes' };
    const started = await this.signIn.start(back, field(request, 'wish') === 'follow' ? 'follow' : 'prove');
    if (!started.ok) return seeOther(response, pathOf(back, noticeOf(started.error)));
    this.cookie.give(response, started.value.browserKey);
    seeOther(response, this.outgoing.open(started.value.url));
  }

  /** Each server has an address of its own to send people back to. */
  @Get('/proof/:server')
  async comeBack(@Req() request: Request, @Res() response: Response): Promise<void> {
    const finished = await this.authenticate(request, response);
    if (finished.ok) {
      this.cookie.take(response);
      return seeOther(response, pathOf(finished.value, finished.value.follow ?? 'proven'));
    }
    const { refusal, back } = finished.error;
    if (back !== null) this.cookie.take(response);
    const asked = this.pages.request(request);
    // Language links must not lead back here, where there is nothing to be had twice.
    const model = proofRefusedPage(refusal, back, asked);
    this.pages.answer(request, response, 'proof-refused', model, statusOfRefusal(refusal), back === null ? '/' : `/p/${back.token}`);
  }

  private authenticate(request: Request, response: Response): Promise<Result<ProvenPledge, RefusedProof>> {
    return new Promise((settled, reject) => {
      const decide: passport.AuthenticateCallback = (error: Error | null, proven, refused) => {
        if (error) reject(error);
        else settled(proven ? ok(proven as ProvenPledge) : fail(refused as unknown as RefusedProof));
      };
      const handler = this.people.authenticate('server', { session: false }, decide) as RequestHandler;
      void handler(request, response, reject);
    });
  }
}

/** The private page, in the language in which it was left. */
function pathOf({ token, language }: WayBack, notice: ProofNotice): string {
  const query = new URLSearchParams({ ...(language !== null && { lang: language }), proof: notice });
  return `/p/${token}?${String(query)}#prove`;
}

function noticeOf(failure: StartFailure): ProofNotice {
  switch (failure.type) {
    case 'not-found':
      throw new NotFoundException();
    case 'no-sign-in':
      return 'no-sign-in';
    default:
      return 'server-down';
  }
}
