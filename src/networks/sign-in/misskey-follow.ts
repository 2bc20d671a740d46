import { z } from 'zod';
import { ok, type Result } from '../../domain/result.ts';
import { readShape, succeeded } from '../answers.ts';
import type { Asking, NetworkFailure } from '../network.ts';
import type { FollowOutcome, FollowResult, ToFollow } from './follow-outcome.ts';

const flag = z.boolean().nullish().catch(null);
const userSchema = z.object({
  id: z.string().min(1).max(100),
  uri: z.string().max(4096).nullish().catch(null),
  movedTo: z.unknown().optional(),
  isFollowing: flag,
  hasPendingFollowRequestFromYou: flag,
  isBlocking: flag,
  isBlocked: flag,
});
type MisskeyUser = z.infer<typeof userSchema>;
const errorSchema = z.object({ error: z.object({ code: z.string() }) });

/** The person's server and token. */
interface Here {
  readonly origin: string;
  readonly token: string;
}

/** Misskey's `ApiError` in words for people. */
const CODES: Readonly<Record<string, FollowOutcome>> = {
  ALREADY_FOLLOWING: 'already',
  BLOCKING: 'blocked',
  BLOCKED: 'blocked',
  FOLLOWEE_IS_YOURSELF: 'own-account',
  NO_SUCH_USER: 'not-found',
  FAILED_TO_RESOLVE_REMOTE_USER: 'not-found',
  TOO_MANY_FOLLOWINGS: 'limit-reached',
  RATE_LIMIT_EXCEEDED: 'limit-reached',
};

/**
 * Follows on the person's own server: `users/show`, `following/create`, and `users/show` again, as only that tells whether
 * the other side has agreed.
 */
export async function followOnMisskey(here: Here, target: ToFollow, asking: Asking): FollowResult {
  const [username = '', host = ''] = target.handle.split('@');
  const isLocal = target.actorUri !== null && new URL(target.actorUri).origin === here.origin;
  const found = await call(here, 'users/show', { username, host: isLocal ? null : host }, asking);
  if (!found.ok) return found;
  if (typeof found.value === 'string') return ok(found.value);
  const user = readShape(userSchema, found.value, 'user');
  if (!user.ok) return user;
  if (user.value.uri && target.actorUri !== null && user.value.uri !== target.actorUri) return ok('not-found');
  if (user.value.movedTo) return ok('moved');
  const standing = standingOf(user.value);
  return standing === null ? follow(here, user.value.id, asking) : ok(standing);
}

async function follow(here: Here, userId: string, asking: Asking): FollowResult {
  const created = await call(here, 'following/create', { userId }, asking);
  if (!created.ok) return created;
  if (typeof created.value === 'string') return ok(created.value);
  const shown = await call(here, 'users/show', { userId }, asking);
  if (!shown.ok) return shown;
  const user = readShape(userSchema, shown.value, 'user');
  return user.ok ? ok(user.value.isFollowing && !user.value.hasPendingFollowRequestFromYou ? 'following' : 'requested') : user;
}

function standingOf(user: MisskeyUser): FollowOutcome | null {
  if (user.hasPendingFollowRequestFromYou) return 'requested';
  if (user.isFollowing) return 'already';
  return user.isBlocking || user.isBlocked ? 'blocked' : null;
}

/** An answer, or the word for the error that it is. */
async function call({ origin, token }: Here, endpoint: string, fields: object, { http, now }: Asking): Promise<Result<object | FollowOutcome, NetworkFailure>> {
  const asked = await http.postJson(`${origin}/api/${endpoint}`, { ...fields, i: token });
  const code = asked.ok ? errorSchema.safeParse(asked.value.body).data?.error.code : undefined;
  const named = code === undefined ? undefined : CODES[code];
  if (named !== undefined) return ok(named);
  const answer = succeeded(asked, now);
  return answer.ok ? ok(answer.value.body ?? {}) : answer;
}
