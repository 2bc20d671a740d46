import { sameHandle, type FediverseHandle } from '../../domain/handle.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import { sameOrigin } from '../activitypub.ts';
import type { Asking, NetworkFailure } from '../network.ts';
import { webfinger } from '../webfinger.ts';

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

/** The handle's host does not say that this is the account of the token. */
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
  const asked = { user, host };
  const found = await webfinger(asked, http, now);
  if (!found.ok) return found;
  const { handle, actorUri: named, profileUrl: page } = found.value;
  // A renamed account is found under its new name; one that the host calls otherwise is somebody else.
  if (named === null || !sameOrigin(named, origin) || !sameHandle({ ...asked, host: handle.host }, handle)) return fail({ type: 'not-confirmed' });
  const isSame = actorUri === null ? profileUrl !== null && [named, page].includes(profileUrl) : actorUri === named;
  return isSame ? ok({ handle, actorUri: named }) : fail({ type: 'not-confirmed' });
}
