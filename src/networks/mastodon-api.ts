import { z } from 'zod';
import { handleText, sameHandle, type FediverseHandle } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { readShape, succeeded } from './answers.ts';
import { ANOTHER_ACCOUNT, countOf, whereItWas, type LocatedAccount } from './fediverse-account.ts';
import type { IdentifiedAccount } from './many-accounts.ts';
import type { Asking, FollowerCount, FollowerCounts, NetworkFailure, Profile } from './network.ts';
import { displayNameOf, httpsUrl, linksIn } from './profile-text.ts';

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
  pleroma: z
    .object({
      ap_id: optionalText,
      hide_followers: z.boolean().nullish(),
      hide_followers_count: z.boolean().nullish(),
    })
    .nullish(),
});
type MastodonAccount = z.infer<typeof accountSchema>;

/**
 * `GET /api/v1/accounts/lookup` on the actor's origin (Mastodon ≥ 3.4), the only place where the count is whole:
 * other servers only know their own share of the followers.
 */
export async function lookUp(account: LocatedAccount, { http, now }: Asking): Promise<Result<Profile, NetworkFailure>> {
  const { origin } = new URL(account.actorUri);
  const address = `${origin}/api/v1/accounts/lookup?acct=${encodeURIComponent(account.handle.user)}`;
  const answer = succeeded(await http.getJson(address), now);
  if (!answer.ok) return answer;
  const found = readShape(accountSchema, answer.value.body, 'account');
  return found.ok ? toProfile(found.value, account) : found;
}

/** Mastodon's `AccountsController#index` refuses more (`DEFAULT_ACCOUNTS_LIMIT`). */
export const MOST_ACCOUNTS = 40;

/**
 * `GET /api/v1/accounts?id[]=` (Mastodon ≥ 4.3), which leaves out whom it does not know. Left out here as well is whoever
 * is not the account that was found under that id before.
 */
export async function lookUpMany(
  accounts: readonly IdentifiedAccount[],
  { http, now }: Asking,
): Promise<Result<FollowerCounts, NetworkFailure>> {
  const ids = accounts.map(({ remoteId }) => `id[]=${encodeURIComponent(remoteId)}`).join('&');
  const answer = succeeded(await http.getJson(`${originOf(accounts)}/api/v1/accounts?${ids}`), now);
  if (!answer.ok) return answer;
  const listed = readShape(z.array(z.unknown()).max(1000), answer.value.body, 'accounts');
  if (!listed.ok) return listed;
  const found = listed.value.flatMap((account) => accountSchema.safeParse(account).data ?? []);
  const counts = new Map<string, Result<FollowerCount, NetworkFailure>>();
  for (const known of accounts) {
    const [place, account] = [whereItWas(known), found.find(({ id }) => id === known.remoteId)];
    const profile = place && account && toProfile(account, place);
    if (profile && (profile.ok || profile.error !== ANOTHER_ACCOUNT)) counts.set(known.handle, countOf(profile));
  }
  return ok(counts);
}

function originOf([first]: readonly IdentifiedAccount[]): string {
  return first?.actorUri ? new URL(first.actorUri).origin : '';
}

function toProfile(found: MastodonAccount, account: LocatedAccount): Result<Profile, NetworkFailure> {
  const { actorUri, profileUrl } = account;
  const handle = handleToday(found, account);
  if (handle === null) return fail(ANOTHER_ACCOUNT);
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
    followers: isCountHidden(found) ? null : found.followers_count,
    limited: found.limited === true,
  });
}

/**
 * Null for another account. Hollo and Pleroma tell no `uri`, and Hollo no id of any kind, so that names are compared then.
 * A local account's `acct` has no host.
 */
function handleToday(found: MastodonAccount, { handle, actorUri }: LocatedAccount): FediverseHandle | null {
  const id = found.uri ?? found.pleroma?.ap_id ?? null;
  if (id !== null && id !== actorUri) return null;
  if (fullHandle(found.acct, handle.host).toLowerCase() === handleText(handle).toLowerCase()) return handle;
  // Who lives at the same address under another name was renamed.
  const renamed = { ...handle, user: found.username };
  return id !== null && found.acct === found.username && !sameHandle(handle, renamed) ? renamed : null;
}

/**
 * −1 is how some forks of Mastodon say that the count is hidden; Pleroma's `AccountView` shows 0 for whoever hides both
 * the list and the count.
 */
function isCountHidden({ followers_count: count, pleroma }: MastodonAccount): boolean {
  return count < 0 || (pleroma?.hide_followers === true && pleroma.hide_followers_count === true);
}

function fullHandle(acct: string, home: string): string {
  return acct.includes('@') ? acct : `${acct}@${home}`;
}
