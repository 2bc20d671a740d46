import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, Not } from 'typeorm';
import { PUBLIC_STATES } from '../domain/campaign-lifecycle.ts';
import { PledgeTally } from './pledge-tally.entity.ts';
import { Pledge } from './pledge.entity.ts';

/** `verified`: proven to hold their handle; `kept`: seen among the followers. Servers from five supporters up. */
export interface PledgeNumbers {
  total: number;
  verified: number;
  kept: number;
  servers: { host: string; count: number }[];
  serverCount: number;
}

const NONE: PledgeNumbers = { total: 0, verified: 0, kept: 0, servers: [], serverCount: 0 };
const NAMES = 50;

/** Pledges as pages and the API show them. */
@Injectable()
export class PledgesQuery {
  constructor(private readonly database: DataSource) {}

  /** As last counted, at most a few seconds ago; a campaign without pledges has zeros. */
  async numbers(campaignIds: string[]): Promise<Map<string, PledgeNumbers>> {
    const tallies = await this.database.getRepository(PledgeTally).findBy({ campaignId: In(campaignIds) });
    const counted = new Map<string, PledgeNumbers>(tallies.map((tally) => [tally.campaignId, tally]));
    return new Map(campaignIds.map((id) => [id, counted.get(id) ?? NONE]));
  }

  /** Pledges to all public campaigns together. */
  async grandTotal(): Promise<number> {
    const [row] = await this.database.query<{ total: string }[]>(
      `SELECT coalesce(sum(total), 0) AS total FROM pledge_tally JOIN campaign ON campaign.id = campaign_id
       WHERE campaign.hidden_at IS NULL AND campaign.state = ANY($1)`,
      [PUBLIC_STATES],
    );
    return Number(row?.total ?? 0);
  }

  /** Handles of people who proved who they are and asked to be shown, newest first. */
  async names(campaignId: string): Promise<string[]> {
    const pledges = await this.database.getRepository(Pledge).find({
      select: { id: true, handle: true, confirmedAt: true },
      where: { campaign: { id: campaignId }, showHandle: true, confirmedAt: Not(IsNull()), handleKey: Not(IsNull()) },
      order: { confirmedAt: 'DESC' },
      take: NAMES,
    });
    return pledges.map((pledge) => pledge.handle).filter((handle) => handle !== null);
  }
}
