import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, Not } from 'typeorm';
import { PUBLIC_STATES } from '../domain/campaign-lifecycle.ts';
import type { NextRelease } from '../domain/conditional-release.ts';
import { handleText } from '../domain/handle.ts';
import { COUNTED_STATES } from '../domain/pledge-lifecycle.ts';
import { KeyRing } from '../platform/key-ring.ts';
import { openPerson } from './pledge-person.ts';
import { PledgeTally } from './pledge-tally.entity.ts';
import { Pledge } from './pledge.entity.ts';
import { waveProgress, type WaveProgress } from './wave-progress.query.ts';

/** `verified`: proven to hold their handle; `kept`: seen among the followers. */
export interface PledgeTotals {
  total: number;
  verified: number;
  kept: number;
}

/** Servers from five supporters up. */
export interface PledgeNumbers extends PledgeTotals {
  servers: { host: string; count: number }[];
  serverCount: number;
  /** How many of those who wait for others join at the next number of pledges. */
  nextRelease: NextRelease | null;
}

export const NO_PLEDGES: PledgeNumbers = { total: 0, verified: 0, kept: 0, servers: [], serverCount: 0, nextRelease: null };
const NAMES = 50;

/** Pledges as pages and the API show them. */
@Injectable()
export class PledgesQuery {
  constructor(
    private readonly database: DataSource,
    private readonly ring: KeyRing,
  ) {}

  /** As last counted, at most a few seconds ago; a campaign without pledges has zeros. */
  async numbers(campaignIds: string[]): Promise<Map<string, PledgeNumbers>> {
    const tallies = await this.database.getRepository(PledgeTally).findBy({ campaignId: In(campaignIds) });
    const counted = new Map<string, PledgeNumbers>(tallies.map((tally) => [tally.campaignId, tally]));
    return new Map(campaignIds.map((id) => [id, counted.get(id) ?? NO_PLEDGES]));
  }

  /** As they were at a moment of the past, without those that were withdrawn or forgotten since; by campaign id. */
  async numbersAt(campaignIds: readonly string[], moment: Date): Promise<Map<string, PledgeTotals>> {
    const rows = await this.database.query<(PledgeTotals & { id: string })[]>(
      `SELECT campaign_id AS id, count(*)::int AS total,
         (count(*) FILTER (WHERE confirmed_at <= $2))::int AS verified,
         (count(*) FILTER (WHERE kept_at <= $2 AND state = 'kept'))::int AS kept
       FROM pledge WHERE campaign_id = ANY($1) AND counts AND state = ANY($3) AND created_at <= $2
         AND (released_at IS NULL OR released_at <= $2)
       GROUP BY campaign_id`,
      [campaignIds, moment, COUNTED_STATES],
    );
    return new Map(rows.map(({ id, ...totals }) => [id, totals]));
  }

  /** How many asked to be told when the account of this `open` dare opens, and how far that is. */
  async wave(campaignId: string): Promise<WaveProgress> {
    return waveProgress(this.database, campaignId);
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

  /** Handles of people who proved that theirs is theirs, which a mail does not, and asked to be shown, newest first. */
  async names(campaignId: string): Promise<string[]> {
    const pledges = await this.database.getRepository(Pledge).find({
      select: { id: true, sealed: true, confirmedAt: true },
      where: {
        campaign: { id: campaignId },
        counts: true,
        state: In([...COUNTED_STATES]),
        showConsentAt: Not(IsNull()),
        confirmedAt: Not(IsNull()),
        proof: Not('email'),
      },
      order: { confirmedAt: 'DESC' },
      take: NAMES,
    });
    const people = await Promise.all(pledges.map((pledge) => openPerson(this.ring, pledge)));
    return people.flatMap((person) => (person === null ? [] : [handleText(person.handle)]));
  }
}
