import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../platform/clock.ts';
import { runAlone } from '../platform/database.ts';

/** Any constant: the advisory lock under which pledges are counted. */
const COUNTING_LOCK = 4_092_024;
/** A server is named only from five supporters up, so that none is singled out. */
const NAMED_FROM = 5;
const NAMED_SERVERS = 10;

/** Campaigns with a pledge that changed since they were counted; the overlap covers transactions that committed late. */
const CHANGED = `
  SELECT DISTINCT pledge.campaign_id AS id
  FROM pledge LEFT JOIN pledge_tally tally USING (campaign_id)
  WHERE pledge.changed_at >= coalesce(
    (SELECT max(counted_at) FROM pledge_tally) - interval '15 seconds', '-infinity')
    AND (tally.counted_at IS NULL OR pledge.changed_at >= tally.counted_at - interval '15 seconds')`;

const COUNT = `
  INSERT INTO pledge_tally (campaign_id, total, verified, kept, server_count, servers, counted_at)
  SELECT $1, count(*), count(confirmed_at), count(kept_at), count(DISTINCT host),
    (SELECT coalesce(jsonb_agg(jsonb_build_object('host', host, 'count', supporters) ORDER BY supporters DESC, host), '[]')
     FROM (SELECT host, count(*) AS supporters FROM pledge
           WHERE campaign_id = $1 AND handle_key IS NOT NULL
           GROUP BY host HAVING count(*) >= $2 ORDER BY supporters DESC, host LIMIT $3) named),
    $4
  FROM pledge WHERE campaign_id = $1 AND handle_key IS NOT NULL
  ON CONFLICT (campaign_id) DO UPDATE SET
    total = excluded.total, verified = excluded.verified, kept = excluded.kept,
    server_count = excluded.server_count, servers = excluded.servers, counted_at = excluded.counted_at`;

/** Counts pledges by batch: exact by recounting, without a counter that pledges would queue for. */
@Injectable()
export class PledgeCounting {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Recounts the campaigns whose pledges changed; at most one process does so at a time. */
  async count(): Promise<void> {
    await runAlone(this.database, COUNTING_LOCK, async (manager) => {
      const campaigns = await manager.query<{ id: string }[]>(CHANGED);
      for (const { id } of campaigns) await this.countOne(manager, id);
    });
  }

  private async countOne(manager: EntityManager, campaignId: string): Promise<void> {
    await manager.query(COUNT, [campaignId, NAMED_FROM, NAMED_SERVERS, this.clock.now()]);
  }
}
