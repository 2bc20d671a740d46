import { Injectable } from '@nestjs/common';
import { DataSource, LessThan, MoreThanOrEqual } from 'typeorm';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { ofAccounts } from '../campaigns/of-accounts.ts';
import { Account } from '../institutions/account.entity.ts';
import { Reading } from '../readings/reading.entity.ts';

/** The readings of an account as moderators look through them: all there are, whether they count or not. */
export interface AccountReadings {
  /** With its institution. */
  account: Account;
  /** Latest first. */
  readings: Reading[];
  campaigns: Campaign[];
}

/** Before a moment, and after it. */
const SHOWN = 30;

/** The readings of one account, around a moment. */
@Injectable()
export class AccountReadingsQuery {
  constructor(private readonly database: DataSource) {}

  /** The last readings before a moment, and the first ones after it; null for no such account. */
  async around(accountId: string, moment: Date): Promise<AccountReadings | null> {
    const account = await this.database.getRepository(Account).findOne({ where: { id: accountId }, relations: { institution: true } });
    if (account === null) return null;
    const readings = this.database.getRepository(Reading);
    const of = { account: { id: accountId } };
    const [before, after, campaigns] = await Promise.all([
      readings.find({ where: { ...of, at: LessThan(moment) }, order: { at: 'DESC', number: 'DESC' }, take: SHOWN }),
      readings.find({ where: { ...of, at: MoreThanOrEqual(moment) }, order: { at: 'ASC', number: 'ASC' }, take: SHOWN }),
      campaignsOf(this.database, accountId),
    ]);
    return { account, readings: [...after.toReversed(), ...before], campaigns };
  }
}

/** The campaigns that an account's readings decide, latest first. */
export async function campaignsOf(database: DataSource, accountId: string): Promise<Campaign[]> {
  return database.getRepository(Campaign).find({
    where: { id: ofAccounts([accountId]) },
    order: { submittedAt: 'DESC' },
  });
}
