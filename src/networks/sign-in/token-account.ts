import { sameHandle, type FediverseHandle } from '../../domain/handle.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { GuardedHttp } from '../../platform/http.ts';
import { sameOrigin } from '../activitypub.ts';
import type { Asking, NetworkFailure } from '../network.ts';
import { webfinger, type WebFinger } from '../webfinger.ts';

/** Who holds a token, by the word of the server that gave it. */
export interface TokenAccount {
  readonly user: string;
  /** Hollo, Pixelfed and Friendica do not tell it. */
  readonly actorUri: string | null;
  readonly profileUrl: string | null;
}

/** Somebody whose server and whose handle's host say the same; the id is what tells people apart. */
export interface ConfirmedAccount {
  /** Canonical, in the server's casing. */
  readonly handle: FediverseHandle;
  readonly actorUri: string;
}

/** The handle's host does not say that this is the account of the token, or its own server does not say so. */
export type NotConfirmed = { readonly type: 'not-confirmed' };

/**
 * The other way round: what the token's server says about its own is believed, and which handle that is, only WebFinger
 * tells. The account that it names must live on the token's server and be the one that the token told.
 * `host` is the one of the handle that somebody came with, as a server may lend its people another domain's name.
 */
export async function confirmAccount(
  { user, actorUri, profileUrl }: TokenAccount,
  { origin, host }: { origin: string; host: string },
  { http, now }: Asking,
): Promise<Result<ConfirmedAccount, NotConfirmed | NetworkFailure>> {
  const found = await named({ user, host }, http, now);
  if (!found.ok) return found;
  const { handle, actorUri: here, profileUrl: page } = found.value;
  if (here === null || !sameOrigin(here, origin)) return fail({ type: 'not-confirmed' });
  const isSame = actorUri === null ? profileUrl !== null && [here, page].includes(profileUrl) : actorUri === here;
  if (!isSame) return fail({ type: 'not-confirmed' });
  // Whoever has a domain can point it at an account that does not bear its name: what it is called, its own server says.
  const ownHost = new URL(here).host;
  const own = handle.host === ownHost ? found : await named({ user, host: ownHost }, http, now);
  if (!own.ok) return own;
  return own.value.actorUri === here ? ok({ handle: own.value.handle, actorUri: here }) : fail({ type: 'not-confirmed' });
}

/** As WebFinger names it, under this very name: one that the host calls otherwise is somebody else. */
async function named(asked: FediverseHandle, http: GuardedHttp, now: Date): Promise<Result<WebFinger, NotConfirmed | NetworkFailure>> {
  const found = await webfinger(asked, http, now);
  if (!found.ok) return found.error.type === 'gone' ? fail({ type: 'not-confirmed' }) : found;
  return sameHandle({ ...asked, host: found.value.handle.host }, found.value.handle) ? found : fail({ type: 'not-confirmed' });
}
