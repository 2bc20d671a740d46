import { handleText, parseFediverseHandle, sameHandle, type FediverseHandle } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { fetchActor } from './activitypub.ts';
import { followersCount } from './followers-collection.ts';
import { oneByOne, type AskOne } from './many-accounts.ts';
import type { Asking, FollowerCount, KnownAccount, Network, NetworkFailure, Profile, ReadingMethod } from './network.ts';
import { webfinger } from './webfinger.ts';

/** An account whose own host named its actor. */
export interface LocatedAccount {
  /** In the server's casing. */
  readonly handle: FediverseHandle;
  /** Its origin is the base of the server's API; the handle's host often is not. */
  readonly actorUri: string;
  readonly profileUrl: string | null;
}

/** How a network reads an account once it knows where it lives. */
export type ReadAccount = (account: LocatedAccount, asking: Asking) => Promise<Result<Profile, NetworkFailure>>;

/** The server answered about somebody else than who was asked for. */
export const ANOTHER_ACCOUNT = { type: 'unreadable', detail: 'another-account' } as const;

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

/**
 * `Network.find`, and the reading of one known account, by a network's way of reading. An account that was found before
 * is read where it was; when that place no longer knows it, WebFinger is asked once more, because its domain may have
 * moved its server.
 */
export function readingBy(read: ReadAccount): { find: Network['find']; count: AskOne } {
  const find: Network['find'] = async (handle, asking) => {
    const account = await locate(handle, asking);
    return account.ok ? read(account.value, asking) : account;
  };
  const count: AskOne = async (known, asking) => {
    const place = whereItWas(known);
    if (place === null) return countOf(await find(known.handle, asking));
    const counted = countOf(await read(place, asking));
    if (counted.ok || !mayBeElsewhere(counted.error, place)) return counted;
    const today = await locate(known.handle, asking);
    if (!today.ok) return today;
    const isElsewhere = today.value.actorUri !== place.actorUri || !sameHandle(today.value.handle, place.handle);
    return isElsewhere ? countOf(await read(today.value, asking)) : counted;
  };
  return { find, count };
}

/** Where an account that was found before was, for reading it without asking its host's WebFinger again. */
export function whereItWas({ handle, actorUri }: KnownAccount): LocatedAccount | null {
  const parsed = parseFediverseHandle(handle);
  return parsed.ok && actorUri !== null ? { handle: parsed.value, actorUri, profileUrl: null } : null;
}

/** A server that lends its domain's name may have gone without a word; any other one is just not well. */
function mayBeElsewhere(failure: NetworkFailure, { handle, actorUri }: LocatedAccount): boolean {
  switch (failure.type) {
    case 'gone':
    case 'deleted':
    case 'refused':
      return true;
    case 'unreadable':
      return failure.detail === ANOTHER_ACCOUNT.detail || new URL(actorUri).host !== handle.host;
    case 'unreachable':
      return new URL(actorUri).host !== handle.host;
    default:
      return false;
  }
}

/** Reads through a server's own API, and where that is closed or says no more than that, through ActivityPub. */
export function orThroughActivityPub(read: ReadAccount): ReadAccount {
  return async (account, asking) => {
    const found = await read(account, asking);
    return !found.ok && isClosed(found.error) ? readThroughActivityPub(account, asking) : found;
  };
}

/**
 * Closed to anonymous readers (on Mastodon, 401 with DISALLOW_UNAUTHENTICATED_API_ACCESS or limited federation), without
 * this call (404 on Mastodon before 3.4), or silent about why an account is not shown.
 */
function isClosed(failure: NetworkFailure): boolean {
  return failure.type === 'refused' || failure.type === 'gone' || failure.type === 'deleted';
}

/**
 * A network that is read from actors and their followers collections, which every server of the fediverse shows to
 * signed requests. Reading a known account costs two requests, and one would not do: the actor tells that it moved,
 * was suspended or deleted, and where its followers are; only the collection has their number.
 */
export function activityPubNetwork(
  named: Pick<Network, 'id' | 'name' | 'software'> & Pick<ReadingMethod, 'suspended'> & Partial<Pick<Network, 'profileUrl'>>,
): Network {
  const { find, count } = readingBy(readThroughActivityPub);
  const { suspended, ...name } = named;
  return {
    profileUrl: atSignUrl,
    ...name,
    fediverse: true,
    parseHandle: parseToText,
    home: homeOf,
    batch: 1,
    onceADay: false,
    method: { calls: ['GET {actor}', 'GET {actor.followers}'], signed: 'always', suspended },
    find,
    followers: oneByOne(count),
  };
}

/** Reads an account from its actor and followers collection. */
export async function readThroughActivityPub(
  account: LocatedAccount,
  asking: Asking,
): Promise<Result<Profile, NetworkFailure>> {
  const { http, now } = asking;
  const actor = await fetchActor(account.actorUri, http, now);
  if (!actor.ok) return actor;
  const followers = await followersCount(actor.value, http, now);
  if (!followers.ok && followers.error.type !== 'hidden') return followers;
  const { id, url, user, displayName, pictureUrl, links } = actor.value;
  const handle = await handleToday(account, user, asking);
  return ok({
    handle: handleText(handle),
    url,
    actorUri: id,
    remoteId: null,
    displayName: displayName || handle.user,
    pictureUrl,
    links,
    followers: followers.ok ? followers.value : null,
    limited: false,
  });
}

/** An actor that calls itself by another name was renamed, if WebFinger knows it by that name. */
async function handleToday({ handle, actorUri }: LocatedAccount, user: string | null, asking: Asking): Promise<FediverseHandle> {
  if (user === null || sameHandle(handle, { ...handle, user })) return handle;
  const today = await locate(`${user}@${handle.host}`, asking);
  return today.ok && today.value.actorUri === actorUri ? today.value.handle : handle;
}

/** The count of a profile; a reading needs a number, so one that is not told is a failure here. */
export function countOf(found: Result<Profile, NetworkFailure>): Result<FollowerCount, NetworkFailure> {
  if (!found.ok) return found;
  const { handle, actorUri, remoteId, limited, followers } = found.value;
  return followers === null ? fail({ type: 'hidden' }) : ok({ handle, actorUri, remoteId, limited, followers });
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
