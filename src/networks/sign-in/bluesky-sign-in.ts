import type { NodeSavedSession, NodeSavedState } from '@atproto/oauth-client-node';
import { BLUESKY_HOST } from '../../domain/handle.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { Asking } from '../network.ts';
import { blueskyAct, canAskOnBluesky, type BlueskyAct, type BlueskySite, type Kept } from './bluesky-client.ts';
import type { Grant, SignInFailure } from './grant.ts';
import type { NoSignIn } from './sign-in-server.ts';
import type { ConfirmedAccount } from './token-account.ts';

/** The answer is of another server than the one to which somebody was sent. */
export type WrongServer = { readonly type: 'wrong-server' };

/** Where to send somebody, what they will bring back, and what must be kept meanwhile. */
export interface BegunOnBluesky {
  readonly url: string;
  readonly state: string;
  readonly kept: string;
}

/** What came back with the browser. */
export interface BlueskyReturn {
  readonly state: string;
  readonly code: string;
  /** RFC 9207, which Bluesky's profile of OAuth requires. */
  readonly issuer: string | null;
}

/** What the library calls a handle that does not lead back to its DID. */
const NO_HANDLE = 'handle.invalid';

/**
 * Finds the authorization server of somebody by their name, pushes the request there (RFC 9126) and tells where they say yes or
 * no. `no-sign-in`: this site has no address from which such a server could read who asks.
 */
export async function beginOnBluesky(name: string, site: BlueskySite, asking: Asking): Promise<Result<BegunOnBluesky, NoSignIn | SignInFailure>> {
  if (!canAskOnBluesky(site)) return fail({ type: 'no-sign-in' });
  const kept: Kept = { states: new Map(), sessions: new Map() };
  const act = await blueskyAct(site, kept, asking);
  const page = await act.run((client) => client.authorize(name));
  if (!page.ok) return page;
  const [[state, attempt] = []] = kept.states;
  if (state === undefined || attempt === undefined) throw new Error('The library kept nothing of an attempt.');
  // Whoever is sent on must land where the request was pushed.
  if (page.value.origin !== attempt.iss) return fail({ type: 'unreadable', detail: 'oauth-origin' });
  return ok({ url: page.value.href, state, kept: JSON.stringify(attempt) });
}

/** Changes the code for a token, and makes sure that its server is the one that speaks for the person of whom it tells. */
export async function finishOnBluesky(
  { state, code, issuer }: BlueskyReturn,
  kept: string,
  site: BlueskySite,
  asking: Asking,
): Promise<Result<Grant, WrongServer | SignInFailure>> {
  const attempt = JSON.parse(kept) as NodeSavedState;
  if (issuer !== attempt.iss) return fail({ type: 'wrong-server' });
  const sessions = new Map<string, NodeSavedSession>();
  const act = await blueskyAct(site, { states: new Map([[state, attempt]]), sessions }, asking);
  const done = await act.run((client) => client.callback(new URLSearchParams({ state, code, iss: issuer })));
  return done.ok ? ok(blueskyGrant(JSON.stringify(sessions.get(done.value.session.did)), site)) : done;
}

/** `token` is what the library keeps of a session: what it takes to give it back. */
export function blueskyGrant(token: string, site: BlueskySite): Grant {
  const session = JSON.parse(token) as NodeSavedSession;
  const did = session.tokenSet.sub;
  const act = (asking: Asking): Promise<BlueskyAct> => blueskyAct(site, { states: new Map(), sessions: new Map([[did, session]]) }, asking);
  return {
    token,
    identify: async (_host, asking) => identityOf(did, await act(asking)),
    // It was given for a name alone.
    follow: async () => fail({ type: 'refused' }),
    revoke: async (asking) => {
      const { run, lastStatus } = await act(asking);
      const revoked = await run((client) => client.revoke(did));
      // The library is silent about a token that was not taken back.
      return revoked.ok && lastStatus() === 200;
    },
  };
}

/** The name that a DID's document gives, if it leads to this DID. */
async function identityOf(did: string, { run, lastStatus }: BlueskyAct): Promise<Result<ConfirmedAccount, SignInFailure>> {
  const found = await run((client) => client.identityResolver.resolve(did));
  if (!found.ok) return found;
  const { handle } = found.value;
  if (handle !== NO_HANDLE) return ok({ handle: { user: handle, host: BLUESKY_HOST }, actorUri: did });
  // The library takes a resolver that does not answer for a name that leads nowhere.
  return fail(lastStatus() === null ? { type: 'unreachable', detail: 'bluesky-name' } : { type: 'not-confirmed' });
}
