import { isIP } from 'node:net';
import { Agent, errors, type Dispatcher } from 'undici';
import { fail, ok, type Result } from '../domain/result.ts';
import { ACCEPTED_CODINGS, codeOf, discard, parseJson, readBody } from './http-body.ts';
import { ForbiddenAddress, guardedConnector, type Lookup, type PrivateNetwork } from './http-connector.ts';

export type { Lookup } from './http-connector.ts';

/** An answer that was read whole; `url` is where it came from after redirects, header names are lower-case. */
export interface HttpAnswer<Body = unknown> {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly url: string;
  readonly body: Body;
}

/**
 * Why there is no answer. `forbidden-url`: not plain HTTPS to a name; `forbidden-address`: the name leads to
 * a private network; `not-json`: a success that is not JSON (a CDN's challenge page, often);
 * `undecodable`: broken or unknown compression. `detail` is an error code, never an address or a handle.
 */
export type HttpFailure =
  | { readonly type: 'timeout' }
  | { readonly type: 'unreachable'; readonly detail: string }
  | { readonly type: 'forbidden-address' }
  | { readonly type: 'forbidden-url' }
  | { readonly type: 'too-large' }
  | { readonly type: 'too-many-redirects' }
  | { readonly type: 'undecodable'; readonly status: number }
  | { readonly type: 'not-json'; readonly status: number }
  /**
   * Not asked at all (polite-http.ts): the server's rate limit is used up until then, another server than the one that
   * is visited is better left alone until then, or robots.txt forbids it.
   */
  | { readonly type: 'paused'; readonly until: Date }
  | { readonly type: 'busy'; readonly until: Date }
  | { readonly type: 'opted-out' };

export interface RequestOptions {
  readonly accept?: string;
  /** Authorization and the like: unlike `accept`, never sent along a redirect to another origin. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What federated servers ask of each other anyway: actors, collections, WebFinger, NodeInfo. */
  readonly federation?: boolean;
  readonly signal?: AbortSignal;
}

export interface GetOptions extends RequestOptions {
  /** Signed by the client's signer, if it has one, and signed anew for every redirect. */
  readonly signed?: boolean;
  /** False: a redirect is handed back. */
  readonly followsRedirects?: boolean;
}

/** A file in a form: the field that it is sent in, how it is called there, and what it is. */
export interface SentFile {
  readonly field: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** The headers that sign a request; see http-signatures.ts. */
export type Sign = (request: { method: string; url: URL }) => Promise<Readonly<Record<string, string>>>;

type Answered<Body> = Promise<Result<HttpAnswer<Body>, HttpFailure>>;

/**
 * The only way out to servers whose names strangers type. HTTPS on its own port, to public addresses,
 * a bounded body in a bounded time. No retries: whoever asks knows whether asking again is polite.
 */
export interface GuardedHttp {
  /** The body is `undefined` when the status is not 2xx and the body is not JSON. */
  getJson(url: string, options?: GetOptions): Answered<unknown>;
  /** As getJson. A redirect is handed back, not followed: repeating an act elsewhere is the caller's choice. */
  postJson(url: string, json: unknown, options?: RequestOptions): Answered<unknown>;
  /** As postJson, with the fields of a form (RFC 6749 asks for it). */
  postForm(url: string, fields: Readonly<Record<string, string>>, options?: RequestOptions): Answered<unknown>;
  /** As postJson, with the fields of a form and a file in it (RFC 7578). */
  postFile(url: string, fields: Readonly<Record<string, string>>, file: SentFile, options?: RequestOptions): Answered<unknown>;
  getText(url: string, options?: GetOptions): Answered<string>;
  getBytes(url: string, options?: GetOptions): Answered<Buffer>;
  /** Ends every connection, also those in use. */
  close(): Promise<void>;
}

export interface GuardedHttpOptions {
  readonly userAgent: string;
  readonly privateNetwork: PrivateNetwork;
  readonly lookup?: Lookup;
  /** Asked at the first signed request and at every one after it. What it throws is thrown to whoever asks. */
  readonly signer?: () => Promise<Sign>;
  /** For the whole exchange, redirects and body included. */
  readonly timeoutMs?: number;
  /** Counted on the wire and after decompression. */
  readonly maxBytes?: number;
}

const FORM = 'application/x-www-form-urlencoded';
const MAX_REDIRECTS = 3;
const MAX_URL_LENGTH = 4096;
const CONNECTIONS_PER_ORIGIN = 8;

interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly sign?: Sign | undefined;
  readonly follows: boolean;
  readonly signal: AbortSignal;
}

