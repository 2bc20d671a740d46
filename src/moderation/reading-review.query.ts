import { Injectable } from '@nestjs/common';
import { DataSource, In, LessThanOrEqual, MoreThan, Not } from 'typeorm';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { CampaignProgress } from '../campaigns/campaign-progress.service.ts';
import { ClaimStandings, type ClaimStanding } from '../readings/claim-standing.query.ts';
import { Reading } from '../readings/reading.entity.ts';
import { campaignsOf } from './account-readings.query.ts';
import { Claims, type ClaimView } from './claims.service.ts';
import { DecisionLog, type DecisionView } from './decision-log.query.ts';

export interface ReadingReview {
  /** With its account, the account's institution and its evidence. */
  reading: Reading;
  /** The readings that count just before and after it: does it fit between them? */
  previous: Reading | null;
  next: Reading | null;
  /** The one that it corrects, and the one that corrects it. */
  replaces: Reading | null;
  replacedBy: Reading | null;
  /** Why it waits, and what others read; null once it is decided. */
  standing: ClaimStanding | null;
  /** What is decided by it. */
  campaigns: Campaign[];
  history: DecisionView[];
  claim: ClaimView | null;
}

/** What the queue tells of a reading. */
export type ReadingBrief = Pick<ReadingReview, 'reading' | 'standing'>;

/** A reading, as a moderator looks at it. */
@Injectable()
export class ReadingReviewQuery {
  constructor(
    private readonly database: DataSource,
    private readonly log: DecisionLog,
    private readonly claims: Claims,
    private readonly standings: ClaimStandings,
    private readonly progress: CampaignProgress,
  ) {}

  async review(readingId: string): Promise<ReadingReview | null> {
    const readings = this.database.getRepository(Reading);
    const reading = await readings.findOne({ where: { id: readingId }, relations: { account: { institution: true }, evidence: true } });
    if (reading === null) return null;
    const counted = { account: { id: reading.account.id }, status: 'counted' as const };
    const [previous, next, replaces, replacedBy, campaigns, history, claim, standing] = await Promise.all([
      readings.findOne({ where: { ...counted, id: Not(readingId), at: LessThanOrEqual(reading.at) }, order: { at: 'DESC' } }),
      readings.findOne({ where: { ...counted, at: MoreThan(reading.at) }, order: { at: 'ASC' } }),
      reading.replacesId === null ? null : readings.findOneBy({ id: reading.replacesId }),
      readings.findOneBy({ replacesId: readingId }),
      campaignsOf(this.database, reading.account.id),
      this.log.historyOf(readingId),
      this.claims.of(readingId),
      this.standingOf(reading),
    ]);
    return { reading, previous, next, replaces, replacedBy, standing, campaigns, history, claim };
  }

  /** The readings of a queue's page that wait, by id, each with its standing. */
  async briefs(readingIds: readonly string[]): Promise<Map<string, ReadingBrief>> {
    const readings = await this.database.getRepository(Reading).find({
      where: { id: In([...readingIds]) },
      relations: { account: true, evidence: true },
    });
    const briefs = await Promise.all(readings.map(async (reading) => ({ reading, standing: await this.standingOf(reading) })));
    return new Map(briefs.map((brief) => [brief.reading.id, brief]));
  }

  /** Why it waits; null once it is decided. */
  private async standingOf(reading: Reading): Promise<ClaimStanding | null> {
    return reading.status === 'pending' ? this.standings.of(reading, await this.progress.rivalCounts(reading.account.id)) : null;
  }
}
