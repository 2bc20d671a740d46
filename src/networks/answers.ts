import type { z } from 'zod';
import { fail, ok, type Result } from '../domain/result.ts';
import type { HttpAnswer, HttpFailure } from '../platform/http.ts';
import type { NetworkFailure } from './network.ts';

/** Failures that an API may name in the body of its answer. */
export type NamedFailure = 'gone' | 'suspended' | 'refused' | 'rate-limited';

/**
 * What an answer means; a 2xx is a success. `meaningOf` reads an API's own names of failures out of the body, where they
 * say more than the status.
 */
export function succeeded<Body>(
  answered: Result<HttpAnswer<Body>, HttpFailure>,
  now: Date,
  meaningOf: (body: Body) => NamedFailure | null = () => null,
): Result<HttpAnswer<Body>, NetworkFailure> {
  if (!answered.ok) return fail(requestFailure(answered.error));
  const { status, headers, body } = answered.value;
  if (status >= 200 && status < 300) return ok(answered.value);
  const named = meaningOf(body);
  if (named === 'rate-limited') return fail({ type: named, retryAt: retryAt(headers, now) });
  return fail(named === null ? statusFailure(status, headers, now) : { type: named });
}

/** Reads exactly what is needed out of external JSON; `what` names the document in the failure's detail. */
export function readShape<T>(schema: z.ZodType<T>, body: unknown, what: string): Result<T, NetworkFailure> {
  const parsed = schema.safeParse(body);
  return parsed.success ? ok(parsed.data) : fail({ type: 'unreadable', detail: what });
}

function requestFailure(failure: HttpFailure): NetworkFailure {
  switch (failure.type) {
    case 'timeout':
    case 'forbidden-address':
      return { type: 'unreachable', detail: failure.type };
    case 'unreachable':
    case 'opted-out':
    case 'busy':
      return failure;
    case 'paused':
      return { type: 'rate-limited', retryAt: failure.until };
    case 'forbidden-url':
    case 'too-large':
    case 'too-many-redirects':
    case 'undecodable':
    case 'not-json':
      return { type: 'unreadable', detail: failure.type };
  }
}

function statusFailure(status: number, headers: ReadonlyMap<string, string>, now: Date): NetworkFailure {
  if (status === 404) return { type: 'gone' };
  if (status === 410) return { type: 'deleted' };
  if (status === 429) return { type: 'rate-limited', retryAt: retryAt(headers, now) };
  if (status === 401 || status === 403 || status === 451) return { type: 'refused' };
  return { type: status >= 500 ? 'unreachable' : 'unreadable', detail: `status-${status}` };
}

const DAY_MS = 86_400_000;

/**
 * When a rate limit ends: `Retry-After` (RFC 9110: seconds or a date), else `X-RateLimit-Reset` or `RateLimit-Reset`
 * (ISO 8601 on Mastodon, Unix seconds on Bluesky and, as `x-rate-limit-reset`, on X, seconds from now in the IETF's draft).
 * Null when untold, past, or further than a day away.
 */
function retryAt(headers: ReadonlyMap<string, string>, now: Date): Date | null {
  const told = ['retry-after', 'x-ratelimit-reset', 'x-rate-limit-reset', 'ratelimit-reset'].map((name) => headers.get(name) ?? '');
  const candidates = told.map((value) => {
    if (!/^\d+$/.test(value)) return Date.parse(value);
    const seconds = Number(value);
    return seconds * 1000 <= DAY_MS ? now.getTime() + seconds * 1000 : seconds * 1000;
  });
  const usable = candidates.find((time) => time > now.getTime() && time <= now.getTime() + DAY_MS);
  return usable === undefined ? null : new Date(usable);
}
