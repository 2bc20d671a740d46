import { z } from 'zod';
import { handleText, parseFediverseHandle, type FediverseHandle } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { readShape, succeeded } from './answers.ts';
import {
  ANOTHER_ACCOUNT,
  atSignUrl,
  countOf,
  homeOf,
  orThroughActivityPub,
  parseToText,
  readingBy,
  readThroughActivityPub,
  whereItWas,
  type LocatedAccount,
} from './fediverse-account.ts';
import { inOneCall, isIdentified, type IdentifiedAccount } from './many-accounts.ts';
import type { Asking, FollowerCount, FollowerCounts, Network, NetworkFailure, Profile } from './network.ts';
import { displayNameOf, httpsUrl, linksIn } from './profile-text.ts';

/** Misskey sets no limit, but each account comes with its pinned notes, and an answer must not grow beyond 1 MB. */
const MOST_ACCOUNTS = 20;

const { find, count } = readingBy(orThroughActivityPub(lookUp));

/** Misskey and the servers that kept its API. */
export const network: Network = {
  id: 'misskey',
  name: 'Misskey',
  fediverse: true,
  // Iceshrimp.NET, a new program under an old name, has no such API.
  software: ['misskey', 'firefish', 'sharkey', 'iceshrimp', 'calckey', 'foundkey', 'cherrypick', 'catodon', 'meisskey'],
  parseHandle: parseToText,
  profileUrl: atSignUrl,
  home: homeOf,
  batch: MOST_ACCOUNTS,
  onceADay: false,
  method: {
    calls: ['POST /api/users/show'],
    signed: 'where-closed',
    suspended: 'not-found',
  },
  find,
  followers: inOneCall(isIdentified, lookUpMany, count),
};

const optionalText = z.string().max(100_000).nullish().catch(null);

const userSchema = z.object({
  id: z.string().min(1).max(100),
  username: z.string().min(1).max(300),
  host: z.string().max(300).nullish(),
  name: optionalText,
  description: optionalText,
  avatarUrl: optionalText,
  url: optionalText,
  fields: z.array(z.object({ value: z.string().max(100_000) })).max(100).nullish().catch(null),
  followersCount: z.number().int().nonnegative().nullish(),
  followersVisibility: z.string().max(100).nullish(),
  ffVisibility: z.string().max(100).nullish(),
  isSuspended: z.boolean().nullish(),
  isSilenced: z.boolean().nullish().catch(null),
  // Misskey gives the id that the new account has on this server, Firefish the account.
  movedTo: z.string().min(1).max(2048).nullish(),
  movedToUri: z.unknown().optional(),
});
type MisskeyUser = z.infer<typeof userSchema>;

/** `POST /api/users/show` of a local account, on the actor's origin. */
async function lookUp(account: LocatedAccount, asking: Asking): Promise<Result<Profile, NetworkFailure>> {
  const { origin } = new URL(account.actorUri);
  const found = await show(origin, { username: account.handle.user, host: null }, userSchema, asking);
  return found.ok ? toProfile(found.value, account, asking) : found;
}

/** `users/show` with `userIds` leaves out whom it does not know, and who is suspended. */
async function lookUpMany(
  accounts: readonly IdentifiedAccount[],
  asking: Asking,
): Promise<Result<FollowerCounts, NetworkFailure>> {
  const origin = accounts[0]?.actorUri ? new URL(accounts[0].actorUri).origin : '';
  const userIds = accounts.map(({ remoteId }) => remoteId);
  const listed = await show(origin, { userIds }, z.array(z.unknown()).max(1000), asking);
  if (!listed.ok) return listed;
  const found = listed.value.flatMap((user) => userSchema.safeParse(user).data ?? []);
  const counts = new Map<string, Result<FollowerCount, NetworkFailure>>();
  for (const known of accounts) {
    const [place, user] = [whereItWas(known), found.find(({ id }) => id === known.remoteId)];
    const profile = place && user && (await toProfile(user, place, asking));
    if (profile && (profile.ok || profile.error !== ANOTHER_ACCOUNT)) counts.set(known.handle, countOf(profile));
  }
  return ok(counts);
}

