import { isOnBluesky, sameHandle, type FediverseHandle } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { fetchActor, type Actor } from './activitypub.ts';
import { getBlueskyProfile } from './bluesky.network.ts';
import type { NetworkFailure } from './network.ts';
import { holdsCode } from './profile-text.ts';
import { webfinger } from './webfinger.ts';

/** Whose profile carries the code: the canonical handle, and the account behind it. */
export interface ProfileOwner {
  readonly handle: FediverseHandle;
  readonly actorUri: string;
}

export interface OwnProfile extends ProfileOwner {
  readonly actor: Actor;
}

/** The account does not call itself by that handle: its host lends the name to somebody else. */
export type NotBothWays = { readonly type: 'not-both-ways' };

export type ProfileProofFailure =
  /** The profile was read, and the code is not in it. */
  | { readonly type: 'no-code' }
  | NotBothWays
  | NetworkFailure;

/**
 * Reads a person's profile on their own server and looks for a code that only they could have put there, in their text or
 * in the address of a link. The handle is verified both ways: its host names the account, and the account's own host names
 * the handle, since PeerTube and Lemmy echo whatever name was asked for.
 */
export async function readProfileProof(
  asked: FediverseHandle,
  code: string,
  http: GuardedHttp,
  now: Date,
): Promise<Result<ProfileOwner, ProfileProofFailure>> {
  if (isOnBluesky(asked)) return readOnBluesky(asked, code, http, now);
  const profile = await readOwnProfile(asked, http, now);
  if (!profile.ok) return profile;
  const { actor, ...owner } = profile.value;
  return holdsCode(actor.texts, code) ? ok(owner) : fail({ type: 'no-code' });
}

/** A person's profile as their own server shows it, with the handle verified both ways. */
export async function readOwnProfile(
  asked: FediverseHandle,
  http: GuardedHttp,
  now: Date,
): Promise<Result<OwnProfile, NotBothWays | NetworkFailure>> {
  const found = await webfinger(asked, http, now);
  if (!found.ok) return found;
  const { handle, personUri } = found.value;
  if (personUri === null) return fail({ type: 'unreadable', detail: 'webfinger-self' });
  const actor = await fetchActor(personUri, http, now);
  if (!actor.ok) return actor;
  const owner = { handle, actorUri: personUri };
  const named = await namesItself(actor.value, owner, http, now);
  return named.ok ? ok({ ...owner, actor: actor.value }) : named;
}

async function readOnBluesky(
  handle: FediverseHandle,
  code: string,
  http: GuardedHttp,
  now: Date,
): Promise<Result<ProfileOwner, ProfileProofFailure>> {
  const found = await getBlueskyProfile(handle.user, { http, now });
  if (!found.ok) return found;
  if (found.value.handle !== handle.user) return fail({ type: 'not-both-ways' });
  return holdsCode([found.value.description ?? ''], code) ? ok({ handle, actorUri: found.value.did }) : fail({ type: 'no-code' });
}

/** Whether the account's own host says that its name is this handle. */
async function namesItself(
  { id, user }: Actor,
  { handle, actorUri }: ProfileOwner,
  http: GuardedHttp,
  now: Date,
): Promise<Result<null, NotBothWays | NetworkFailure>> {
  const own = { user: user ?? '', host: new URL(actorUri).host };
  if (id !== actorUri || user === null) return fail({ type: 'not-both-ways' });
  if (sameHandle(own, handle)) return ok(null);
  const said = await webfinger(own, http, now);
  if (!said.ok) return said;
  const agrees = sameHandle(said.value.handle, handle) && said.value.personUri === actorUri;
  return agrees ? ok(null) : fail({ type: 'not-both-ways' });
}
