import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CampaignProgress } from '../campaigns/campaign-progress.service.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { Clock } from '../platform/clock.ts';
import { PageCache } from '../platform/page-cache.ts';
import { Proposals, type SeenCount } from '../readings/proposals.service.ts';
import type { ReadingProblem } from '../readings/reading-bounds.ts';
import { Reading } from '../readings/reading.entity.ts';
import type { ReadingChange, ReviewFailure } from '../readings/readings.service.ts';
import { decideWhole, record } from './decisions.ts';

export interface ReadingDecision {
  action: 'confirm' | 'reject';
  /** Others that wait and cannot be right as well: rejected with it. */
  over?: readonly string[];
  /** A note for the log. */
  reason: string | null;
}

/** Why a moderator's own number is not taken. */
export type TellFailure = ReadingProblem | { type: 'no-such-account' | 'no-evidence' };

/** Deciding which of the numbers that people read count. */
@Injectable()
export class ReadingDecisions {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly proposals: Proposals,
    private readonly progress: CampaignProgress,
    private readonly pages: PageCache,
  ) {}

  /** What counts now may win a campaign, which is seen to at once. */
  async decide(by: StaffMember, readingId: string, { action, over = [], reason }: ReadingDecision): Promise<Result<null, ReviewFailure>> {
    const reading = await this.database.getRepository(Reading).findOne({ where: { id: readingId }, relations: { account: true } });
    if (reading === null) return fail({ type: 'not-found' });
    const rivals = await this.progress.rivalCounts(reading.account.id);
    const decided = await decideWhole<ReadingChange, ReviewFailure>(this.database, async (manager) => {
      const changed = await this.decideOne(manager, by, readingId, { action, reason, rivals });
      if (!changed.ok) return changed;
      for (const id of over) {
        const rejected = await this.decideOne(manager, by, id, { action: 'reject', reason, rivals });
        if (!rejected.ok) return rejected;
      }
      return changed;
    });
    if (!decided.ok) return decided;
    await this.makeKnown([reading.account.id]);
    return ok(null);
  }

  /** Counts a number that the moderator read; what speaks for it is evidence, or else a reason. */
  async tell(by: StaffMember, seen: SeenCount, reason: string | null): Promise<Result<ReadingChange, TellFailure>> {
    if (seen.evidenceUrl === null && seen.picture === null && reason === null) return fail({ type: 'no-evidence' });
    const rivals = await this.progress.rivalCounts(seen.accountId);
    const told = await decideWhole<ReadingChange, TellFailure>(this.database, async (manager) => {
      const changed = await this.proposals.tell(manager, seen, { staffId: by.id, rivals });
      if (!changed.ok) return changed;
      const { id, status } = changed.value.reading;
      await this.log(manager, by, id, { action: 'tell', reason, before: {}, after: { status, count: String(seen.count) } });
      return changed;
    });
    if (told.ok) await this.makeKnown(told.value.changedAccounts);
    return told;
  }

  /** Takes away a picture that shows what it should not; the number stays as it is. */
  async dropEvidence(by: StaffMember, readingId: string, reason: string): Promise<Result<null, ReviewFailure>> {
    const dropped = await decideWhole<null, ReviewFailure>(this.database, async (manager) => {
      if (!(await this.proposals.eraseEvidence(manager, readingId))) return fail({ type: 'not-found' });
      await this.log(manager, by, readingId, { action: 'drop_evidence', reason, before: {}, after: {} });
      return ok(null);
    });
    if (dropped.ok) this.pages.clear();
    return dropped;
  }

  private async decideOne(
    manager: EntityManager,
    by: StaffMember,
    id: string,
    { action, reason, rivals }: { action: 'confirm' | 'reject'; reason: string | null; rivals: readonly number[] },
  ): Promise<Result<ReadingChange, ReviewFailure>> {
    const changed = await this.proposals.decide(manager, id, action, rivals);
    if (!changed.ok) return changed;
    const after = { status: changed.value.reading.status };
    await this.log(manager, by, id, { action, reason, before: { status: 'pending' }, after });
    return changed;
  }

  private async log(
    manager: EntityManager,
    by: StaffMember,
    subjectId: string,
    decision: { action: string; reason: string | null; before: Record<string, unknown>; after: Record<string, unknown> },
  ): Promise<void> {
    await record(manager, { by, subject: 'reading', subjectId, ...decision, at: this.clock.now() });
  }

  private async makeKnown(accountIds: readonly string[]): Promise<void> {
    await this.progress.follow(accountIds);
    this.pages.clear();
  }
}
