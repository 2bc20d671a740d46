import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { nextRelease, type WaitingStep } from '../domain/conditional-release.ts';
import { COUNTED_STATES } from '../domain/pledge-lifecycle.ts';
import { Clock } from '../platform/clock.ts';
import { lockUntilCommit, runAlone } from '../platform/database.ts';
import { KeyRing } from '../platform/key-ring.ts';
import { openPerson } from './pledge-person.ts';

/** Any constant: the advisory lock under which pledges are counted. */
const COUNTING_LOCK = 4_092_024;
/** A server is named only from five supporters up who were proven or seen: nobody is singled out, and nobody names it by typing. */
const NAMED_FROM = 5;
const NAMED_SERVERS = 10;

/** Campaigns with a pledge that changed since they were counted; the overlap covers transactions that committed late. */
const CHANGED = `
  SELECT DISTINCT pledge.campaign_id AS id
  FROM pledge LEFT JOIN pledge_tally tally USING (campaign_id)
  WHERE pledge.changed_at >= coalesce(
    (SELECT max(counted_at) FROM pledge_tally) - interval '15 seconds', '-infinity')
    AND (tally.counted_at IS NULL OR pledge.changed_at >= tally.counted_at - interval '15 seconds')`;

/** What people may see of a campaign's pledges, all of it from one snapshot; any row of a server tells its name once opened. */
const COUNT = `
  SELECT count(*)::int AS total, count(confirmed_at)::int AS verified, count(*) FILTER (WHERE state = 'kept')::int AS kept,
    count(DISTINCT host_hash)::int AS "serverCount",
    (SELECT coalesce(json_agg(json_build_object('whenOthers', when_others, 'people', people)), '[]')
     FROM (SELECT when_others, count(*) AS people FROM pledge
           WHERE campaign_id = $1 AND counts AND state = 'waiting' GROUP BY when_others) step
    ) AS waiting,
    (SELECT coalesce(json_agg(json_build_object('id', id, 'sealed', sealed, 'count', supporters, 'shown', shown)), '[]')
     FROM (SELECT host_hash, count(*) AS supporters, count(coalesce(confirmed_at, kept_at)) AS shown FROM pledge
           WHERE campaign_id = $1 AND counts AND state = ANY($2) AND host_hash IS NOT NULL
           GROUP BY host_hash HAVING count(coalesce(confirmed_at, kept_at)) >= $3 ORDER BY supporters DESC, host_hash LIMIT $4) named
     CROSS JOIN LATERAL (SELECT id, sealed FROM pledge one
           WHERE one.campaign_id = $1 AND one.counts AND one.state = ANY($2) AND one.host_hash = named.host_hash LIMIT 1) one
    ) AS servers
  FROM pledge WHERE campaign_id = $1 AND counts AND state = ANY($2)`;

const KEYS_CHANGE = `SELECT count(*) > 1 AS "isChanging" FROM known_key`;

/** Once it is forgotten who pledged, the servers stay as they were last counted. */
const TELL = `
  INSERT INTO pledge_tally (campaign_id, total, verified, kept, server_count, servers, next_release, counted_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (campaign_id) DO UPDATE SET
    total = excluded.total, verified = excluded.verified, kept = excluded.kept, counted_at = excluded.counted_at,
    next_release = excluded.next_release,
    server_count = CASE WHEN pledge_tally.anonymised_at IS NULL THEN excluded.server_count ELSE pledge_tally.server_count END,
    servers = CASE WHEN pledge_tally.anonymised_at IS NULL THEN excluded.servers ELSE pledge_tally.servers END`;

interface Counted {
  total: number;
  verified: number;
  kept: number;
  serverCount: number;
  waiting: WaitingStep[];
  /** `shown`: those who were proven or seen to follow. */
  servers: { id: string; sealed: string; count: number; shown: number }[];
}

/** Counts pledges by batch: exact by recounting, without a counter that pledges would queue for. */
@Injectable()
export class PledgeCounting {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly ring: KeyRing,
  ) {}

  /** Recounts the campaigns whose pledges changed; at most one process does so at a time. */
  async count(): Promise<void> {
    await runAlone(this.database, COUNTING_LOCK, async (manager) => {
      const campaigns = await manager.query<{ id: string }[]>(CHANGED);
      for (const { id } of campaigns) await this.countOne(manager, id);
    });
  }

  /** Counts a campaign for the last time that its servers are known. */
  async settle(campaignId: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      await lockUntilCommit(manager, COUNTING_LOCK);
      await this.countOne(manager, campaignId);
      await manager.query('UPDATE pledge_tally SET anonymised_at = $2 WHERE campaign_id = $1 AND anonymised_at IS NULL', [
        campaignId,
        this.clock.now(),
      ]);
    });
  }

  private async countOne(manager: EntityManager, campaignId: string): Promise<void> {
    const [{ isChanging } = { isChanging: false }] = await manager.query<{ isChanging: boolean }[]>(KEYS_CHANGE);
    // While keys change, a server has a hash under each of them: all are opened and put together by their names.
    const limits = isChanging ? [0, null] : [NAMED_FROM, NAMED_SERVERS];
    const [counted] = await manager.query<Counted[]>(COUNT, [campaignId, COUNTED_STATES, ...limits]);
    if (counted === undefined) return;
    const { total, verified, kept, waiting } = counted;
    const all = await this.byName(manager, counted.servers);
    const servers = all.filter(({ shown }) => shown >= NAMED_FROM).slice(0, NAMED_SERVERS).map(({ host, count }) => ({ host, count }));
    const serverCount = isChanging ? all.length : counted.serverCount;
    const next = nextRelease(total, waiting);
    const told = [JSON.stringify(servers), next && JSON.stringify(next)];
    await manager.query(TELL, [campaignId, total, verified, kept, serverCount, ...told, this.clock.now()]);
  }

  /** Most supporters first. */
  private async byName(manager: EntityManager, rows: Counted['servers']): Promise<{ host: string; count: number; shown: number }[]> {
    const servers = new Map<string, { host: string; count: number; shown: number }>();
    for (const { count, shown, ...row } of rows) {
      const person = await openPerson(this.ring, row, manager);
      if (person === null) throw new Error(`Pledge ${row.id} counts for a server and is sealed with nothing in it.`);
      const { host } = person.handle;
      const known = servers.get(host);
      servers.set(host, { host, count: count + (known?.count ?? 0), shown: shown + (known?.shown ?? 0) });
    }
    return [...servers.values()].sort((a, b) => b.count - a.count || (a.host < b.host ? -1 : 1));
  }
}
