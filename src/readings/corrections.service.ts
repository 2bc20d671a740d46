import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { fail, ok, type Result } from '../domain/result.ts';
import { Clock } from '../platform/clock.ts';
import { settle } from './claims.ts';
import { EvidenceStore, type Picture } from './evidence.service.ts';
import { moderatorText } from './readers.ts';
import { checkReading, type ReadingProblem } from './reading-bounds.ts';
import { Reading, type ReadingStatus } from './reading.entity.ts';
import { lockReading } from './reading-lock.ts';
import { Readings, type ReadingChange, type ReviewFailure } from './readings.service.ts';

/** What a reading should have been at its moment, and what shows it. */
export interface RightCount {
  count: number;
  evidenceUrl: string | null;
  picture: Picture | null;
}

export type CorrectionFailure = ReviewFailure | ReadingProblem | { type: 'nothing-changed' };

/** Putting right what counts: a correction is a new reading in its place, and a reading that is struck may come back. */
@Injectable()
export class Corrections {
  constructor(
    private readonly clock: Clock,
    private readonly readings: Readings,
    private readonly evidence: EvidenceStore,
  ) {}

  /**
   * Puts a counted reading right by another one of the same moment, which counts at once. `rivals` as for
   * {@link settle}: what waited for a number to compare with is settled too.
   */
  async correct(
    manager: EntityManager,
    readingId: string,
    right: RightCount,
    { staffId, rivals }: { staffId: string; rivals: readonly number[] },
  ): Promise<Result<ReadingChange, CorrectionFailure>> {
    const wrong = await lockReading(manager, readingId);
    if (wrong === null) return fail({ type: 'not-found' });
    if (wrong.status !== 'counted') return fail({ type: 'already-decided' });
    const evidenceUrl = right.evidenceUrl ?? (right.picture && this.evidence.urlOf(right.picture));
    const facts = { count: right.count, at: wrong.at, evidenceUrl };
    const checked = checkReading(facts, this.clock.now());
    if (!checked.ok) return checked;
    if (facts.count === wrong.count && (evidenceUrl === null || evidenceUrl === wrong.evidenceUrl)) return fail({ type: 'nothing-changed' });
    const reader = moderatorText(staffId);
    const accountId = wrong.account.id;
    const whole = { ...facts, accountId, source: 'manual', status: 'counted', reader, evidenceId: right.picture?.id ?? null } as const;
    const reading = await this.readings.replace(manager, readingId, whole);
    await settle(manager, accountId, wrong.at, rivals);
    return ok({ reading, changedAccounts: [accountId] });
  }

  /** Takes a counted reading out of all that is counted; it stays in the table, and may be restored. */
  async strike(manager: EntityManager, readingId: string, rivals: readonly number[]): Promise<Result<ReadingChange, ReviewFailure>> {
    return this.turn(manager, readingId, { from: 'counted', to: 'struck' }, rivals);
  }

  /** Lets a struck reading count again. */
  async restore(manager: EntityManager, readingId: string, rivals: readonly number[]): Promise<Result<ReadingChange, ReviewFailure>> {
    return this.turn(manager, readingId, { from: 'struck', to: 'counted' }, rivals);
  }

  private async turn(
    manager: EntityManager,
    id: string,
    { from, to }: { from: ReadingStatus; to: ReadingStatus },
    rivals: readonly number[],
  ): Promise<Result<ReadingChange, ReviewFailure>> {
    const reading = await lockReading(manager, id);
    if (reading === null) return fail({ type: 'not-found' });
    if (reading.status !== from) return fail({ type: 'already-decided' });
    await manager.update(Reading, { id }, { status: to });
    await settle(manager, reading.account.id, reading.at, rivals);
    return ok({ reading: Object.assign(reading, { status: to }), changedAccounts: [reading.account.id] });
  }
}
