import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { fail, ok, type Result } from '../domain/result.ts';

/*
 * A backup is gzip over lines of JSON: the header, then for each table its name and its rows, then a checksum.
 *
 *   {"format":"chiche-backup","version":1,"chiche":"0.1.0","takenAt":"…","migrations":["…"],"tables":[…]}
 *   {"table":"institution"}
 *   ["01924…","Ministère…",null,…]        values as PostgreSQL writes them, in the header's order of columns
 *   {"sha256":"…"}                         of every byte before this line
 */

export const BACKUP_VERSION = 1;

const headerSchema = z.object({
  format: z.literal('chiche-backup'),
  version: z.number().int(),
  /** The program that wrote it. */
  chiche: z.string(),
  takenAt: z.iso.datetime(),
  migrations: z.array(z.string()),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()), rows: z.number().int().nonnegative() })),
});
export type BackupHeader = z.infer<typeof headerSchema>;
export type BackedUpTable = BackupHeader['tables'][number];

export type Row = (string | null)[];

const rowSchema = z.array(z.string().nullable());
const tableLine = z.object({ table: z.string() });
const endLine = z.object({ sha256: z.string() });

/** The file cannot be used. `damaged`: truncated or altered. `file`: a code of the operating system, like ENOENT. */
export type BackupFileFailure =
  | { type: 'file'; code: string }
  | { type: 'not-a-backup' }
  | { type: 'newer-format'; version: number }
  | { type: 'damaged' };

/** Carries a failure out of the reading, past whatever the rows are being put into. */
class Unusable extends Error {
  constructor(readonly failure: BackupFileFailure) {
    super(failure.type);
  }
}

const BATCH = 500;

export type TakeRows = (table: BackedUpTable, rows: Row[], header: BackupHeader) => Promise<void> | void;

/**
 * Reads a backup to its end, handing over its rows by batches; ok only when header, counts and checksum hold, so
 * that rows handed over before must be undone by a failure.
 */
export async function readBackup(
  path: string,
  take: TakeRows,
): Promise<Result<BackupHeader, BackupFileFailure>> {
  try {
    return ok(await readThrough(linesOf(path), take));
  } catch (error) {
    if (error instanceof Unusable) return fail(error.failure);
    const { code } = error as NodeJS.ErrnoException;
    if (isFileError(code)) return fail({ type: 'file', code });
    throw error;
  }
}

async function readThrough(
  lines: AsyncGenerator<Line>,
  take: TakeRows,
): Promise<BackupHeader> {
  const first = await lines.next();
  const header = readHeader(first.done ? '' : first.value.text);
  for (const table of header.tables) {
    if (parse(tableLine, await nextOf(lines)).table !== table.name) throw new Unusable({ type: 'damaged' });
    for (let left = table.rows; left > 0; ) {
      const rows = await batch(lines, Math.min(BATCH, left), table.columns.length);
      await take(table, rows, header);
      left -= rows.length;
    }
  }
  const end = await lines.next();
  if (end.done || parse(endLine, end.value.text).sha256 !== end.value.digestBefore()) throw new Unusable({ type: 'damaged' });
  if (!(await lines.next()).done) throw new Unusable({ type: 'damaged' });
  return header;
}

function readHeader(line: string): BackupHeader {
  const parsed = z.string().transform(toJson).pipe(headerSchema).safeParse(line);
  if (!parsed.success) throw new Unusable({ type: 'not-a-backup' });
  const { version } = parsed.data;
  if (version > BACKUP_VERSION) throw new Unusable({ type: 'newer-format', version });
  return parsed.data;
}

async function batch(lines: AsyncGenerator<Line>, size: number, columns: number): Promise<Row[]> {
  const rows: Row[] = [];
  while (rows.length < size) {
    const row = parse(rowSchema, await nextOf(lines));
    if (row.length !== columns) throw new Unusable({ type: 'damaged' });
    rows.push(row);
  }
  return rows;
}

async function nextOf(lines: AsyncGenerator<Line>): Promise<string> {
  const line = await lines.next();
  if (line.done) throw new Unusable({ type: 'damaged' });
  return line.value.text;
}

function parse<T>(schema: z.ZodType<T>, line: string): T {
  const parsed = schema.safeParse(toJson(line));
  if (!parsed.success) throw new Unusable({ type: 'damaged' });
  return parsed.data;
}

function toJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

interface Line {
  text: string;
  /** SHA-256 of everything before this line. */
  digestBefore(): string;
}

async function* linesOf(path: string): AsyncGenerator<Line> {
  const hash = createHash('sha256');
  let rest = '';
  let first = true;
  try {
    for await (const text of unzipped(path)) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        yield { text: line, digestBefore: () => hash.copy().digest('base64url') };
        hash.update(`${line}\n`);
        first = false;
      }
    }
  } catch (error) {
    // zlib's own codes: not gzip at all, or broken further on.
    if (!/^Z_/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new Unusable({ type: first ? 'not-a-backup' : 'damaged' });
  }
  if (rest !== '') throw new Unusable({ type: first ? 'not-a-backup' : 'damaged' });
}

function unzipped(path: string): AsyncIterable<string> {
  const file = createReadStream(path);
  const gunzip = createGunzip();
  gunzip.setEncoding('utf8');
  file.once('error', (error) => gunzip.destroy(error));
  gunzip.once('close', () => file.destroy());
  return file.pipe(gunzip);
}

/** Errors of files that people can do something about; whatever else goes wrong is a bug. */
export function isFileError(code: string | undefined): code is string {
  return /^E(ACCES|DQUOT|EXIST|FBIG|IO|ISDIR|LOOP|NAMETOOLONG|NOENT|NOSPC|NOTDIR|PERM|ROFS)$/.test(code ?? '');
}
