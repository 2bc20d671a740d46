import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { Request, RequestHandler, Response } from 'express';
import passport from 'passport';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Config } from '../platform/config.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { translator } from '../platform/text.ts';
import { pageHead } from '../platform/views.ts';
import { BotSignIn, type BotWayBack, type RefusedBot } from '../posts/bot-sign-in.service.ts';
import type { PlainView } from './mail-link.page.ts';
import { Pages } from './pages.service.ts';
import { BOT_COOKIE_PATH, ProofCookie } from './proof-cookie.ts';
import { seeOther } from './respond.ts';
import { serverStrategy } from './server-strategy.ts';

/** `/bots/:server`: back from the server of the account that a campaigner lends their campaign. */
@Controller()
export class BotReturnController {
  private readonly cookie: ProofCookie;
  private readonly people = new passport.Passport();

  constructor(
    private readonly pages: Pages,
    signIn: BotSignIn,
    @Inject(CONFIG) config: Config,
  ) {
    this.cookie = new ProofCookie(config.publicUrl, BOT_COOKIE_PATH);
    this.people.use(serverStrategy(this.cookie.name, (returned) => signIn.finish(returned)));
  }

  /** Each server has an address of its own to send people back to. */
  @Get('/bots/:server')
  async comeBack(@Req() request: Request, @Res() response: Response): Promise<void> {
    const finished = await this.authenticate(request, response);
    const back = finished.ok ? finished.value : finished.error.back;
    if (back !== null) {
      this.cookie.take(response);
      const said = finished.ok ? 'connected' : finished.error.refusal.type === 'no-code' ? 'no-code' : 'refused';
      return seeOther(response, pathOf(back, said));
    }
    const page = { ...this.pages.request(request), path: '/' };
    const { t } = translator(page.language);
    const title = t('bot.lost');
    const model: PlainView = { head: pageHead({ title }), title, text: t('bot.lost.text') };
    this.pages.answer(request, response, 'plain', model, 400, page.path);
  }

  private authenticate(request: Request, response: Response): Promise<Result<BotWayBack, RefusedBot>> {
    return new Promise((settled, reject) => {
      const decide: passport.AuthenticateCallback = (error: Error | null, back, refused) => {
        if (error) reject(error);
        else settled(back ? ok(back as BotWayBack) : fail(refused as unknown as RefusedBot));
      };
      const handler = this.people.authenticate('server', { session: false }, decide) as RequestHandler;
      void handler(request, response, reject);
    });
  }
}

/** The private page, in the language in which it was left. */
function pathOf({ token, language }: BotWayBack, said: 'connected' | 'refused' | 'no-code'): string {
  const query = new URLSearchParams({ ...(language !== null && { lang: language }), said });
  return `/account/${token}/bot?${String(query)}`;
}
