import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CampaignProgress } from '../campaigns/campaign-progress.service.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { Clock } from '../platform/clock.ts';
import { PageCache } from '../platform/page-cache.ts';
import { Proposals } from '../readings/proposals.service.ts';
import { Reading } from '../readings/reading.entity.ts';
import type { ReadingChange, ReviewFailure } from '../readings/readings.service.ts';
import { decideWhole, record } from './decisions.ts';

export interface ReadingDecision {
  action: 'confirm' | 'reject';
  /** A note for the log. */
  reason: string | null;
}

/** Deciding whether a number that one person read counts. */
@Injectable()
export class ReadingDecisions {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly proposals: Proposals,
    private readonly progress: CampaignProgress,
    private readonly pages: PageCache,
  ) {}

  /** A confirmed reading may win a campaign, which is seen to at once. */
  async decide(by: StaffMember, readingId: string, { action, reason }: ReadingDecision): Promise<Result<null, ReviewFailure>> {
    const reading = await this.database.getRepository(Reading).findOne({ where: { id: readingId }, relations: { account: true } });
    if (reading === null) return fail({ type: 'not-found' });
    const rivals = await this.progress.rivalCounts(reading.account.id);
    const decided = await decideWhole<ReadingChange, ReviewFailure>(this.database, async (manager) => {
      const changed = await this.proposals.decide(manager, readingId, action, rivals);
      if (!changed.ok) return changed;
      await record(manager, {
        by,
        subject: 'reading',
        subjectId: readingId,
        action,
        reason,
        before: { status: 'pending' },
        after: { status: changed.value.reading.status },
        at: this.clock.now(),
      });
      return changed;
    });
    if (!decided.ok) return decided;
    await this.progress.follow(decided.value.changedAccounts);
    this.pages.clear();
    return ok(null);
  }
}
