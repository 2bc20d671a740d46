import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { FlagKind, FlagNote } from './reading-flag.entity.ts';

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

const NOTES = `
  SELECT account_id AS "accountId", kind, from_at AS "fromAt", from_count::float8 AS "fromCount", at, count::float8 AS count, note
  FROM reading_flag WHERE account_id = ANY($1) AND state = 'confirmed' ORDER BY at, id`;

/** Public notes about readings. */
@Injectable()
export class FlagNotes {
  constructor(private readonly database: DataSource) {}

  /** Those about some accounts, in order of time. */
  async of(accountIds: readonly string[]): Promise<PublicNote[]> {
    return this.database.query<PublicNote[]>(NOTES, [accountIds]);
  }
}
