import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { fail, ok, type Result } from '../domain/result.ts';
import { Clock } from '../platform/clock.ts';
import { checkReading, type ReadingProblem } from './reading-bounds.ts';
import { Reading } from './reading.entity.ts';

/** What makes a reading; `replacesId` is the one that it corrects. */
export type NewReading = Pick<Reading, 'count' | 'at' | 'source' | 'reader' | 'evidenceUrl'> & {
  accountId: string;
  status: 'counted' | 'pending';
  evidenceId?: string | null;
  replacesId?: string;
};

/** What a reading should have been. */
export type RightReading = Pick<Reading, 'count' | 'at' | 'reader' | 'evidenceUrl'>;

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
  async record(manager: EntityManager, { accountId, evidenceId, replacesId, ...facts }: NewReading): Promise<Reading> {
    const account = { id: accountId };
    const evidence = evidenceId ? { id: evidenceId } : null;
    await manager
      .createQueryBuilder()
      .insert()
      .into(Reading)
      .values({ ...facts, id: newId(), account, evidence, replacesId: replacesId ?? null, createdAt: this.clock.now() })
      .orIgnore()
      .updateEntity(false)
      .execute();
    const { at, source, reader, count } = facts;
    const recorded = await manager.findOneByOrFail(Reading, { account, at, source, reader, count });
    if (replacesId !== undefined && replacesId !== recorded.id) {
      await manager.update(Reading, { id: replacesId }, { status: 'replaced' });
    }
    return recorded;
  }

  /** Puts a reading right by another one, which counts at once; the wrong one stays in the table, as `replaced`. */
  async correct(
    manager: EntityManager,
    readingId: string,
    right: RightReading,
  ): Promise<Result<ReadingChange, ReviewFailure | ReadingProblem>> {
    const checked = checkReading(right, this.clock.now());
    if (!checked.ok) return checked;
    const wrong = await lockReading(manager, readingId);
    if (wrong === null) return fail({ type: 'not-found' });
    if (wrong.status !== 'counted' && wrong.status !== 'pending') return fail({ type: 'already-decided' });
    const accountId = wrong.account.id;
    const facts = { ...right, accountId, source: 'manual', status: 'counted' } as const;
    const reading = await this.record(manager, { ...facts, replacesId: readingId });
    // Going back to what was said before finds that reading again, with the status that it was given since.
    await manager.update(Reading, { id: reading.id }, { status: 'counted' });
    return ok({ reading: Object.assign(reading, { status: 'counted' }), changedAccounts: [accountId] });
  }
}

async function lockReading(manager: EntityManager, id: string): Promise<Reading | null> {
  return manager.findOne(Reading, {
    where: { id },
    lock: { mode: 'pessimistic_write' },
    loadRelationIds: { relations: ['account'], disableMixedMap: true },
  });
}
