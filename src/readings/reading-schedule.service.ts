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
}
