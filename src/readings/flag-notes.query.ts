import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { ReadingFlag, type FlagKind, type FlagNote } from './reading-flag.entity.ts';

/** What the public is told of an unusual change that a moderator confirmed. */
export interface PublicNote {
  accountId: string;
  kind: FlagKind;
  fromAt: Date;
  fromCount: number;
  at: Date;
  count: number;
  note: FlagNote;
}

/** Public notes about readings. */
@Injectable()
export class FlagNotes {
  constructor(private readonly database: DataSource) {}

  /** Those about some accounts, in order of time. */
  async of(accountIds: readonly string[]): Promise<PublicNote[]> {
    const flags = await this.database.getRepository(ReadingFlag).find({
      where: { account: { id: In([...accountIds]) }, state: 'confirmed' },
      order: { at: 'ASC' },
      loadRelationIds: { relations: ['account'], disableMixedMap: true },
    });
    return flags.map(({ account, kind, fromAt, fromCount, at, count, note }) => ({
      accountId: account.id,
      kind,
      fromAt,
      fromCount,
      at,
      count,
      note: note ?? {},
    }));
  }
}
