import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DAY } from '../domain/durations.ts';
import { PENDING_DAYS } from '../domain/pledge-lifecycle.ts';
import { Clock } from '../platform/clock.ts';
import { Pledge } from './pledge.entity.ts';
import { erased } from './supporter-page.service.ts';

/** Whoever waited has the same time for a proof, from when that was over. */
const UNPROVEN = `state = 'pending' AND confirmed_at IS NULL AND coalesce(released_at, created_at) <= :before`;
/**
 * Whoever waits has promised nothing so far; once the campaign is over, there is nothing left to wait for, proven or not. Without
 * quotes, TypeORM takes the table for the property of that name.
 */
const IN_VAIN = `state = 'waiting' AND campaign_id IN (SELECT id FROM "campaign" WHERE ended_at IS NOT NULL AND "campaign".state <> 'agreed')`;

/** Forgetting what may not be kept. */
@Injectable()
export class PledgeUpkeep {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Erases the pledges that stayed unproven for too long, and those that waited for others in vain. */
  async expire(): Promise<void> {
    const now = this.clock.now();
    const before = new Date(now.getTime() - PENDING_DAYS * DAY);
    for (const due of [UNPROVEN, IN_VAIN]) {
      const expired = { ...erased, state: 'expired', changedAt: now } as const;
      await this.database.createQueryBuilder().update(Pledge).set(expired).where(due, { before }).execute();
    }
  }
}
