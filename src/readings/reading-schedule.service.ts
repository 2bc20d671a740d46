import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Account } from '../institutions/account.entity.ts';

/** When accounts are read. */
@Injectable()
export class ReadingSchedule {
  constructor(private readonly database: DataSource) {}

  /** Sets when the account is read next; null: not any more. */
  async plan(accountId: string, at: Date | null, manager: EntityManager = this.database.manager): Promise<void> {
    await manager.update(Account, { id: accountId }, { nextReadingAt: at });
  }

  /**
   * Sets when accounts that are planned are read next, each at its own time; null: not any more. Rows are held in the order
   * of their ids, as by whoever writes many (reading-writer.service.ts), so that nobody waits in a circle.
   */
  async planAll(accountIds: readonly string[], times: readonly (Date | null)[]): Promise<void> {
    await this.database.query(
      `WITH wish AS (SELECT * FROM unnest($1::uuid[], $2::timestamptz[]) AS wish (id, at)),
       held AS (
         SELECT account.id FROM account JOIN wish USING (id) WHERE account.next_reading_at IS NOT NULL
         ORDER BY account.id FOR NO KEY UPDATE OF account)
       UPDATE account SET next_reading_at = wish.at FROM wish JOIN held USING (id) WHERE account.id = wish.id`,
      [accountIds, times],
    );
  }
}
