import { z } from 'zod';
import { parseXHandle } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { readShape, succeeded } from './answers.ts';
import type { Asking, FollowerCount, Network, NetworkFailure, XApi } from './network.ts';

/**
 * X. Its terms forbid scraping and its API is paid for by each account that is read, so that people read it unless the
 * operator set a token, and no request is made without one.
 */
export const network: Network = {
  id: 'x',
  name: 'X',
  fediverse: false,
  software: [],
  parseHandle: parseXHandle,
  profileUrl,
  home: () => 'api.x.com',
  batch: 100,
  onceADay: true,
  method: {
    calls: ['GET /2/users/by?usernames={name}'],
    signed: 'never',
    suspended: 'told',
  },

  /**
   * Never asks, with a token neither: a profile is built from the name alone, and whether it exists is for people to
   * see. Strangers type names here, and each answer would cost the operator $0.010.
   */
  find(handle) {
    return Promise.resolve(
      ok({
        handle,
        url: profileUrl(handle),
        actorUri: null,
        remoteId: null,
        displayName: handle,
        pictureUrl: null,
        links: [],
        followers: null,
        limited: false,
      }),
    );
  },

  async followers(accounts, asking) {
    const names = accounts.map(({ handle }) => handle);
    if (asking.xApi === null) return forEach(names, () => fail({ type: 'read-by-people' }));
    const answer = await lookUp(names, asking.xApi, asking);
    return forEach(names, (name) => (answer.ok ? countOf(name, answer.value) : answer));
  },
};

function profileUrl(handle: string): string {
  return `https://x.com/${handle}`;
}

function forEach<Value>(names: readonly string[], valueOf: (name: string) => Value): ReadonlyMap<string, Value> {
  return new Map(names.map((name) => [name, valueOf(name)]));
}

const entries = z.array(z.unknown()).max(1_000).nullish();
const answerSchema = z.object({ data: entries, errors: entries });
type Answer = z.infer<typeof answerSchema>;

const metricsSchema = z.object({ followers_count: z.number().int().min(0) });
const userSchema = z.object({
  id: z.string().min(1).max(30),
  username: z.string(),
  protected: z.boolean().nullish().catch(null),
  withheld: z.object({ country_codes: z.array(z.string()).max(1_000) }).nullish().catch(null),
  public_metrics: metricsSchema.nullish(),
});
const problemSchema = z.object({ value: z.string(), type: z.string(), detail: z.string().catch('') });

/**
 * `GET /2/users/by` (X API v2): up to 100 names in one call, whose answer is 200 even if some of them could not be
 * read. The token never goes anywhere else: a redirect of it is a failure.
 */
async function lookUp(
  names: readonly string[],
  { url, bearerToken }: XApi,
  { http, now }: Asking,
): Promise<Result<Answer, NetworkFailure>> {
  const address = `${url}/2/users/by?usernames=${names.join(',')}&user.fields=public_metrics,protected,withheld`;
  const headers = { authorization: `Bearer ${bearerToken}` };
  const answer = succeeded(await http.getJson(address, { headers, followsRedirects: false }), now);
  return answer.ok ? readShape(answerSchema, answer.value.body, 'x-users') : fail(unpaid(answer.error));
}

/** 402 is how X says that the operator's credits are used up. */
function unpaid(failure: NetworkFailure): NetworkFailure {
  return failure.type === 'unreadable' && failure.detail === 'status-402' ? { type: 'refused' } : failure;
}

/** What the answer says of one name; X compares names without case, and whoever was not asked for is not looked at. */
function countOf(name: string, { data, errors }: Answer): Result<FollowerCount, NetworkFailure> {
  const found = (data ?? []).find((entry) => isNamed(entry, 'username', name));
  if (found !== undefined) return readUser(name, found);
  const problem = problemSchema.safeParse((errors ?? []).find((entry) => isNamed(entry, 'value', name)));
  return fail(problem.success ? problemOf(problem.data) : { type: 'unreadable', detail: 'not-in-answer' });
}

function isNamed(entry: unknown, key: string, name: string): boolean {
  const value = typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>)[key] : undefined;
  return typeof value === 'string' && value.toLowerCase() === name.toLowerCase();
}

/** A protected account's count is as public as any other, as long as it is told. */
function readUser(name: string, entry: unknown): Result<FollowerCount, NetworkFailure> {
  const user = readShape(userSchema, entry, 'x-user');
  if (!user.ok) return user;
  const { id, public_metrics: metrics, withheld } = user.value;
  if (!metrics) return fail(user.value.protected ? { type: 'hidden' } : { type: 'unreadable', detail: 'x-metrics' });
  const limited = (withheld?.country_codes ?? []).length > 0;
  return ok({ handle: name, actorUri: null, remoteId: id, limited, followers: metrics.followers_count });
}

/**
 * Problem types of the X API v2. A suspended account is "not found" too, with the title `Forbidden` and the detail
 * `User has been suspended: [name].`
 */
function problemOf({ type, detail }: z.infer<typeof problemSchema>): NetworkFailure {
  switch (type.split('/').at(-1)) {
    case 'resource-not-found':
      return { type: /\bsuspended\b/i.test(detail) ? 'suspended' : 'gone' };
    case 'not-authorized-for-resource':
      return { type: 'hidden' };
    case 'resource-unavailable':
      return { type: 'unreadable', detail: 'resource-unavailable' };
    default:
      return { type: 'unreadable', detail: 'x-problem' };
  }
}
