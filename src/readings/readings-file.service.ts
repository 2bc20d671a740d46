import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import type { Readable } from 'node:stream';
import { DataSource, In, type QueryRunner } from 'typeorm';
import { fail, ok, type Result } from '../domain/result.ts';
import { Account } from '../institutions/account.entity.ts';
import { Clock } from '../platform/clock.ts';
import { accountText } from './account-text.ts';
import { CHAIN_COLUMNS, toChainRow } from './chain-rows.ts';
import { csvRecords } from './csv-records.ts';
import { toCsvText } from './csv-text.ts';
import { COLUMNS } from './reading-rows.ts';
import { MOST_PROBLEMS, ReadingsImport, type FileProblem } from './readings-import.ts';
import { ReadingsChain } from './readings-chain.query.ts';
import { ReadingsQuery, type CountedReading } from './readings.query.ts';

export interface ImportOptions {
  /** Checks everything and changes nothing. */
  dryRun?: boolean;
  /** Told now and then: lines and bytes of the file that are done. */
  onProgress?: (done: { lines: number; bytes: number }) => void;
}

export interface ImportReport {
  rows: number;
  /** Lines that say themselves that they do not count, as a file with the chain has them. */
  passedOver: number;
  added: number;
  /** Rows whose reading was there before, or earlier in the file. */
  alreadyThere: number;
  /** Accounts that campaigns should follow now. */
  changedAccounts: string[];
}

/** Nothing was imported. `more`: there are, or may be, further problems. */
export type ImportFailure = { type: 'invalid-file'; problems: FileProblem[]; more: boolean };

export interface ExportRange {
  /** Null: from the first reading. */
  from: Date | null;
  /** Null: to the last one. */
  to: Date | null;
}

const ROWS_PER_CHUNK = 500;

/** Readings as CSV, with the columns account, time, count, source and evidence. */
@Injectable()
export class ReadingsFile {
  constructor(
    private readonly database: DataSource,
    private readonly readings: ReadingsQuery,
    private readonly chain: ReadingsChain,
    private readonly clock: Clock,
  ) {}

  /** Adds the readings of a file: all of them, or none when a line is wrong. The same file again adds nothing. */
  async import(file: Readable, options: ImportOptions = {}): Promise<Result<ImportReport, ImportFailure>> {
    const runner = this.database.createQueryRunner();
    try {
      const work = new ReadingsImport(runner, this.clock.now());
      await readThrough(file, work, options);
      const { problems, rows, added, passedOver } = work;
      await settle(runner, problems.length === 0 && options.dryRun !== true);
      if (problems.length > 0) return fail({ type: 'invalid-file', problems, more: problems.length >= MOST_PROBLEMS });
      return ok({ rows, passedOver, added, alreadyThere: rows - added, changedAccounts: [...work.changedAccounts] });
    } finally {
      await settle(runner, false);
      await runner.release();
    }
  }

  /** The counted readings of accounts as a file that {@link import} takes back, by chunks; null: of all accounts. */
  async *export(accountIds: readonly string[] | null, { from, to }: ExportRange): AsyncGenerator<string> {
    yield stringify([[...COLUMNS]]);
    for (const account of await this.accounts(accountIds)) {
      const name = toCsvText(accountText(account));
      yield* inChunks(this.readings.all(account.id, from, to), (reading) => [name, ...fieldsOf(reading)]);
    }
  }

  /** All readings of accounts by their numbers, with what proves that none was changed; as docs/readings-file.md says. */
  async *exportChain(accountIds: readonly string[] | null): AsyncGenerator<string> {
    yield stringify([[...CHAIN_COLUMNS]]);
    for (const account of await this.accounts(accountIds)) {
      const name = accountText(account);
      yield* inChunks(this.chain.links(account.id), (link) => toChainRow(name, link));
    }
  }

  private accounts(ids: readonly string[] | null): Promise<Account[]> {
    return this.database.getRepository(Account).find({
      select: { id: true, network: true, handle: true },
      where: ids === null ? {} : { id: In([...ids]) },
      order: { network: 'ASC', handleKey: 'ASC' },
    });
  }
}

async function* inChunks<T>(all: AsyncIterable<T>, toRow: (each: T) => string[]): AsyncGenerator<string> {
  let rows: string[][] = [];
  for await (const each of all) {
    rows.push(toRow(each));
    if (rows.length < ROWS_PER_CHUNK) continue;
    yield stringify(rows);
    rows = [];
  }
  if (rows.length > 0) yield stringify(rows);
}

function fieldsOf({ at, count, source, evidenceUrl }: CountedReading): string[] {
  return [at.toISOString(), String(count), toCsvText(source), toCsvText(evidenceUrl ?? '')];
}

async function readThrough(file: Readable, work: ReadingsImport, { onProgress }: ImportOptions): Promise<void> {
  let [line, bytes] = [0, 0];
  for await (const record of csvRecords(file)) {
    ({ line, bytes } = record);
    if (record.fields === null) work.problems.push({ line, type: 'not-csv' });
    else await work.take(record.fields, line);
    if (work.isHopeless) break;
    if (!work.isBatchFull) continue;
    await work.flush();
    onProgress?.({ lines: line, bytes });
  }
  work.finish();
  await work.flush();
  await work.insert();
  onProgress?.({ lines: line, bytes });
}

async function settle(runner: QueryRunner, keep: boolean): Promise<void> {
  if (!runner.isTransactionActive) return;
  await (keep ? runner.commitTransaction() : runner.rollbackTransaction());
}
