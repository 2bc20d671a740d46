import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { COUNTED_STATES } from '../domain/pledge-lifecycle.ts';

const NEWCOMERS = `
  SELECT count(*)::int AS n FROM pledge
  WHERE campaign_id = $1 AND counts AND state = ANY($2) AND created_at >= $3`;

/** How a campaign's pledges move. */
@Injectable()
export class PledgeMovement {
  constructor(private readonly database: DataSource) {}

  /** Pledges that stand and were made since a moment, as of now. */
  async newcomers(campaignId: string, since: Date): Promise<number> {
    const [row] = await this.database.query<{ n: number }[]>(NEWCOMERS, [campaignId, COUNTED_STATES, since]);
    return row?.n ?? 0;
  }
}
