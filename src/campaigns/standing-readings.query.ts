import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Standing } from '../readings/thinning.service.ts';
import { dayIn } from './local-day.ts';

/** The campaigns of accounts. */
const CAMPAIGNS = `
  (SELECT campaign.*, account.id AS account
   FROM campaign CROSS JOIN LATERAL (VALUES (fediverse_account_id), (x_account_id)) AS account (id)
   WHERE account.id = ANY($1)) campaign`;

const MILESTONES = `
  SELECT campaign.account AS "accountId", milestone.at FROM ${CAMPAIGNS} JOIN milestone ON milestone.campaign_id = campaign.id`;

/** What a campaign began with is the measure of its way. */
const STARTS = `
  SELECT campaign.account AS "accountId", start.at FROM ${CAMPAIGNS}
  CROSS JOIN LATERAL (
    SELECT at FROM reading WHERE account_id = campaign.account AND status = 'counted' AND at <= campaign.launched_at
    ORDER BY at DESC LIMIT 1) start`;

/** What a flag rests on, and what its public note is about. */
const FLAGS = `
  SELECT account_id AS "accountId", flagged.at FROM reading_flag CROSS JOIN LATERAL (VALUES (from_at), (reading_flag.at)) AS flagged (at)
  WHERE account_id = ANY($1)`;

const ZONES = `SELECT DISTINCT campaign.account AS "accountId", campaign.time_zone AS zone FROM ${CAMPAIGNS}`;

/** Readings that campaigns stand on, and that stay when others are thinned. */
@Injectable()
export class StandingReadings {
  async of(manager: EntityManager, accountIds: readonly string[]): Promise<Standing> {
    type Instant = Standing['instants'][number];
    const milestones = await manager.query<Instant[]>(MILESTONES, [accountIds]);
    const starts = await manager.query<Instant[]>(STARTS, [accountIds]);
    const flags = await manager.query<Instant[]>(FLAGS, [accountIds]);
    const zones = await manager.query<{ accountId: string; zone: string }[]>(ZONES, [accountIds]);
    const calendars = zones.map(({ accountId, zone }) => ({ accountId, dayOf: dayIn(zone) }));
    return { instants: [...milestones, ...starts, ...flags], calendars };
  }
}