interface Client {
  readonly agent: Agent;
  readonly userAgent: string;
  readonly signer: (() => Promise<Sign>) | undefined;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** One client serves a whole process: it keeps connections open between requests. */
export function createGuardedHttp(options: GuardedHttpOptions): GuardedHttp {
  const { userAgent, privateNetwork, lookup, signer, timeoutMs = 10_000, maxBytes = 1_000_000 } = options;
  const agent = new Agent({
    connect: guardedConnector(privateNetwork, lookup, timeoutMs),
    connections: CONNECTIONS_PER_ORIGIN,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  const client = { agent, userAgent, signer, timeoutMs, maxBytes };
  return {
    getJson: async (url, asked = {}) => asJson(await get(client, url, { accept: 'application/json', ...asked })),
    postJson: async (url, json, asked = {}) => asJson(await post(client, url, [JSON.stringify(json), 'application/json'], asked)),
    postForm: async (url, fields, asked = {}) => asJson(await post(client, url, [String(new URLSearchParams(fields)), FORM], asked)),
    postFile: async (url, fields, file, asked = {}) => asJson(await post(client, url, await multipart(fields, file), asked)),
    getText: async (url, asked = {}) => asText(await get(client, url, asked)),
    getBytes: (url, asked = {}) => get(client, url, asked),
    close: () => agent.destroy(),
  };
}

async function get(client: Client, url: string, asked: GetOptions): Answered<Buffer> {
  // Before the clock of the exchange starts: a key that cannot be had is not the other server's fault.
  const sign = asked.signed ? await client.signer?.() : undefined;
  const headers = { ...asked.headers, accept: asked.accept ?? '*/*' };
  return exchange(client, url, { method: 'GET', headers, sign, follows: asked.followsRedirects ?? true }, asked);
}

function post(client: Client, url: string, [body, type]: readonly [string | Buffer, string], asked: RequestOptions): Answered<Buffer> {
  const accept = asked.accept ?? 'application/json';
  const headers = { ...asked.headers, accept, 'content-type': type };
  return exchange(client, url, { method: 'POST', headers, body, follows: false }, asked);
}

async function multipart(fields: Readonly<Record<string, string>>, { field, name, type, bytes }: SentFile): Promise<[Buffer, string]> {
  const form = new FormData();
  for (const [each, value] of Object.entries(fields)) form.set(each, value);
  form.set(field, new Blob([new Uint8Array(bytes)], { type }), name);
  const encoded = new Response(form);
  return [Buffer.from(await encoded.arrayBuffer()), encoded.headers.get('content-type') ?? ''];
}

async function exchange(
  { agent, userAgent, timeoutMs, maxBytes }: Client,
  url: string,
  asking: Omit<Exchange, 'signal'>,
  asked: RequestOptions,
): Answered<Buffer> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = asked.signal ? AbortSignal.any([deadline, asked.signal]) : deadline;
  const headers = { ...asking.headers, 'accept-encoding': ACCEPTED_CODINGS, 'user-agent': userAgent };
  try {
    return await follow(agent, url, { ...asking, headers, signal }, maxBytes);
  } catch (error) {
    if (deadline.aborted) return fail({ type: 'timeout' });
    if (signal.aborted) return fail({ type: 'unreachable', detail: 'aborted' });
    return fail(failureOf(error));
  }
}

/** Every hop passes the same checks as the first. */
async function follow(agent: Agent, start: string, first: Exchange, maxBytes: number): Answered<Buffer> {
  let checked = checkUrl(start);
  let hop = first;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    if (!checked.ok) return checked;
    const url = checked.value;
    const response = await send(agent, url, hop);
    const location = hop.follows ? redirectOf(response) : null;
    if (location === null) return receive(response, url, hop.signal, maxBytes);
    discard(response.body);
    checked = checkUrl(location, url);
    if (checked.ok && checked.value.origin !== url.origin) hop = withoutSecrets(hop);
  }
  return fail({ type: 'too-many-redirects' });
}

async function send(agent: Agent, url: URL, hop: Exchange): Promise<Dispatcher.ResponseData> {
  const { method, body = null, signal } = hop;
  const headers = { ...hop.headers, ...(await hop.sign?.({ method, url })) };
  return agent.request({ origin: url.origin, path: url.pathname + url.search, method, headers, signal, body });
}

async function receive(
  response: Dispatcher.ResponseData,
  url: URL,
  signal: AbortSignal,
  maxBytes: number,
): Answered<Buffer> {
  const headers = headersOf(response);
  const body = await readBody(response.body, headers.get('content-encoding') ?? '', maxBytes, signal);
  if (body.ok) return ok({ status: response.statusCode, headers, url: url.href, body: body.value });
  if (body.error.type === 'too-large') return fail({ type: 'too-large' });
  return fail({ type: 'undecodable', status: response.statusCode });
}

/** HTTPS, default port, no user, and a name: an IP literal is nobody's fediverse server. */
function checkUrl(text: string, base?: URL): Result<URL, HttpFailure> {
  const url = text.length <= MAX_URL_LENGTH && URL.canParse(text, base?.href) ? new URL(text, base) : null;
  const plain =
    url !== null &&
    url.protocol === 'https:' &&
    url.port === '' &&
    url.username === '' &&
    url.password === '' &&
    !url.hostname.startsWith('[') &&
    isIP(url.hostname) === 0;
  return plain ? ok(url) : fail({ type: 'forbidden-url' });
}

function redirectOf(response: Dispatcher.ResponseData): string | null {
  if (![301, 302, 303, 307, 308].includes(response.statusCode)) return null;
  const { location } = response.headers;
  return typeof location === 'string' ? location : null;
}

function withoutSecrets(hop: Exchange): Exchange {
  const kept = Object.entries(hop.headers).filter(([name]) => /^(accept|accept-encoding|user-agent)$/.test(name));
  return { ...hop, headers: Object.fromEntries(kept) };
}

function headersOf(response: Dispatcher.ResponseData): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

function asJson(answer: Result<HttpAnswer<Buffer>, HttpFailure>): Result<HttpAnswer, HttpFailure> {
  if (!answer.ok) return answer;
  const { status, headers } = answer.value;
  const body = parseJson(answer.value.body, headers.get('content-type') ?? '');
  const succeeded = status >= 200 && status < 300;
  return body === undefined && succeeded ? fail({ type: 'not-json', status }) : ok({ ...answer.value, body });
}

function asText(answer: Result<HttpAnswer<Buffer>, HttpFailure>): Result<HttpAnswer<string>, HttpFailure> {
  return answer.ok ? ok({ ...answer.value, body: new TextDecoder().decode(answer.value.body) }) : answer;
}

function failureOf(error: unknown): HttpFailure {
  if (error instanceof ForbiddenAddress) return { type: 'forbidden-address' };
  if (error instanceof errors.HTTPParserError) return { type: 'unreachable', detail: 'not-http' };
  const code = codeOf(error);
  // Sockets, resolvers, TLS and undici all give their errors a code; an error without one is a bug of ours.
  if (code === null) throw error;
  return /^UND_ERR_(HEADERS|BODY|CONNECT)_TIMEOUT$/.test(code)
    ? { type: 'timeout' }
    : { type: 'unreachable', detail: code };
}
