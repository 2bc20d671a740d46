import type { CookieOptions, Response } from 'express';
import { SIGN_IN_LIFE } from '../identity/server-sign-ins.service.ts';

export const PROOF_COOKIE_PATH = '/proof';
export const BOT_COOKIE_PATH = '/bots';

/**
 * Binds somebody's way to their server and back to one browser, so that nobody can make another person finish what they
 * began (docs/adr/0015). It goes to the address for coming back alone, for ten minutes, once.
 */
export class ProofCookie {
  readonly name: string;
  private readonly options: CookieOptions;

  /** `path`: of the addresses for coming back. */
  constructor(publicUrl: string, path: typeof PROOF_COOKIE_PATH | typeof BOT_COOKIE_PATH) {
    const secure = publicUrl.startsWith('https:');
    const name = path.slice(1);
    this.name = secure ? `__Secure-${name}` : name;
    this.options = { path, httpOnly: true, sameSite: 'lax', secure };
  }

  give(response: Response, browserKey: string): void {
    response.cookie(this.name, browserKey, { ...this.options, maxAge: SIGN_IN_LIFE });
  }

  take(response: Response): void {
    response.clearCookie(this.name, this.options);
  }
}
