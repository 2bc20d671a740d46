import type { DataSource, EntityManager } from 'typeorm';
import { fail, ok, type Result } from '../domain/result.ts';
import { readBackup, type BackedUpTable, type BackupFileFailure, type BackupHeader, type Row } from './backup-file.ts';
import { quoted, tablesInOrder, writeTextExactly, type TableShape } from './backup-tables.ts';
import type { RowProgress } from './backup.ts';
import { appliedMigrations } from './database.ts';
import type { KeyRing, KeyRingFailure } from './key-ring.ts';

/** `other-migrations`: the file was written by another version of the program, which it names. */
export type RestoreFailure =
  | BackupFileFailure
  | KeyRingFailure
  | { type: 'not-empty'; tables: string[] }
  | { type: 'other-migrations'; version: string };

export interface RestoreProgress {
  checking: RowProgress;
  restoring: RowProgress;
}

/** Undoes the transaction; turned back into the failure that it carries. */
class Refused extends Error {
  constructor(readonly failure: RestoreFailure) {
    super(failure.type);
  }
}

/**
 * Fills an empty, migrated database from a backup that was written on either kind of database: whole or not at all.
 * The file is read to its end before anything is written. What nobody here could open is not brought back.
 */
export async function restore(
  dataSource: DataSource,
  path: string,
  keyRing: KeyRing,
  progress: Partial<RestoreProgress> = {},
): Promise<Result<BackupHeader, RestoreFailure>> {
  const checked = await readBackup(path, counting(progress.checking));
  if (!checked.ok) return checked;
  try {
    await dataSource.transaction(async (manager) => {
      await fill(manager, path, checked.value, progress.restoring);
      const fits = await keyRing.fits(manager);
      if (!fits.ok) throw new Refused(fits.error);
    });
    return ok(checked.value);
  } catch (error) {
    if (error instanceof Refused) return fail(error.failure);
    throw error;
  }
}

async function fill(
  manager: EntityManager,
  path: string,
  header: BackupHeader,
  progress: RowProgress | undefined,
): Promise<void> {
  await writeTextExactly(manager);
  if (String(await appliedMigrations(manager)) !== String(header.migrations)) {
    throw new Refused({ type: 'other-migrations', version: header.chiche });
  }
  const names = header.tables.map(({ name }) => name);
  const shapes = await tablesInOrder(manager, []);
  // Nobody may write into a table between the look and the rows.
  await manager.query(`LOCK TABLE ${names.map(quoted).join(', ')} IN EXCLUSIVE MODE`);
  const filled = await nonEmpty(manager, names);
  if (filled.length > 0) throw new Refused({ type: 'not-empty', tables: filled });
  const count = counting(progress);
  // Triggers made the rows what they are when they were first written. Undone by a failure, like all else here.
  await setTriggers(manager, names, 'DISABLE');
  const inserted = await readBackup(path, async (table, rows, read) => {
    await insert(manager, shapeOf(shapes, table), table.columns, rows);
    count(table, rows, read);
  });
  if (!inserted.ok) throw new Refused(inserted.error);
  await setTriggers(manager, names, 'ENABLE');
}

async function setTriggers(manager: EntityManager, names: readonly string[], change: 'DISABLE' | 'ENABLE'): Promise<void> {
  for (const name of names) await manager.query(`ALTER TABLE ${quoted(name)} ${change} TRIGGER USER`);
}

function shapeOf(shapes: readonly TableShape[], { name }: BackedUpTable): TableShape {
  const shape = shapes.find((candidate) => candidate.name === name);
  if (shape === undefined) throw new Error(`The migrations agree, and yet there is no table ${name}.`);
  return shape;
}

async function nonEmpty(manager: EntityManager, names: readonly string[]): Promise<string[]> {
  const filled: string[] = [];
  for (const name of names) {
    const rows = await manager.query<unknown[]>(`SELECT 1 FROM ${quoted(name)} LIMIT 1`);
    if (rows.length > 0) filled.push(name);
  }
  return filled;
}

/** One statement for a batch: each column comes as an array of texts, which PostgreSQL reads as it wrote them. */
async function insert(manager: EntityManager, table: TableShape, columns: readonly string[], rows: Row[]): Promise<void> {
  const names = columns.map(quoted);
  const typeOf = new Map(table.columns.map(({ name, type }) => [name, type]));
  const values = columns.map((name) => `batch.${quoted(name)}::${typeOf.get(name)}`);
  const arrays = columns.map((_, index) => `$${index + 1}::text[]`);
  await manager.query(
    `INSERT INTO ${quoted(table.name)} (${names.join(', ')})
     SELECT ${values.join(', ')} FROM unnest(${arrays.join(', ')}) AS batch(${names.join(', ')})`,
    columns.map((_, index) => rows.map((row) => row[index])),
  );
}

function counting(progress: RowProgress | undefined) {
  let done = 0;
  return (_: BackedUpTable, rows: Row[], header: BackupHeader): void => {
    done += rows.length;
    progress?.(done, header.tables.reduce((total, table) => total + table.rows, 0));
  };
}
