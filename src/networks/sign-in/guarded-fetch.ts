import { fail, type Result } from '../../domain/result.ts';
import type { HttpAnswer } from '../../platform/http.ts';
import { succeeded } from '../answers.ts';
import type { Asking, NetworkFailure } from '../network.ts';

/** Thrown into a library that takes a `fetch`, as that reports by exceptions; who called the library finds it among the causes. */
export class NotFetched extends Error {
  constructor(readonly failure: NetworkFailure) {
    super(failure.type);
  }
}

/** The `fetch` of one act. */
export interface GuardedFetch {
  readonly fetch: typeof globalThis.fetch;
  /** The status of the last answer; null: there was none. */
  lastStatus(): number | null;
}

const ISSUER_METADATA = '/.well-known/oauth-authorization-server';

/**
 * The guarded client as a `fetch`, for a library that signs people in. No redirect is followed, and nothing is posted to an
 * origin that has not described itself in this act (RFC 8414).
 */
export function guardedFetch({ http, now }: Asking): GuardedFetch {
  const described = new Set<string>();
  let status: number | null = null;
  const send = async (request: Request): Promise<Result<HttpAnswer, NetworkFailure>> => {
    const { origin, pathname } = new URL(request.url);
    if (request.method === 'POST' && !described.has(origin)) return fail({ type: 'unreadable', detail: 'oauth-origin' });
    const asked = await ask(request, http);
    if (asked.ok && asked.value.status === 200 && pathname === ISSUER_METADATA) described.add(origin);
    return asked.ok ? asked : succeeded(asked, now);
  };
  return {
    lastStatus: () => status,
    fetch: async (input, init) => {
      status = null;
      const answer = await send(new Request(input, init));
      if (!answer.ok) throw new NotFetched(answer.error);
      status = answer.value.status;
      return responseOf(answer.value);
    },
  };
}

async function ask(request: Request, http: Asking['http']): ReturnType<Asking['http']['getJson']> {
  const { accept, 'content-type': type, ...headers } = Object.fromEntries(request.headers) as Record<string, string>;
  const options = { headers, ...(accept && { accept }), signal: request.signal };
  if (request.method === 'GET') return http.getJson(request.url, { ...options, followsRedirects: false });
  if (request.method !== 'POST') throw new Error(`A ${request.method} is nothing that signing in takes.`);
  const body = await request.text();
  if (type?.startsWith('application/json')) return http.postJson(request.url, JSON.parse(body), options);
  return http.postForm(request.url, Object.fromEntries(new URLSearchParams(body)), options);
}

/** Read and undone already: how long it was on its way, and how it was packed, would mislead. */
function responseOf({ status, headers, body }: HttpAnswer): Response {
  const told = [...headers].filter(([name]) => !['content-encoding', 'content-length', 'transfer-encoding'].includes(name));
  return new Response(body === undefined ? null : JSON.stringify(body), { status, headers: told });
}
