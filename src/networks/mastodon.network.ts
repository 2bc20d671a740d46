import { z } from 'zod';
import { handleText } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { readShape, succeeded } from './answers.ts';
import {
  atSignUrl,
  countOf,
  homeOf,
  locate,
  oneByOne,
  parseToText,
  readThroughActivityPub,
  relocate,
  type LocatedAccount,
} from './fediverse-account.ts';
import type { Asking, Network, NetworkFailure, Profile } from './network.ts';
import { displayNameOf, httpsUrl, linksIn } from './profile-text.ts';

/** Mastodon and the servers whose anonymous account lookup is Mastodon's. */
export const network: Network = {
  id: 'mastodon',
  name: 'Mastodon',
  fediverse: true,
  software: ['mastodon', 'hometown', 'fedibird', 'hollo'],
  parseHandle: parseToText,
  profileUrl: atSignUrl,

  home: homeOf,
  batch: 1,
  onceADay: false,

  async find(handle, asking) {
    const account = await locate(handle, asking);
    return account.ok ? read(account.value, asking) : account;
  },

  followers: oneByOne(async (known, asking) => {
    const account = await relocate(known, asking);
    return account.ok ? countOf(await read(account.value, asking)) : account;
  }),
};

async function read(account: LocatedAccount, asking: Asking): Promise<Result<Profile, NetworkFailure>> {
  const found = await lookUp(account, asking);
  return !found.ok && isClosed(found.error) ? readThroughActivityPub(account, asking) : found;
}

const optionalText = z.string().max(100_000).nullish().catch(null);

const accountSchema = z.object({
  id: z.string().max(100).nullish().catch(null),
  username: z.string().min(1).max(300),
  acct: z.string().min(1).max(600),
  uri: optionalText,
  url: optionalText,
  display_name: optionalText,
  note: optionalText,
  avatar_static: optionalText,
  avatar: optionalText,
  fields: z.array(z.object({ value: z.string().max(100_000) })).max(100).nullish().catch(null),
  followers_count: z.number().int(),
  suspended: z.boolean().nullish(),
  limited: z.boolean().nullish().catch(null),
  moved: z.object({ acct: z.string().max(600).regex(/^[^\s\p{Cc}\p{Cs}]+$/u) }).nullish(),
});
type MastodonAccount = z.infer<typeof accountSchema>;

/**
 * `GET /api/v1/accounts/lookup` on the actor's origin (Mastodon ≥ 3.4), the only place where the count is whole:
 * other servers only know their own share of the followers.
 */
async function lookUp(account: LocatedAccount, { http, now }: Asking): Promise<Result<Profile, NetworkFailure>> {
  const { origin } = new URL(account.actorUri);
  const address = `${origin}/api/v1/accounts/lookup?acct=${encodeURIComponent(account.handle.user)}`;
  const answer = succeeded(await http.getJson(address), now);
  if (!answer.ok) return answer;
  const found = readShape(accountSchema, answer.value.body, 'account');
  return found.ok ? toProfile(found.value, account) : found;
}

function toProfile(found: MastodonAccount, account: LocatedAccount): Result<Profile, NetworkFailure> {
  const { handle, actorUri, profileUrl } = account;
  if (!isSame(found, account)) return fail({ type: 'unreadable', detail: 'another-account' });
  // A suspended account is shown with 0 followers, so this goes before the count.
  if (found.suspended) return fail({ type: 'suspended' });
  if (found.moved) return fail({ type: 'moved', to: fullHandle(found.moved.acct, handle.host) });
  return ok({
    handle: handleText(handle),
    url: httpsUrl(found.url) ?? profileUrl ?? actorUri,
    actorUri,
    remoteId: found.id ?? null,
    displayName: displayNameOf(found.display_name, found.username),
    pictureUrl: httpsUrl(found.avatar_static) ?? httpsUrl(found.avatar),
    links: linksIn([...(found.fields ?? []).map(({ value }) => value), found.note ?? '']),
    // −1 is how some forks say that the count is hidden.
    followers: found.followers_count < 0 ? null : found.followers_count,
    limited: found.limited === true,
    alsoKnownAs: [],
  });
}

/** Hollo tells no `uri`, so names are compared; a local account's `acct` has no host. */
function isSame(found: MastodonAccount, { handle, actorUri }: LocatedAccount): boolean {
  const named = fullHandle(found.acct, handle.host).toLowerCase() === handleText(handle).toLowerCase();
  return named && (!found.uri || found.uri === actorUri);
}

function fullHandle(acct: string, home: string): string {
  return acct.includes('@') ? acct : `${acct}@${home}`;
}

/**
 * Closed to anonymous readers (401 with DISALLOW_UNAUTHENTICATED_API_ACCESS or limited federation) or without
 * this call (404 before 3.4): ActivityPub tells what is really the matter.
 */
function isClosed(failure: NetworkFailure): boolean {
  return failure.type === 'refused' || failure.type === 'gone' || failure.type === 'deleted';
}
