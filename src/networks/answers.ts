import type { z } from 'zod';
import { fail, ok, type Result } from '../domain/result.ts';
import type { HttpAnswer, HttpFailure } from '../platform/http.ts';
import type { NetworkFailure } from './network.ts';

/** What an answer means before its body is looked at; a 2xx is a success. */
export function succeeded<Body>(
  answered: Result<HttpAnswer<Body>, HttpFailure>,
  now: Date,
): Result<HttpAnswer<Body>, NetworkFailure> {
  if (!answered.ok) return fail(requestFailure(answered.error));
  const { status, headers } = answered.value;
  return status >= 200 && status < 300 ? ok(answered.value) : fail(statusFailure(status, headers, now));
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
 * When a rate limit ends: `Retry-After` (RFC 9110: seconds or a date), else `X-RateLimit-Reset`
 * (ISO 8601 on Mastodon, Unix seconds elsewhere). Null when untold, past, or further than a day away.
 */
function retryAt(headers: ReadonlyMap<string, string>, now: Date): Date | null {
  const after = headers.get('retry-after') ?? '';
  const reset = headers.get('x-ratelimit-reset') ?? '';
  const candidates = [
    /^\d+$/.test(after) ? now.getTime() + Number(after) * 1000 : Date.parse(after),
    /^\d+$/.test(reset) ? Number(reset) * 1000 : Date.parse(reset),
  ];
  const usable = candidates.find((time) => time > now.getTime() && time <= now.getTime() + DAY_MS);
  return usable === undefined ? null : new Date(usable);
}
