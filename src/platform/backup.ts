import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { DataSource, EntityManager } from 'typeorm';
import { fail, ok, type Result } from '../domain/result.ts';
import { BACKUP_VERSION, isFileError, type BackupHeader } from './backup-file.ts';
import { quoted, tablesInOrder, writeTextExactly, type TableShape } from './backup-tables.ts';
import { appliedMigrations, MIGRATION_TABLE } from './database.ts';
import { VERSION } from './version.ts';

export type BackupFailure = { type: 'exists' } | { type: 'file'; code: string };

export interface BackupSummary {
  rows: number;
  /** Of the file. */
  bytes: number;
}

/** Rows done, of how many. */
export type RowProgress = (done: number, total: number) => void;

export interface BackupOptions {
  now: Date;
  /** Tables that are left out because what they hold lives for a day at most. */
  without: readonly string[];
  progress?: RowProgress;
}

const PAGE = 500;

/**
 * Writes every table of the database to a new file, as it stood at one moment. The file gets its name only once it is
 * whole, and only its owner may read it. On the embedded database, whose one session the transaction keeps, other
 * clients wait meanwhile.
 */
export async function backup(
  dataSource: DataSource,
  path: string,
  options: BackupOptions,
): Promise<Result<BackupSummary, BackupFailure>> {
  if (existsSync(path)) return fail({ type: 'exists' });
  const partial = `${path}.partial`;
  try {
    const rows = await dataSource.transaction('REPEATABLE READ', (manager) => write(manager, partial, options));
    await rename(partial, path);
    return ok({ rows, bytes: (await stat(path)).size });
  } catch (error) {
    await rm(partial, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (isFileError(code)) return fail({ type: 'file', code });
    throw error;
  }
}

/** Tells how many rows were written. */
async function write(manager: EntityManager, path: string, options: BackupOptions): Promise<number> {
  await writeTextExactly(manager);
  const tables = await tablesInOrder(manager, [MIGRATION_TABLE, ...options.without]);
  const header = await headerOf(manager, tables, options.now);
  const chunks = Readable.from(content(manager, tables, header, options.progress));
  await pipeline(chunks, createGzip(), createWriteStream(path, { mode: 0o600, flush: true }));
  return totalRows(header);
}

async function headerOf(manager: EntityManager, tables: readonly TableShape[], now: Date): Promise<BackupHeader> {
  const counted = [];
  for (const { name, columns } of tables) {
    const [row] = await manager.query<{ rows: string }[]>(`SELECT count(*) AS rows FROM ${quoted(name)}`);
    counted.push({ name, columns: columns.map((column) => column.name), rows: Number(row?.rows) });
  }
  return {
    format: 'chiche-backup',
    version: BACKUP_VERSION,
    chiche: VERSION,
    takenAt: now.toISOString(),
    migrations: await appliedMigrations(manager),
    tables: counted,
  };
}

async function* content(
  manager: EntityManager,
  tables: readonly TableShape[],
  header: BackupHeader,
  progress: RowProgress | undefined,
): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const total = totalRows(header);
  let done = 0;
  for await (const { text, rows } of body(manager, tables, header)) {
    hash.update(text);
    yield text;
    done += rows;
    if (rows > 0) progress?.(done, total);
  }
  yield `${JSON.stringify({ sha256: hash.digest('base64url') })}\n`;
}

async function* body(
  manager: EntityManager,
  tables: readonly TableShape[],
  header: BackupHeader,
): AsyncGenerator<{ text: string; rows: number }> {
  yield { text: `${JSON.stringify(header)}\n`, rows: 0 };
  for (const table of tables) {
    yield { text: `${JSON.stringify({ table: table.name })}\n`, rows: 0 };
    for await (const page of pagesOf(manager, table)) {
      const lines = page.map((row) => `${JSON.stringify(table.columns.map(({ name }) => row[name]))}\n`);
      yield { text: lines.join(''), rows: page.length };
    }
  }
}

type TextRow = Record<string, string | null>;

/** A table's rows in the order of their keys, each page starting where the last one ended. */
async function* pagesOf(manager: EntityManager, { name, columns, key }: TableShape): AsyncGenerator<TextRow[]> {
  const list = columns.map((column) => `${quoted(column.name)}::text`).join(', ');
  // The key's name alone would mean the column of text.
  const keys = key.map((column) => `${quoted(name)}.${quoted(column)}`).join(', ');
  const typeOf = (wanted: string): string => columns.find((column) => column.name === wanted)?.type ?? 'text';
  const after = key.map((column, index) => `$${index + 1}::${typeOf(column)}`).join(', ');
  let last: TextRow | undefined;
  do {
    const where = last === undefined ? '' : `WHERE (${keys}) > (${after})`;
    const values = last === undefined ? [] : key.map((column) => last?.[column]);
    const page: TextRow[] = await manager.query(
      `SELECT ${list} FROM ${quoted(name)} ${where} ORDER BY ${keys} LIMIT ${PAGE}`,
      values,
    );
    if (page.length > 0) yield page;
    last = page.length < PAGE ? undefined : page.at(-1);
  } while (last !== undefined);
}

function totalRows(header: BackupHeader): number {
  return header.tables.reduce((total, { rows }) => total + rows, 0);
}
