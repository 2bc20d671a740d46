import { createHash } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.ts';

/** After this a page is rendered again; with what a client may keep, none is seen older than ten seconds. */
const FRESH_MILLISECONDS = 4_000;
/** While one request renders a page again, the others get the old one, up to this age. */
const STALE_MILLISECONDS = 6_000;
/** For so long others wait for the one that renders. */
const PATIENCE_MILLISECONDS = 5_000;
const CLIENT_SECONDS = 4;
/** When what was kept for long runs out, caches ask again behind the back of those who wait. */
const WHILE_REVALIDATED_SECONDS = 60;
const MAX_BYTES = 128 * 1024 * 1024;
/** What an entry holds beside bodies and its address: three sets of headers, mostly. */
const ENTRY_BYTES = 2_048;
/** Below this, compression costs more than it saves. */
const COMPRESS_FROM_BYTES = 1_024;

const ENCODINGS = ['br', 'gzip', 'identity'] as const;
type Encoding = (typeof ENCODINGS)[number];

interface Representation {
  body: Buffer;
  etag: string;
  headers: OutgoingHttpHeaders;
}

interface Entry {
  renderedAt: number;
  keptUntil: Date | null;
  size: number;
  by: Record<Encoding, Representation>;
}

type Waiting = (() => void)[];

export interface PublicPage {
  body: string | Buffer;
  /** `Content-Type`. */
  type: string;
  /** Pictures are compressed already. */
  compressible: boolean;
  /** Until when clients and caches on the way need not ask again; a few seconds, if not given. */
  keptUntil?: Date;
  /** The same for readers of every language. */
  speechless?: boolean;
}

const compress = {
  br: (body: Buffer) =>
    promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (body: Buffer) => promisify(gzip)(body, { level: 6 }),
  identity: async (body: Buffer) => body,
};

/**
 * Public pages, rendered and compressed once, in front of the router. Only what is published here is kept; a page that
 * belongs to one person never is.
 */
export class PageCache {
  private readonly entries: LRUCache<string, Entry>;
  /** By address: who waits for the page that is being rendered again. */
  private readonly waiting = new Map<string, Waiting>();

  private readonly encodings = new LRUCache<string, Encoding>({ max: 500 });

  /** `languageOf` tells in which language an `Accept-Language` header is answered. */
  constructor(
    private readonly clock: Clock,
    private readonly languageOf: (acceptLanguage: string | undefined) => string,
    maxBytes = MAX_BYTES,
    private readonly patience = PATIENCE_MILLISECONDS,
  ) {
    const sizeCalculation = (entry: Entry, key: string): number => entry.size + key.length + ENTRY_BYTES;
    this.entries = new LRUCache({ maxSize: maxBytes, sizeCalculation });
  }

  /**
   * Answers with a kept page, or has it rendered by `render`. A page that is too old is rendered by one request for all, as long as
   * that one is quick: in a rush there would be no end of rendering.
   */
  serve(request: IncomingMessage, response: ServerResponse, render: () => void): void {
    if (!isPlainQuestion(request)) return render();
    const key = this.keyOf(request);
    const entry = this.entries.get(key);
    if (entry === undefined) return render();
    const waiting = this.waiting.get(key);
    if (this.usable(entry, waiting !== undefined)) return this.send(request, response, entry);
    if (waiting === undefined) {
      this.lead(key, response);
      return render();
    }
    waiting.push(() => {
      const anew = this.entries.get(key);
      if (anew !== undefined && this.usable(anew, false)) this.send(request, response, anew);
      else render();
    });
  }

  /** Sends a page and keeps it for everyone who asks for the same URL in the same language. */
  async publish(request: IncomingMessage, response: ServerResponse, page: PublicPage): Promise<void> {
    const entry = await this.prepare(page, response.getHeaders());
    const key = this.keyOf(request);
    this.entries.set(key, entry);
    this.send(request, response, entry);
    this.wake(key);
  }

  /** Forgets everything, for a change that must be seen at once. */
  clear(): void {
    this.entries.clear();
  }

