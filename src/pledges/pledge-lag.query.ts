import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Whether pledges are counted, which tells an operator whether a worker is at work. */
export interface Lag {
  /** When any campaign was last counted. */
  countedAt: Date | null;
  /** The oldest change that no count has seen yet. */
  waitingSince: Date | null;
}

const LAG = `
  SELECT (SELECT max(counted_at) FROM pledge_tally) AS "countedAt",
    (SELECT min(pledge.changed_at) FROM pledge LEFT JOIN pledge_tally tally USING (campaign_id)
     WHERE tally.counted_at IS NULL OR pledge.changed_at > tally.counted_at) AS "waitingSince"`;

@Injectable()
export class PledgeLag {
  constructor(private readonly database: DataSource) {}

  async read(): Promise<Lag> {
    const [lag] = await this.database.query<Lag[]>(LAG);
    return lag ?? { countedAt: null, waitingSince: null };
  }
}
