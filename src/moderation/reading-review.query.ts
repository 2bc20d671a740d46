import { Injectable } from '@nestjs/common';
import { DataSource, LessThanOrEqual, MoreThan } from 'typeorm';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { Reading } from '../readings/reading.entity.ts';
import { Claims, type ClaimView } from './claims.service.ts';
import { DecisionLog, type DecisionView } from './decision-log.query.ts';

export interface ReadingReview {
  /** With its account and the account's institution. */
  reading: Reading;
  /** The readings that count just before and after it: does it fit between them? */
  previous: Reading | null;
  next: Reading | null;
  /** What is decided by it. */
  campaigns: Campaign[];
  history: DecisionView[];
  claim: ClaimView | null;
}

/** A reading that one person typed, as a moderator looks at it. */
@Injectable()
export class ReadingReviewQuery {
  constructor(
    private readonly database: DataSource,
    private readonly log: DecisionLog,
    private readonly claims: Claims,
  ) {}

  async review(readingId: string): Promise<ReadingReview | null> {
    const readings = this.database.getRepository(Reading);
    const reading = await readings.findOne({ where: { id: readingId }, relations: { account: { institution: true } } });
    if (reading === null) return null;
    const counted = { account: { id: reading.account.id }, status: 'counted' as const };
    const [previous, next, campaigns, history, claim] = await Promise.all([
      readings.findOne({ where: { ...counted, at: LessThanOrEqual(reading.at) }, order: { at: 'DESC' } }),
      readings.findOne({ where: { ...counted, at: MoreThan(reading.at) }, order: { at: 'ASC' } }),
      this.campaignsOf(reading.account.id),
      this.log.historyOf(readingId),
      this.claims.of(readingId),
    ]);
    return { reading, previous, next, campaigns, history, claim };
  }

  private async campaignsOf(accountId: string): Promise<Campaign[]> {
    return this.database.getRepository(Campaign).find({
      where: [{ fediverseAccount: { id: accountId } }, { xAccount: { id: accountId } }],
      order: { submittedAt: 'DESC' },
    });
  }
}
