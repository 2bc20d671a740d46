import { Injectable } from '@nestjs/common';
import { CsvError, parse, type Info } from 'csv-parse';
import { stringify } from 'csv-stringify/sync';
import { pipeline, type Readable } from 'node:stream';
import { DataSource, In, type QueryRunner } from 'typeorm';
import { fail, ok, type Result } from '../domain/result.ts';
import { Account } from '../institutions/account.entity.ts';
import { Clock } from '../platform/clock.ts';
import { accountText } from './account-text.ts';
import { toCsvText } from './csv-text.ts';
import { COLUMNS } from './reading-rows.ts';
import { MOST_PROBLEMS, ReadingsImport, type FileProblem } from './readings-import.ts';
import { ReadingsQuery, type CountedReading } from './readings.query.ts';

export interface ImportOptions {
  /** Checks everything and changes nothing. */
  dryRun?: boolean;
  /** Told now and then: lines and bytes of the file that are done. */
  onProgress?: (done: { lines: number; bytes: number }) => void;
}

export interface ImportReport {
  rows: number;
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

const LONGEST_RECORD = 20_000;
const ROWS_PER_CHUNK = 500;

interface ParsedRecord {
  record: string[];
  info: Info;
}

/** Readings as CSV, with the columns account, time, count, source and evidence. */
@Injectable()
export class ReadingsFile {
  constructor(
    private readonly database: DataSource,
    private readonly readings: ReadingsQuery,
    private readonly clock: Clock,
  ) {}

  /** Adds the readings of a file: all of them, or none when a line is wrong. The same file again adds nothing. */
  async import(file: Readable, options: ImportOptions = {}): Promise<Result<ImportReport, ImportFailure>> {
    const runner = this.database.createQueryRunner();
    try {
      const work = new ReadingsImport(runner, this.clock.now());
      await readThrough(file, work, options);
      const { problems, rows, added } = work;
      await settle(runner, problems.length === 0 && options.dryRun !== true);
      if (problems.length > 0) return fail({ type: 'invalid-file', problems, more: problems.length >= MOST_PROBLEMS });
      return ok({ rows, added, alreadyThere: rows - added, changedAccounts: [...work.changedAccounts] });
    } finally {
      await settle(runner, false);
      await runner.release();
    }
  }

  /** The counted readings of accounts as a file that {@link import} takes back, by chunks; null: of all accounts. */
  async *export(accountIds: readonly string[] | null, range: ExportRange): AsyncGenerator<string> {
    yield stringify([[...COLUMNS]]);
    const accounts = await this.database.getRepository(Account).find({
      select: { id: true, network: true, handle: true },
      where: accountIds === null ? {} : { id: In([...accountIds]) },
      order: { network: 'ASC', handleKey: 'ASC' },
    });
    for (const account of accounts) yield* this.exportOne(account, range);
  }

  private async *exportOne(account: Account, { from, to }: ExportRange): AsyncGenerator<string> {
    const name = toCsvText(accountText(account));
    let rows: string[][] = [];
    for await (const reading of this.readings.all(account.id, from, to)) {
      rows.push([name, ...fieldsOf(reading)]);
      if (rows.length < ROWS_PER_CHUNK) continue;
      yield stringify(rows);
      rows = [];
    }
    if (rows.length > 0) yield stringify(rows);
  }
}

function fieldsOf({ at, count, source, evidenceUrl }: CountedReading): string[] {
  return [at.toISOString(), String(count), toCsvText(source), toCsvText(evidenceUrl ?? '')];
}

async function readThrough(file: Readable, work: ReadingsImport, { onProgress }: ImportOptions): Promise<void> {
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n'],
    max_record_size: LONGEST_RECORD,
  });
  // Whatever breaks the file's stream comes out of the parser too.
  pipeline(file, parser, () => undefined);
  try {
    for await (const { record, info } of parser as AsyncIterable<ParsedRecord>) {
      await work.take(record, info.lines);
      if (work.isHopeless) break;
      if (!work.isBatchFull) continue;
      await work.flush();
      onProgress?.({ lines: info.lines, bytes: info.bytes });
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    work.problems.push({ line: parser.info.lines, type: 'not-csv' });
  }
  work.finish();
  await work.flush();
  await work.insert();
  onProgress?.({ lines: parser.info.lines, bytes: parser.info.bytes });
}

async function settle(runner: QueryRunner, keep: boolean): Promise<void> {
  if (!runner.isTransactionActive) return;
  await (keep ? runner.commitTransaction() : runner.rollbackTransaction());
}
