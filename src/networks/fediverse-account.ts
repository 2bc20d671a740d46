import { handleText, parseFediverseHandle, type FediverseHandle } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { fetchActor } from './activitypub.ts';
import { followersCount } from './followers-collection.ts';
import type { Asking, FollowerCount, KnownAccount, Network, NetworkFailure, Profile } from './network.ts';
import { webfinger } from './webfinger.ts';

/** An account whose own host named its actor. */
export interface LocatedAccount {
  /** In the server's casing. */
  readonly handle: FediverseHandle;
  /** Its origin is the base of the server's API; the handle's host often is not. */
  readonly actorUri: string;
  readonly profileUrl: string | null;
}

/** Handle → WebFinger → actor: how reading any account of the fediverse starts. */
export async function locate(handle: string, { http, now }: Asking): Promise<Result<LocatedAccount, NetworkFailure>> {
  const parsed = parseFediverseHandle(handle);
  if (!parsed.ok) return fail({ type: 'unreadable', detail: `handle-${parsed.error.type}` });
  const found = await webfinger(parsed.value, http, now);
  if (!found.ok) return found;
  const { handle: canonical, actorUri, profileUrl } = found.value;
  if (actorUri === null) return fail({ type: 'unreadable', detail: 'webfinger-self' });
  return ok({ handle: canonical, actorUri, profileUrl });
}

/** Reads an account from its actor and followers collection, which nearly every server shows without sign-in. */
export async function readThroughActivityPub(
  account: LocatedAccount,
  { http, now }: Asking,
): Promise<Result<Profile, NetworkFailure>> {
  const actor = await fetchActor(account.actorUri, http, now);
  if (!actor.ok) return actor;
  const followers = await followersCount(actor.value, http, now);
  if (!followers.ok && followers.error.type !== 'hidden') return followers;
  const { id, url, displayName, pictureUrl, links, alsoKnownAs } = actor.value;
  return ok({
    handle: handleText(account.handle),
    url,
    actorUri: id,
    remoteId: null,
    displayName: displayName || account.handle.user,
    pictureUrl,
    links,
    followers: followers.ok ? followers.value : null,
    limited: false,
    alsoKnownAs,
  });
}

/** The count of a profile; a reading needs a number, so one that is not told is a failure here. */
export function countOf(found: Result<Profile, NetworkFailure>): Result<FollowerCount, NetworkFailure> {
  if (!found.ok) return found;
  const { handle, remoteId, limited, followers } = found.value;
  return followers === null ? fail({ type: 'hidden' }) : ok({ handle, remoteId, limited, followers });
}

/** `Network.followers` of a network that has no batch call: one account after the other. */
export function oneByOne(
  read: (account: KnownAccount, asking: Asking) => Promise<Result<FollowerCount, NetworkFailure>>,
): Network['followers'] {
  return async (accounts, asking) => {
    const counts = new Map<string, Result<FollowerCount, NetworkFailure>>();
    for (const account of accounts) counts.set(account.handle, await read(account, asking));
    return counts;
  };
}

/** Where an account that was found before is, without asking its host's WebFinger again. */
export async function relocate(known: KnownAccount, asking: Asking): Promise<Result<LocatedAccount, NetworkFailure>> {
  const parsed = parseFediverseHandle(known.handle);
  if (!parsed.ok || known.actorUri === null) return locate(known.handle, asking);
  return ok({ handle: parsed.value, actorUri: known.actorUri, profileUrl: null });
}

/** `Network.home` of every fediverse network: the host of its API, which often is not the handle's. */
export function homeOf({ handle, actorUri }: KnownAccount): string {
  return actorUri === null ? (handle.split('@')[1] ?? '') : new URL(actorUri).host;
}

/** `Network.parseHandle` of every fediverse network. */
export function parseToText(text: string): ReturnType<Network['parseHandle']> {
  const parsed = parseFediverseHandle(text);
  return parsed.ok ? ok(handleText(parsed.value)) : parsed;
}

/** The path that Mastodon made common and most software answers to. */
export function atSignUrl(handle: string): string {
  const [user = '', host = ''] = handle.split('@');
  return `https://${host}/@${user}`;
}
