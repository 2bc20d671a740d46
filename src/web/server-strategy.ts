import type { Request } from 'express';
import type passport from 'passport';
import type { Result } from '../domain/result.ts';
import type { SignInReturn } from '../identity/server-returns.service.ts';

/** Longer ones are nobody's code or state. */
const LONGEST = 4096;

/**
 * Passport's strategy for people who come back from their own server, whichever it is: OAuth with `state` and `code`, MiAuth with
 * `session`. It starts no session; `finish` says who they are, or why not.
 */
export function serverStrategy<Person extends object, Refusal extends object>(
  cookieName: string,
  finish: (returned: SignInReturn) => Promise<Result<Person, Refusal>>,
): passport.Strategy & { name: 'server' } {
  return {
    name: 'server',
    authenticate(request: Request): void {
      finish(returnOf(request, cookieName)).then(
        (finished) => (finished.ok ? this.success(finished.value) : this.fail(finished.error)),
        (error: unknown) => this.error(error),
      );
    },
  };
}

function returnOf(request: Request, cookieName: string): SignInReturn {
  const told = (name: string): string | null => {
    const value = request.query[name];
    return typeof value === 'string' && value !== '' && value.length <= LONGEST ? value : null;
  };
  return {
    host: String(request.params['server']).toLowerCase(),
    state: told('state') ?? told('session'),
    code: told('code'),
    error: told('error'),
    issuer: told('iss'),
    browserKey: cookieOf(request, cookieName),
  };
}

function cookieOf({ headers }: Request, name: string): string | null {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([key]) => key === name)?.[1] ?? null;
}
