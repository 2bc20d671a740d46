import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { MINUTE } from '../domain/durations.ts';
import { Account } from '../institutions/account.entity.ts';
import { Queue } from '../platform/queue.ts';

/** The queue of readings to take: `{accountId}`. */
export const TAKE_READING_QUEUE = 'readings.take';

export interface TakeReading {
  accountId: string;
}

/** A reading that was asked for and never came, because a worker died, is asked for again after this. */
const LEASE = 30 * MINUTE;

const CLAIM = `
  WITH due AS MATERIALIZED (
    SELECT id FROM account WHERE next_reading_at <= $1 ORDER BY next_reading_at LIMIT $3 FOR UPDATE SKIP LOCKED)
  UPDATE account SET next_reading_at = $2 FROM due WHERE account.id = due.id
  RETURNING account.id`;

/** When accounts are read. */
@Injectable()
export class ReadingSchedule {
  constructor(
    private readonly database: DataSource,
    private readonly queue: Queue,
  ) {}

  /** Sends the accounts that are due, longest due first, to the queue, beside any number of workers; how many. */
  async claimDue(now: Date, limit: number): Promise<number> {
    return this.database.transaction(async (manager) => {
      const lease = new Date(now.getTime() + LEASE);
      const [due] = await manager.query<[{ id: string }[], number]>(CLAIM, [now, lease, limit]);
      for (const { id } of due) {
        const job: TakeReading = { accountId: id };
        await this.queue.send(TAKE_READING_QUEUE, job, { within: manager, key: id });
      }
      return due.length;
    });
  }

  /** Sets when the account is read next; null: not any more. */
  async plan(accountId: string, at: Date | null, manager: EntityManager = this.database.manager): Promise<void> {
    await manager.update(Account, { id: accountId }, { nextReadingAt: at });
  }
}
