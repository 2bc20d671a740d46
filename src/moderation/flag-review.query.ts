import { Injectable } from '@nestjs/common';
import { DataSource, LessThanOrEqual, MoreThan } from 'typeorm';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { Reading } from '../readings/reading.entity.ts';
import { ReadingFlag } from '../readings/reading-flag.entity.ts';
import { campaignsOf } from './account-readings.query.ts';
import { Claims, type ClaimView } from './claims.service.ts';
import { DecisionLog, type DecisionView } from './decision-log.query.ts';

export interface FlagReview {
  /** With its account and the account's institution. */
  flag: ReadingFlag;
  /** The readings around it, whether they count or not, in order of time. */
  around: Reading[];
  campaigns: Campaign[];
  history: DecisionView[];
  claim: ClaimView | null;
}

/** Before the change and up to its end; after it. */
const BEFORE = 12;
const AFTER = 6;

/** An unusual change, as a moderator looks at it. */
@Injectable()
export class FlagReviewQuery {
  constructor(
    private readonly database: DataSource,
    private readonly log: DecisionLog,
    private readonly claims: Claims,
  ) {}

  async review(flagId: string): Promise<FlagReview | null> {
    const flag = await this.database.getRepository(ReadingFlag).findOne({ where: { id: flagId }, relations: { account: { institution: true } } });
    if (flag === null) return null;
    const readings = this.database.getRepository(Reading);
    const of = { account: { id: flag.account.id } };
    const [before, after, campaigns, history, claim] = await Promise.all([
      readings.find({ where: { ...of, at: LessThanOrEqual(flag.at) }, order: { at: 'DESC', number: 'DESC' }, take: BEFORE }),
      readings.find({ where: { ...of, at: MoreThan(flag.at) }, order: { at: 'ASC', number: 'ASC' }, take: AFTER }),
      campaignsOf(this.database, flag.account.id),
      this.log.historyOf(flagId),
      this.claims.of(flagId),
    ]);
    return { flag, around: [...before.toReversed(), ...after], campaigns, history, claim };
  }
}
