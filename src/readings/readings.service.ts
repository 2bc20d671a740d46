import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { Clock } from '../platform/clock.ts';
import { Reading } from './reading.entity.ts';

/** What makes a reading. */
export type NewReading = Pick<Reading, 'count' | 'at' | 'source' | 'reader' | 'evidenceUrl'> & {
  accountId: string;
  status: 'counted' | 'pending';
  evidenceId?: string | null;
};

/** `changedAccounts`: those whose counted readings are others than before, for campaigns to follow. */
export interface ReadingChange {
  reading: Reading;
  changedAccounts: string[];
}

export type ReviewFailure = { type: 'not-found' } | { type: 'already-decided' };

/** Readings, by whomever they were taken. */
@Injectable()
export class Readings {
  constructor(private readonly clock: Clock) {}

  /** Adds a reading unless the same one is there already, which is then returned as it stands. */
  async record(manager: EntityManager, reading: NewReading): Promise<Reading> {
    const { accountId, at, source, reader, count } = reading;
    await manager.createQueryBuilder().insert().into(Reading).values(this.row(reading, null)).orIgnore().updateEntity(false).execute();
    return manager.findOneByOrFail(Reading, { account: { id: accountId }, at, source, reader, count, replacesId: IsNull() });
  }

  /** Adds a reading in the place of another, which stays in the table and never counts again by itself. */
  async replace(manager: EntityManager, wrongId: string, right: NewReading): Promise<Reading> {
    const row = this.row(right, wrongId);
    await manager.createQueryBuilder().insert().into(Reading).values(row).updateEntity(false).execute();
    await manager.update(Reading, { id: wrongId }, { status: 'replaced' });
    return manager.findOneByOrFail(Reading, { id: row.id });
  }

  private row({ accountId, evidenceId, ...facts }: NewReading, replacesId: string | null) {
    const evidence = evidenceId ? { id: evidenceId } : null;
    return { ...facts, id: newId(), account: { id: accountId }, evidence, replacesId, createdAt: this.clock.now() };
  }
}
