import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { readingsTaken } from '../platform/metrics.ts';
import { Queue } from '../platform/queue.ts';
import { accountAfter, type ReadingOutcome } from './reading-outcome.ts';

/**
 * An outcome counts only if nobody else has tried the account since its turn began, so that one read by two workers,
 * because the first seemed to be dead, has one reading. Rows go in by account, so that two writers never wait for each other in turns.
 */
const WRITE = `
  WITH outcome AS (
    SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[],
      $8::text[], $9::text[], $10::text[], $11::int[], $12::timestamptz[], $13::text[], $14::timestamptz[], $15::bigint[],
      $16::uuid[])
    AS outcome (id, tried_before, at, network, url, actor_uri, remote_id, home, new_handle, state, failures, retry_at, last_failure,
      next_reading_at, count, reading_id)),
  held AS (
    SELECT account.id FROM account JOIN outcome USING (id) WHERE account.tried_at IS NOT DISTINCT FROM outcome.tried_before
    ORDER BY account.id FOR UPDATE OF account),
  done AS (
    UPDATE account SET network = outcome.network, url = outcome.url, actor_uri = outcome.actor_uri,
      remote_id = outcome.remote_id, home = outcome.home, new_handle = outcome.new_handle, state = outcome.state,
      failures = outcome.failures, retry_at = outcome.retry_at, last_failure = outcome.last_failure, tried_at = outcome.at,
      next_reading_at = outcome.next_reading_at
    FROM outcome JOIN held USING (id) WHERE account.id = outcome.id
    RETURNING account.id),
  written AS (
    INSERT INTO reading (id, account_id, count, at, source, evidence_url, reader, status, replaces_id, created_at)
    SELECT reading_id, id, count, at, 'network', NULL, '', 'counted', NULL, at
    FROM outcome JOIN done USING (id) WHERE count IS NOT NULL ORDER BY id
    ON CONFLICT DO NOTHING)
  SELECT id FROM done`;

/** Accounts that were tried: `{accountIds}`, for campaigns to follow. */
export const READINGS_CHANGED_QUEUE = 'readings.changed';

export interface ReadingsChanged {
  accountIds: string[];
}

/** Rows of one transaction. */
const MOST_ROWS = 500;
/** Milliseconds for which outcomes gather. */
const GATHER = 50;

interface Waiting {
  outcome: ReadingOutcome;
  kept: () => void;
  failed: (error: unknown) => void;
}

/** Keeps outcomes, many in one transaction: while one is under way, the next ones gather. */
@Injectable()
export class ReadingWriter {
  private waiting: Waiting[] = [];
  private isWriting = false;

  constructor(
    private readonly database: DataSource,
    private readonly queue: Queue,
  ) {}

  /** Resolves once the outcome is in the database, for good. */
  async keep(outcome: ReadingOutcome): Promise<void> {
    const { network } = outcome.account;
    readingsTaken.inc({ network, outcome: outcome.result.ok ? 'ok' : outcome.result.error.type });
    return new Promise((kept, failed) => {
      this.waiting.push({ outcome, kept, failed });
      if (!this.isWriting) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length > 0) {
      if (this.waiting.length < MOST_ROWS) await pause(GATHER);
      const batch = this.waiting.splice(0, MOST_ROWS);
      try {
        await this.write(batch.map(({ outcome }) => outcome));
        batch.forEach(({ kept }) => kept());
      } catch (error) {
        batch.forEach(({ failed }) => failed(error));
      }
    }
    this.isWriting = false;
  }

  private async write(outcomes: readonly ReadingOutcome[]): Promise<void> {
    await this.database.transaction(async (manager) => {
      const written = new Set(await writeOutcomes(manager, outcomes));
      // What was put off has not changed, and comes back when its host does.
      const tried = outcomes.filter(({ postponedUntil, account }) => postponedUntil === null && written.has(account.id));
      const accountIds = tried.map(({ account }) => account.id);
      if (accountIds.length === 0) return;
      const changed: ReadingsChanged = { accountIds };
      await this.queue.send(READINGS_CHANGED_QUEUE, changed, { within: manager });
    });
  }
}

/** Writes what was read, and what was not; the accounts whose turn it still was. */
export async function writeOutcomes(manager: EntityManager, outcomes: readonly ReadingOutcome[]): Promise<string[]> {
  const rows = outcomes.map((outcome) => ({ outcome, after: accountAfter(outcome) }));
  const column = <T>(of: (row: (typeof rows)[number]) => T): T[] => rows.map(of);
  const written = await manager.query<{ id: string }[]>(WRITE, [
    column(({ outcome }) => outcome.account.id),
    column(({ outcome }) => outcome.account.triedBefore),
    column(({ outcome }) => outcome.at),
    column(({ after }) => after.network),
    column(({ after }) => after.url),
    column(({ after }) => after.actorUri),
    column(({ after }) => after.remoteId),
    column(({ after }) => after.home),
    column(({ after }) => after.newHandle),
    column(({ after }) => after.state),
    column(({ after }) => after.failures),
    column(({ after }) => after.retryAt),
    column(({ after }) => after.lastFailure),
    column(({ after }) => after.nextReadingAt),
    column(({ outcome }) => (outcome.result.ok ? outcome.result.value.followers : null)),
    column(() => newId()),
  ]);
  return written.map(({ id }) => id);
}
