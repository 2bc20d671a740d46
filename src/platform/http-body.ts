import type { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { fail, ok, type Result } from '../domain/result.ts';

type BodyFailure = { type: 'too-large' } | { type: 'undecodable' };

/** The codings that readBody undoes; sent as Accept-Encoding. */
export const ACCEPTED_CODINGS = 'gzip, br';

/** ActivityPub documents nest less than ten deep; the rest is an attack on whoever walks the tree. */
const MAX_JSON_DEPTH = 32;

class TooLarge extends Error {}

/**
 * Reads a body whole, counting bytes as they arrive and again as they come out of
 * decompression, so that neither an endless body nor a small bomb is ever held in memory.
 * Rejects only for what happened to the connection (reset, aborted).
 */
export async function readBody(
  body: Readable,
  coding: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Result<Buffer, BodyFailure>> {
  const decoder = decoderFor(coding);
  if (decoder === 'unknown') {
    discard(body);
    return fail({ type: 'undecodable' });
  }
  try {
    return ok(await collect(body, decoder, maxBytes, signal));
  } catch (error) {
    if (error instanceof TooLarge) return fail({ type: 'too-large' });
    if (isZlibError(error)) return fail({ type: 'undecodable' });
    throw error;
  }
}

/** Closes a body that nobody will read, and with it its connection. */
export function discard(body: Readable): void {
  body.on('error', () => undefined); // undici reports its own destruction as an error
  body.destroy();
}

async function collect(
  body: Readable,
  decoder: Duplex | null,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const sink = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of counted(source, maxBytes)) chunks.push(chunk);
  };
  if (decoder) await pipeline(body, (source) => counted(source, maxBytes), decoder, sink, { signal });
  else await pipeline(body, sink, { signal });
  return Buffer.concat(chunks);
}

async function* counted(source: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new TooLarge();
    yield chunk;
  }
}

function decoderFor(coding: string): Duplex | null | 'unknown' {
  switch (coding.trim().toLowerCase()) {
    case '':
    case 'identity':
      return null;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return 'unknown'; // includes stacked codings, which no honest server sends
  }
}

function isZlibError(error: unknown): boolean {
  return /^(Z_|ERR__ERROR)/.test(codeOf(error) ?? '');
}

/** The code that Node and undici give to an error of the outside world; null for any other. */
export function codeOf(error: unknown): string | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}

/** JSON types (`did+ld+json` has two suffixes), and the types under which static hosts serve extensionless .well-known files. */
const JSON_MEDIA_TYPE = /^(application\/([\w.+-]+\+)?json|text\/plain|application\/octet-stream|)$/;

/**
 * Parses JSON from a body of a fitting media type and of bounded depth; `undefined` when it is not that.
 * Callers that need a narrower type (ActivityPub does) check the header themselves.
 */
export function parseJson(bytes: Buffer, contentType: string): unknown {
  const mediaType = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  if (!JSON_MEDIA_TYPE.test(mediaType)) return undefined;
  const text = new TextDecoder().decode(bytes);
  if (nestsDeeperThan(text, MAX_JSON_DEPTH)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function nestsDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i];
    if (inString) {
      if (character === '\\') i += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') {
      depth += 1;
      if (depth > limit) return true;
    } else if (character === '}' || character === ']') depth -= 1;
  }
  return false;
}
