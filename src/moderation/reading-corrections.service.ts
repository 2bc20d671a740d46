import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CampaignProgress } from '../campaigns/campaign-progress.service.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { Clock } from '../platform/clock.ts';
import { PageCache } from '../platform/page-cache.ts';
import { Corrections, type CorrectionFailure, type RightCount } from '../readings/corrections.service.ts';
import { Reading } from '../readings/reading.entity.ts';
import type { ReadingChange, ReviewFailure } from '../readings/readings.service.ts';
import { decideWhole, record } from './decisions.ts';

/** What a moderator does with a reading that counts, or did. */
export const READING_TURNS = ['strike', 'restore'] as const;
export type ReadingTurn = (typeof READING_TURNS)[number];

/** Putting right, by a moderator, what counts already: of any source. */
@Injectable()
export class ReadingCorrections {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly corrections: Corrections,
    private readonly progress: CampaignProgress,
    private readonly pages: PageCache,
  ) {}

  /** Replaces a counted reading by another number of its moment; the reading that counts now. */
  async correct(by: StaffMember, readingId: string, right: RightCount, reason: string): Promise<Result<Reading, CorrectionFailure>> {
    return this.change(by, readingId, { action: 'correct', reason }, (manager, rivals) =>
      this.corrections.correct(manager, readingId, right, { staffId: by.id, rivals }),
    );
  }

  /** Takes a counted reading out of what counts, or lets it count again. */
  async turn(by: StaffMember, readingId: string, action: ReadingTurn, reason: string): Promise<Result<Reading, ReviewFailure>> {
    return this.change(by, readingId, { action, reason }, (manager, rivals) => this.corrections[action](manager, readingId, rivals));
  }

  /** The change and its row in the log, both or neither; then the campaigns follow. */
  private async change<E>(
    by: StaffMember,
    readingId: string,
    decision: { action: string; reason: string },
    work: (manager: EntityManager, rivals: readonly number[]) => Promise<Result<ReadingChange, E>>,
  ): Promise<Result<Reading, E | { type: 'not-found' }>> {
    const before = await this.database.getRepository(Reading).findOne({ where: { id: readingId }, relations: { account: true } });
    if (before === null) return fail({ type: 'not-found' });
    const rivals = await this.progress.rivalCounts(before.account.id);
    const changed = await decideWhole<ReadingChange, E>(this.database, async (manager) => {
      const result = await work(manager, rivals);
      if (!result.ok) return result;
      const { reading } = result.value;
      const [was, is] = [factsFor(before), factsFor(reading)];
      await record(manager, { by, subject: 'reading', subjectId: readingId, ...decision, before: was, after: is, at: this.clock.now() });
      return result;
    });
    if (!changed.ok) return changed;
    await this.progress.follow(changed.value.changedAccounts);
    this.pages.clear();
    return ok(changed.value.reading);
  }
}

/** What the log keeps of a reading: its number as text, as all that is compared there. */
function factsFor({ status, count }: Reading): Record<string, string> {
  return { status, count: String(count) };
}
