import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import { PUBLIC_STATES } from '../domain/campaign-lifecycle.ts';
import type { LetterStep } from '../domain/correspondence.ts';
import { LetterEvent } from './letter-event.entity.ts';

/** An event that stands: nothing replaced it, and it did happen. */
export type StandingEvent = LetterEvent & { step: LetterStep };

const STANDS = `event.step <> 'withdrawn' AND NOT EXISTS (SELECT FROM letter_event later WHERE later.replaces_id = event.id)`;

/** What happened to letters. */
@Injectable()
export class LetterEvents {
  constructor(private readonly database: DataSource) {}

  /** All that stands of a campaign, hidden or not, in order of time. */
  async of(campaignId: string, manager: EntityManager = this.database.manager): Promise<StandingEvent[]> {
    const events = await standing(manager).andWhere('event.campaign = :campaignId', { campaignId }).getMany();
    return events as StandingEvent[];
  }

  /** What anyone may see of campaigns, in order of time, by campaign id. */
  async publicOf(campaignIds: readonly string[]): Promise<Map<string, StandingEvent[]>> {
    if (campaignIds.length === 0) return new Map();
    const events = await standing(this.database.manager)
      .innerJoinAndSelect('event.campaign', 'campaign')
      .andWhere(`campaign.id IN (:...campaignIds) AND event.standing <> 'hidden'`, { campaignIds })
      .getMany();
    return Map.groupBy(events as StandingEvent[], ({ campaign }) => campaign.id);
  }

  /** The newest events of all public campaigns that anyone may see, with their campaigns. */
  async latestPublic(limit: number): Promise<StandingEvent[]> {
    const events = await standing(this.database.manager)
      .innerJoinAndSelect('event.campaign', 'campaign')
      .andWhere(`event.standing <> 'hidden' AND campaign.hiddenAt IS NULL AND campaign.state IN (:...states)`, { states: PUBLIC_STATES })
      .orderBy('event.day', 'DESC')
      .addOrderBy('event.createdAt', 'DESC')
      .limit(limit)
      .getMany();
    return events as StandingEvent[];
  }

  /** Everything that was ever written down of a campaign's letter, newest first. */
  async history(campaignId: string): Promise<LetterEvent[]> {
    return this.database.getRepository(LetterEvent).find({ where: { campaign: { id: campaignId } }, order: { createdAt: 'DESC', id: 'DESC' } });
  }
}

function standing(manager: EntityManager): SelectQueryBuilder<LetterEvent> {
  return manager.getRepository(LetterEvent).createQueryBuilder('event').where(STANDS).orderBy('event.day').addOrderBy('event.createdAt').addOrderBy('event.id');
}
