import { z } from 'zod';
import { parseBlueskyHandle } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { readShape, succeeded, type NamedFailure } from './answers.ts';
import { ANOTHER_ACCOUNT, countOf } from './fediverse-account.ts';
import { inOneCall } from './many-accounts.ts';
import type { Asking, FollowerCount, FollowerCounts, KnownAccount, Network, NetworkFailure, Profile } from './network.ts';
import { displayNameOf, httpsUrl, linksIn } from './profile-text.ts';

/** Bluesky's own servers answer anybody here (its documentation, "API Hosts and Auth"). */
const HOST = 'public.api.bsky.app';
/** `app.bsky.actor.getProfiles` takes no more. */
const MOST_ACCOUNTS = 25;
/** What it calls an account whose handle leads nowhere today; the account goes on under its DID. */
const NO_HANDLE = 'handle.invalid';

/** Bluesky. An account is its DID; the handle, which is a name of a host, may be another one tomorrow. */
export const network: Network = {
  id: 'bluesky',
  name: 'Bluesky',
  fediverse: false,
  software: [],
  parseHandle: parseBlueskyHandle,
  profileUrl,
  home: () => HOST,
  batch: MOST_ACCOUNTS,
  onceADay: false,
  method: {
    calls: [
      'GET /xrpc/app.bsky.actor.getProfiles?actors={did}',
      'GET /xrpc/app.bsky.actor.getProfile?actor={did}',
    ],
    signed: 'never',
    suspended: 'told',
  },
  find: (handle, asking) => getProfile({ handle, actorUri: null, remoteId: null }, asking),
  followers: inOneCall(hasName, getProfiles, async (account, asking) => countOf(await getProfile(account, asking))),
};

/** A handle will do as long as the DID is not known. */
function hasName(account: KnownAccount): account is KnownAccount {
  return nameOf(account) !== '';
}

const optionalText = z.string().max(100_000).nullish().catch(null);

const profileSchema = z.object({
  did: z.string().regex(/^did:[a-z]+:[\w.:%-]{1,2000}$/),
  handle: z.string().max(253).toLowerCase(),
  displayName: optionalText,
  description: optionalText,
  avatar: optionalText,
  followersCount: z.number().int().nonnegative(),
  labels: z.array(z.object({ src: z.string(), val: z.string() })).max(1000).nullish().catch(null),
});
type BlueskyProfile = z.infer<typeof profileSchema>;

/** `app.bsky.actor.getProfile`, which says why an account is not shown; its `handle` is one that leads to the DID and back. */
export async function getBlueskyProfile(name: string, { http, now }: Pick<Asking, 'http' | 'now'>): Promise<Result<BlueskyProfile, NetworkFailure>> {
  const address = `https://${HOST}/xrpc/app.bsky.actor.getProfile?actor=${encodeURIComponent(name)}`;
  const answer = succeeded(await http.getJson(address), now, meaningOf);
  return answer.ok ? readShape(profileSchema, answer.value.body, 'profile') : answer;
}

async function getProfile(known: KnownAccount, asking: Asking): Promise<Result<Profile, NetworkFailure>> {
  const found = await getBlueskyProfile(nameOf(known), asking);
  if (!found.ok) return found;
  return isSame(found.value, known) ? ok(toProfile(found.value, known)) : fail(ANOTHER_ACCOUNT);
}

/** `app.bsky.actor.getProfiles`, which leaves out whom it does not show. */
async function getProfiles(
  accounts: readonly KnownAccount[],
  { http, now }: Asking,
): Promise<Result<FollowerCounts, NetworkFailure>> {
  const actors = accounts.map((account) => `actors=${encodeURIComponent(nameOf(account))}`).join('&');
  const answer = succeeded(await http.getJson(`https://${HOST}/xrpc/app.bsky.actor.getProfiles?${actors}`), now);
  if (!answer.ok) return answer;
  const listed = readShape(z.object({ profiles: z.array(z.unknown()).max(1000) }), answer.value.body, 'profiles');
  if (!listed.ok) return listed;
  const profiles = listed.value.profiles.flatMap((profile) => profileSchema.safeParse(profile).data ?? []);
  const counts = new Map<string, Result<FollowerCount, NetworkFailure>>();
  for (const known of accounts) {
    const found = profiles.find((profile) => isSame(profile, known));
    if (found) counts.set(known.handle, countOf(ok(toProfile(found, known))));
  }
  return ok(counts);
}

function nameOf({ handle, remoteId }: KnownAccount): string {
  return remoteId ?? handle;
}

function isSame({ did, handle }: BlueskyProfile, known: KnownAccount): boolean {
  const name = nameOf(known);
  return name.startsWith('did:') ? did === name : handle === name.toLowerCase();
}

const errorSchema = z.object({ error: z.string(), message: z.string().nullish().catch(null) });

/** What getProfile's `InvalidRequestError`s say; whoever deactivated their account may come back. */
function meaningOf(body: unknown): NamedFailure | null {
  const { error, message } = errorSchema.safeParse(body).data ?? {};
  if (error === 'AccountTakedown') return 'suspended';
  return error === 'AccountDeactivated' || message === 'Profile not found' ? 'gone' : null;
}

function toProfile(found: BlueskyProfile, known: KnownAccount): Profile {
  const handle = found.handle === NO_HANDLE ? known.handle : found.handle;
  return {
    handle,
    url: profileUrl(handle),
    actorUri: null,
    remoteId: found.did,
    displayName: displayNameOf(found.displayName, handle),
    pictureUrl: httpsUrl(found.avatar),
    links: linksIn([found.description ?? '']),
    followers: found.followersCount,
    // The label by which moderators take an account out of what people are shown; accounts put others on themselves.
    limited: (found.labels ?? []).some(({ src, val }) => val === '!hide' && src !== found.did),
  };
}

function profileUrl(handle: string): string {
  return `https://bsky.app/profile/${handle}`;
}