  private keyOf(request: IncomingMessage): string {
    return `${this.languageOf(request.headers['accept-language'])} ${request.url ?? ''}`;
  }

  private usable({ renderedAt }: Entry, isRendering: boolean): boolean {
    const age = this.clock.now().getTime() - renderedAt;
    return age < FRESH_MILLISECONDS || (isRendering && age < STALE_MILLISECONDS);
  }

  /** Has others wait for what is rendered now, until that is published, or comes to nothing, or takes too long. */
  private lead(key: string, response: ServerResponse): void {
    const followers: Waiting = [];
    this.waiting.set(key, followers);
    const letGo = (): void => {
      clearTimeout(timer);
      if (this.waiting.get(key) === followers) this.wake(key);
    };
    const timer = setTimeout(letGo, this.patience).unref();
    response.once('close', letGo);
  }

  private wake(key: string): void {
    const waiting = this.waiting.get(key) ?? [];
    this.waiting.delete(key);
    for (const goOn of waiting) goOn();
  }

  private async prepare(page: PublicPage, headers: OutgoingHttpHeaders): Promise<Entry> {
    const body = typeof page.body === 'string' ? Buffer.from(page.body) : page.body;
    const digest = createHash('sha256').update(body).digest('base64url').slice(0, 22);
    const compressible = page.compressible && body.length >= COMPRESS_FROM_BYTES;
    const represent = async (encoding: Encoding): Promise<Representation> => {
      const applied = compressible ? encoding : 'identity';
      const encoded = await compress[applied](body);
      const etag = `"${digest}-${applied}"`;
      return {
        body: encoded,
        etag,
        headers: {
          ...headers,
          'content-type': page.type,
          'content-length': encoded.length,
          ...(applied === 'identity' ? {} : { 'content-encoding': applied }),
          etag,
          vary: page.speechless === true ? 'Accept-Encoding' : 'Accept-Encoding, Accept-Language',
          'cache-control': `public, max-age=${CLIENT_SECONDS}`,
        },
      };
    };
    const [br, gz, identity] = await Promise.all(ENCODINGS.map(represent));
    if (!br || !gz || !identity) throw new Error('A representation is missing.');
    return {
      renderedAt: this.clock.now().getTime(),
      keptUntil: page.keptUntil ?? null,
      size: br.body.length + gz.body.length + identity.body.length,
      by: { br, gzip: gz, identity },
    };
  }

  private send(request: IncomingMessage, response: ServerResponse, entry: Entry): void {
    const { body, etag, headers: own } = entry.by[this.encodingFor(request.headers['accept-encoding'])];
    const headers = entry.keptUntil === null ? own : { ...own, 'cache-control': this.keptUntil(entry.keptUntil) };
    if (matches(request.headers['if-none-match'], etag)) {
      const { 'content-length': _, 'content-type': __, 'content-encoding': ___, ...kept } = headers;
      response.writeHead(304, kept);
      response.end();
      return;
    }
    response.writeHead(200, headers);
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  private keptUntil(moment: Date): string {
    const left = Math.max(0, Math.ceil((moment.getTime() - this.clock.now().getTime()) / 1_000));
    return `public, max-age=${left}, stale-while-revalidate=${WHILE_REVALIDATED_SECONDS}`;
  }

  private encodingFor(accepted: string | undefined): Encoding {
    if (accepted === undefined) return 'identity';
    const known = this.encodings.get(accepted);
    if (known !== undefined) return known;
    const encoding = preferred(accepted);
    this.encodings.set(accepted, encoding);
    return encoding;
  }
}

/** Whoever sends a body is in no hurry, maybe, and nobody is to wait for them. */
function isPlainQuestion({ method, headers }: IncomingMessage): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
}

/** The best encoding that an `Accept-Encoding` header (RFC 9110, 12.5.3) allows. */
function preferred(accepted: string): Encoding {
  const refused = new Set<string>();
  const named = new Set<string>();
  for (const part of accepted.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    named.add(name);
    if (parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) refused.add(name);
  }
  return ENCODINGS.find((encoding) => named.has(encoding) && !refused.has(encoding)) ?? 'identity';
}

function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*');
}
