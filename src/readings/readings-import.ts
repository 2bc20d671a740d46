import type { QueryRunner } from 'typeorm';
import { v7 as newId } from 'uuid';
import { parseAccountText } from './account-text.ts';
import {
  COLUMNS,
  readHeader,
  readRow,
  saysThatItCounts,
  type HeaderProblem,
  type ReadingRow,
  type RowProblem,
} from './reading-rows.ts';

/** What is wrong with a file; `line` counts from 1, and is the last one of a row of several lines. */
export type FileProblem = { line: number } & (
  | HeaderProblem
  | RowProblem
  | { type: 'not-an-account' | 'unknown-account'; account: string }
  /** The file is not CSV from here on. */
  | { type: 'not-csv' }
);

export const MOST_PROBLEMS = 100;
const BATCH = 2_000;

const STAGE = `
  CREATE TEMPORARY TABLE reading_import (line bigint GENERATED ALWAYS AS IDENTITY, account_id uuid, at timestamptz,
    count bigint, source text, evidence_url text, id uuid) ON COMMIT DROP`;
const PUT = `
  INSERT INTO reading_import (id, account_id, at, count, source, evidence_url)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bigint[], $5::text[], $6::text[])`;

/**
 * A reading that was rejected or replaced since stays so, whatever the file says; one that waits is answered by it.
 * Accounts are locked while readings are added to them: always in order of their ids, so that nobody waits in a circle.
 */
const INSERT = `
  WITH added AS (
    INSERT INTO reading (id, account_id, at, count, source, evidence_url, reader, status, created_at)
    SELECT row.id, row.account_id, row.at, row.count, row.source, row.evidence_url, '', 'counted', $1
    FROM reading_import row
    WHERE NOT EXISTS (
      SELECT FROM reading known
      WHERE known.account_id = row.account_id AND known.at = row.at AND known.source = row.source
        AND known.count = row.count AND known.status <> 'pending')
    ORDER BY row.account_id, row.line
    ON CONFLICT DO NOTHING
    RETURNING account_id)
  SELECT account_id, count(*)::int AS added FROM added GROUP BY account_id`;

type NewRow = ReadingRow & { accountId: string };

/** One file on its way into the table: checks every line, puts them aside by batches and, when none is wrong, inserts them. */
export class ReadingsImport {
  readonly problems: FileProblem[] = [];
  readonly changedAccounts = new Set<string>();
  rows = 0;
  added = 0;
  /** Lines that say themselves that they do not count. */
  passedOver = 0;

  private header: string[] | null = null;
  private batch: NewRow[] = [];
  private readonly accounts = new Map<string, string | null>();

  constructor(
    private readonly runner: QueryRunner,
    private readonly now: Date,
  ) {}

  /** Whether going on would be of no use. */
  get isHopeless(): boolean {
    return this.problems.length >= MOST_PROBLEMS || (this.header === null && this.problems.length > 0);
  }

  get isBatchFull(): boolean {
    return this.batch.length >= BATCH;
  }

  /** Takes in the next record of the file. */
  async take(fields: readonly string[], line: number): Promise<void> {
    if (this.header === null) {
      const header = readHeader(fields);
      if (header.ok) this.header = header.value;
      else this.problems.push({ line, ...header.error });
      return;
    }
    if (!saysThatItCounts(this.header, fields)) {
      this.passedOver += 1;
      return;
    }
    this.rows += 1;
    const row = readRow(this.header, fields, this.now);
    if (!row.ok) {
      this.problems.push({ line, ...row.error });
      return;
    }
    const accountId = await this.accountIdOf(row.value.account, line);
    if (accountId !== null) this.batch.push({ ...row.value, accountId });
  }

  /** Puts aside what was taken in. The transaction begins only here, so that it is short when the file is. */
  async flush(): Promise<void> {
    const rows = this.batch;
    this.batch = [];
    if (rows.length === 0 || this.problems.length > 0) return;
    if (!this.runner.isTransactionActive) {
      await this.runner.startTransaction();
      await this.runner.query(STAGE);
    }
    await this.runner.query(PUT, [
      rows.map(() => newId()),
      rows.map((row) => row.accountId),
      rows.map((row) => row.at.toISOString()),
      rows.map((row) => row.count),
      rows.map((row) => row.source),
      rows.map((row) => row.evidenceUrl),
    ]);
  }

  /** Inserts what was put aside, when the whole file was right. */
  async insert(): Promise<void> {
    if (this.problems.length > 0 || !this.runner.isTransactionActive) return;
    type Added = { account_id: string; added: number };
    const accounts = await this.runner.manager.query<Added[]>(INSERT, [this.now]);
    for (const { account_id, added } of accounts) {
      this.added += added;
      this.changedAccounts.add(account_id);
    }
  }

  /** Says what is missing when the file was over before its first line. */
  finish(): void {
    if (this.header === null && this.problems.length === 0) {
      this.problems.push({ line: 1, type: 'missing-columns', columns: [...COLUMNS] });
    }
  }

  private async accountIdOf(account: string, line: number): Promise<string | null> {
    const key = parseAccountText(account);
    if (key === null) {
      this.problems.push({ line, type: 'not-an-account', account });
      return null;
    }
    const cached = this.accounts.get(account);
    const id = cached === undefined ? await this.lookUp(key.handleKey, key.network) : cached;
    this.accounts.set(account, id);
    if (id === null) this.problems.push({ line, type: 'unknown-account', account });
    return id;
  }

  private async lookUp(handleKey: string, network: string | null): Promise<string | null> {
    const [found] = await this.runner.manager.query<{ id: string }[]>(
      'SELECT id FROM account WHERE handle_key = $1 AND ($2::text IS NULL OR network = $2) ORDER BY created_at LIMIT 1',
      [handleKey, network],
    );
    return found?.id ?? null;
  }
}
