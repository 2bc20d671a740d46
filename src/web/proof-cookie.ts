import type { CookieOptions, Response } from 'express';
import { SIGN_IN_LIFE } from '../identity/server-sign-ins.service.ts';

/**
 * Binds somebody's way to their server and back to one browser, so that nobody can make another person finish what they
 * began (docs/adr/0015). It goes to the address for coming back alone, for ten minutes, once.
 */
export class ProofCookie {
  readonly name: string;
  private readonly options: CookieOptions;

  constructor(publicUrl: string) {
    const secure = publicUrl.startsWith('https:');
    this.name = secure ? '__Secure-proof' : 'proof';
    this.options = { path: '/proof', httpOnly: true, sameSite: 'lax', secure };
  }

  give(response: Response, browserKey: string): void {
    response.cookie(this.name, browserKey, { ...this.options, maxAge: SIGN_IN_LIFE });
  }

  take(response: Response): void {
    response.clearCookie(this.name, this.options);
  }
}
