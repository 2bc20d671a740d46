import { z } from 'zod';
import { handleKey, parseFediverseHandle } from '../../domain/handle.ts';
import { ok, type Result } from '../../domain/result.ts';
import { readShape, succeeded } from '../answers.ts';
import type { Asking, NetworkFailure } from '../network.ts';
import type { FollowOutcome, FollowResult, ToFollow } from './follow-outcome.ts';
import { bearer } from './mastodon-sign-in.ts';

const optionalText = z.string().max(4096).nullish().catch(null);
const accountSchema = z.object({
  id: z.string().min(1).max(100),
  acct: z.string().min(1).max(600),
  uri: optionalText,
  url: optionalText,
  moved: z.unknown().optional(),
});
type FoundAccount = z.infer<typeof accountSchema>;
const searchSchema = z.object({ accounts: z.array(z.unknown()).max(100) });
const flag = z.boolean().nullish().catch(null);
const relationshipSchema = z.object({ id: z.string(), following: flag, requested: flag, blocking: flag, blocked_by: flag });
type Relationship = z.infer<typeof relationshipSchema>;

/** The person's server and token. */
interface Here {
  readonly origin: string;
  readonly token: string;
}

/**
 * Follows on the person's own server: resolve (`GET /api/v2/search`), look at the relationship, follow
 * (`POST /api/v1/accounts/:id/follow`: 403 blocked, 422 and 429 limits).
 */
export async function followOnMastodon(here: Here, target: ToFollow, asking: Asking): FollowResult {
  const found = await resolve(here, target, asking);
  if (!found.ok) return found;
  if (found.value === null) return ok('not-found');
  if (found.value.moved) return ok('moved');
  const before = await relationship(here, found.value.id, asking);
  if (!before.ok) return before;
  const standing = standingOf(before.value);
  return standing === null ? follow(here, found.value.id, asking) : ok(standing);
}

/** A search may find others too: the one that is meant has the id that WebFinger told, or the handle where none is told. */
async function resolve(here: Here, { handle, actorUri }: ToFollow, asking: Asking): Promise<Result<FoundAccount | null, NetworkFailure>> {
  const query = new URLSearchParams({ q: `@${handle}`, type: 'accounts', resolve: 'true', limit: '5' });
  const answer = await get(here, `/api/v2/search?${String(query)}`, asking);
  if (!answer.ok) return answer;
  const listed = readShape(searchSchema, answer.value, 'search');
  if (!listed.ok) return listed;
  const accounts = listed.value.accounts.flatMap((account) => accountSchema.safeParse(account).data ?? []);
  const isMeant = ({ uri, acct }: FoundAccount): boolean =>
    uri && actorUri !== null ? uri === actorUri : sameAccount(acct, handle, here.origin);
  return ok(accounts.find(isMeant) ?? null);
}

/** A local account's `acct` has no host; IDN hosts are in their own alphabet in it. */
function sameAccount(acct: string, handle: string, origin: string): boolean {
  const full = acct.includes('@') ? acct : `${acct}@${new URL(origin).host}`;
  const [told, meant] = [parseFediverseHandle(full), parseFediverseHandle(handle)];
  return told.ok && meant.ok && handleKey(told.value) === handleKey(meant.value);
}

async function relationship(here: Here, id: string, asking: Asking): Promise<Result<Relationship, NetworkFailure>> {
  const answer = await get(here, `/api/v1/accounts/relationships?id[]=${encodeURIComponent(id)}`, asking);
  if (!answer.ok) return answer;
  const [first] = Array.isArray(answer.value) ? (answer.value as unknown[]) : [];
  return readShape(relationshipSchema, first, 'relationship');
}

function standingOf({ following, requested, blocking, blocked_by: blockedBy }: Relationship): FollowOutcome | null {
  if (requested) return 'requested';
  if (following) return 'already';
  return blocking || blockedBy ? 'blocked' : null;
}

async function follow({ origin, token }: Here, id: string, { http, now }: Asking): FollowResult {
  const asked = await http.postForm(`${origin}/api/v1/accounts/${encodeURIComponent(id)}/follow`, {}, { headers: bearer(token) });
  const refusal = asked.ok ? REFUSALS[asked.value.status] : undefined;
  if (refusal !== undefined) return ok(refusal);
  const answer = succeeded(asked, now);
  if (!answer.ok) return answer;
  const told = readShape(relationshipSchema.partial({ id: true }), answer.value.body, 'relationship');
  if (!told.ok) return told;
  return ok(told.value.following && !told.value.requested ? 'following' : 'requested');
}

const REFUSALS: Readonly<Record<number, FollowOutcome>> = { 403: 'blocked', 404: 'not-found', 422: 'limit-reached', 429: 'limit-reached' };

async function get({ origin, token }: Here, path: string, { http, now }: Asking): Promise<Result<unknown, NetworkFailure>> {
  const answer = succeeded(await http.getJson(`${origin}${path}`, { headers: bearer(token), followsRedirects: false }), now);
  return answer.ok ? ok(answer.value.body) : answer;
}
