import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { LetterEvents, type StandingEvent } from '../campaigns/letter-events.query.ts';
import { LetterEvent } from '../campaigns/letter-event.entity.ts';
import { letterPowers, type LetterPower } from '../domain/correspondence.ts';
import { Claims, type ClaimView } from './claims.service.ts';
import { DecisionLog, type DecisionView } from './decision-log.query.ts';

/** A letter with all that was ever written down of it. */
export interface LetterReview {
  /** With its institution. */
  campaign: Campaign;
  /** Newest first; what was replaced too. */
  all: LetterEvent[];
  /** Ids of those that stand. */
  standing: ReadonlySet<string>;
}

/** Something that happened to a letter, as a moderator looks at it. */
export interface LetterEventReview extends LetterReview {
  event: LetterEvent;
  /** What can be decided of it; none where it was corrected since. */
  powers: LetterPower[];
  history: DecisionView[];
  claim: ClaimView | null;
}

@Injectable()
export class LetterReviewQuery {
  constructor(
    private readonly database: DataSource,
    private readonly events: LetterEvents,
    private readonly log: DecisionLog,
    private readonly claims: Claims,
  ) {}

  /** Null: there is no such campaign, or it was never launched. */
  async ofCampaign(campaignId: string): Promise<LetterReview | null> {
    const campaign = await this.database.getRepository(Campaign).findOne({ where: { id: campaignId }, relations: { institution: true } });
    if (campaign === null || campaign.launchedAt === null) return null;
    const [all, standing] = await Promise.all([this.events.history(campaignId), this.events.of(campaignId)]);
    return { campaign, all, standing: new Set(standing.map(({ id }) => id)) };
  }

  async ofEvent(eventId: string): Promise<LetterEventReview | null> {
    const event = await this.database.getRepository(LetterEvent).findOne({ where: { id: eventId }, relations: { campaign: true } });
    const review = event && (await this.ofCampaign(event.campaign.id));
    if (event === null || review === null) return null;
    const [history, claim] = await Promise.all([this.log.historyOf(eventId), this.claims.of(eventId)]);
    return { ...review, event, powers: review.standing.has(eventId) ? letterPowers(event as StandingEvent) : [], history, claim };
  }
}
