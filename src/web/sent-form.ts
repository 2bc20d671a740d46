import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import type { Request } from 'express';
import { fail, ok, type Result } from '../domain/result.ts';

/** A file that came with a form, or that was too large to be kept. */
export type SentFile = Result<Buffer, { type: 'too-large' }>;

export type SentForm = { fields: Record<string, string>; file: SentFile | null };

/** What is wrong with a form as a whole, as an HTTP status. */
export type BrokenForm = { status: 400 | 408 | 413 };

export const MOST_FILE_BYTES = 8_000_000;
/** What is above the limit is read past, up to here, so that the page can say so and keep what was typed. */
const MOST_BYTES = 40_000_000;
const TIMEOUT = 120_000;

/** Forms have a dozen short fields and one file. */
const LIMITS = { fields: 30, fieldNameSize: 100, fieldSize: 10_000, files: 1, parts: 31, headerPairs: 20, fileSize: MOST_FILE_BYTES };

const files = new WeakMap<Request, SentFile>();

/** The file that came with a form, once {@link readMultipart} has read it; null for none. */
export function fileOf(request: Request): SentFile | null {
  return files.get(request) ?? null;
}

/** Reads `multipart/form-data` (RFC 7578): fields into the body, as of any other form, and the one file beside it. */
export async function readMultipart(request: Request): Promise<Result<null, BrokenForm>> {
  const announced = Number(request.headers['content-length'] ?? '0');
  if (announced > MOST_BYTES) return fail({ status: 413 });
  const read = await parse(request);
  if (!read.ok) return read;
  request.body = read.value.fields;
  if (read.value.file !== null) files.set(request, read.value.file);
  return ok(null);
}

async function parse(request: Request): Promise<Result<SentForm, BrokenForm>> {
  const fields = new Map<string, string>();
  let file: Promise<SentFile | null> = Promise.resolve(null);
  let broken: BrokenForm | null = null;
  try {
    const form = busboy({ headers: request.headers, limits: LIMITS });
    form.on('field', (name, value, { nameTruncated, valueTruncated }) => {
      if (nameTruncated || valueTruncated) broken = { status: 413 };
      fields.set(name, value);
    });
    form.on('file', (_name, stream) => void (file = collect(stream)));
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) form.once(limit, () => (broken = { status: 413 }));
    await pipeline(request, bounded, form, { signal: AbortSignal.timeout(TIMEOUT) });
  } catch (error) {
    return fail(failureOf(error));
  }
  return broken === null ? ok({ fields: Object.fromEntries(fields), file: await file }) : fail(broken);
}

/** An input without a file sends an empty one. */
async function collect(stream: NodeJS.ReadableStream & { truncated?: boolean }): Promise<SentFile | null> {
  const chunks: Buffer[] = [];
  try {
    // What is beyond the limit never gets here.
    for await (const chunk of stream) chunks.push(chunk as Buffer);
  } catch {
    // It broke off, and the form with it, which is told there.
    return null;
  }
  if (stream.truncated) return fail({ type: 'too-large' });
  const bytes = Buffer.concat(chunks);
  return bytes.length === 0 ? null : ok(bytes);
}

class TooMuch extends Error {}

/** A body that did not say how long it is ends here all the same. */
async function* bounded(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new TooMuch();
    yield chunk;
  }
}

/** Whatever else the parser says, somebody made the form up or went away in the middle of it. */
function failureOf(error: unknown): BrokenForm {
  if (error instanceof TooMuch) return { status: 413 };
  return { status: (error as Error).name === 'AbortError' ? 408 : 400 };
}
