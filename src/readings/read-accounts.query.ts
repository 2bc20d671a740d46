import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, Not } from 'typeorm';
import { Account } from '../institutions/account.entity.ts';
import { parseAccountText } from './account-text.ts';

/** Accounts as operators name them. */
@Injectable()
export class ReadAccounts {
  constructor(private readonly database: DataSource) {}

  /** `mastodon:user@host`, `x:user`, or a fediverse handle in any spelling; null when it is nobody's that is known. */
  async byText(text: string): Promise<Account | null> {
    const key = parseAccountText(text);
    if (key === null) return null;
    const { handleKey, network } = key;
    const where = network === null ? { handleKey } : { handleKey, network };
    return this.database.getRepository(Account).findOne({ where, order: { createdAt: 'ASC' } });
  }

  /** An account on X, whose number people read; null for no such account. */
  async onX(id: string): Promise<Account | null> {
    return this.database.getRepository(Account).findOneBy({ id, network: 'x' });
  }

  /** Those that a worker reads, longest due first. */
  async planned(): Promise<Account[]> {
    return this.database
      .getRepository(Account)
      .find({ where: { nextReadingAt: Not(IsNull()) }, order: { nextReadingAt: 'ASC' } });
  }

  /** Since when the account that waits the longest should have been read; null when none is late. */
  async lateSince(now: Date): Promise<Date | null> {
    const [longest] = await this.planned();
    const due = longest?.nextReadingAt ?? null;
    return due !== null && due < now ? due : null;
  }
}