async function show<T>(
  origin: string,
  whom: object,
  schema: z.ZodType<T>,
  { http, now }: Asking,
): Promise<Result<T, NetworkFailure>> {
  const answer = succeeded(await http.postJson(`${origin}/api/users/show`, whom), now, misskeyFailure);
  return answer.ok ? readShape(schema, answer.value.body, 'user') : answer;
}

const errorSchema = z.object({ error: z.object({ code: z.string() }) });

/**
 * Misskey's `ApiError`: its forks give NO_SUCH_USER with 400, and it is the word for suspended accounts as well; somebody of another
 * server who is not found there is a failure of its own, with 500.
 */
export function misskeyFailure(body: unknown): 'gone' | 'rate-limited' | null {
  const code = errorSchema.safeParse(body).data?.error.code;
  if (code === 'NO_SUCH_USER' || code === 'FAILED_TO_RESOLVE_REMOTE_USER') return 'gone';
  return code === 'RATE_LIMIT_EXCEEDED' ? 'rate-limited' : null;
}

async function toProfile(
  found: MisskeyUser,
  account: LocatedAccount,
  asking: Asking,
): Promise<Result<Profile, NetworkFailure>> {
  const { actorUri, profileUrl } = account;
  const handle = handleToday(found, account);
  if (handle === null) return fail(ANOTHER_ACCOUNT);
  if (found.isSuspended) return fail({ type: 'suspended' });
  if (found.movedTo || found.movedToUri) return newHome(found, account, asking);
  return ok({
    handle: handleText(handle),
    url: httpsUrl(found.url) ?? profileUrl ?? `${new URL(actorUri).origin}/@${handle.user}`,
    actorUri,
    remoteId: found.id,
    displayName: displayNameOf(found.name, found.username),
    pictureUrl: httpsUrl(found.avatarUrl),
    links: linksIn([...(found.fields ?? []).map(({ value }) => value), found.description ?? '']),
    // Misskey's `UserEntityService` shows 0 to whom the list is not.
    followers: (found.followersVisibility ?? found.ffVisibility ?? 'public') === 'public' ? (found.followersCount ?? null) : null,
    limited: found.isSilenced === true,
  });
}

/** Null for another account; `ApRendererService` builds a local actor's address from the account's id. */
function handleToday({ id, username, host }: MisskeyUser, { handle, actorUri }: LocatedAccount): FediverseHandle | null {
  if (host) return null;
  if (username.toLowerCase() === handle.user.toLowerCase()) return handle;
  return actorUri === `${new URL(actorUri).origin}/users/${id}` ? { ...handle, user: username } : null;
}

const newAccountSchema = z.object({ username: z.string().max(300), host: z.string().max(300).nullish() });

/** Where a moved account says to be now: by its handle if this server knows the new account, else by the actor's word. */
async function newHome(
  { movedTo, movedToUri }: MisskeyUser,
  account: LocatedAccount,
  asking: Asking,
): Promise<Result<Profile, NetworkFailure>> {
  const address = httpsUrl(movedTo) ?? httpsUrl(movedToUri);
  if (address !== null) return fail({ type: 'moved', to: address });
  const told = movedTo
    ? await show(new URL(account.actorUri).origin, { userId: movedTo }, newAccountSchema, asking)
    : readShape(newAccountSchema, movedToUri, 'moved-to');
  if (!told.ok && told.error.type !== 'gone' && told.error.type !== 'unreadable') return told;
  const handle = parseFediverseHandle(told.ok ? `${told.value.username}@${told.value.host ?? account.handle.host}` : '');
  return handle.ok ? fail({ type: 'moved', to: handleText(handle.value) }) : readThroughActivityPub(account, asking);
}
