import { Injectable } from '@nestjs/common';
import { DataSource, LessThanOrEqual, type EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { CROWD_WINDOW, crowdsIn, type Arrivals, type Crowd } from '../domain/crowds.ts';
import { DAY } from '../domain/durations.ts';
import { REMEMBERED_DAYS, STANDING_STATES } from '../domain/pledge-lifecycle.ts';
import { Clock } from '../platform/clock.ts';
import { runAlone } from '../platform/database.ts';
import { KeyRing, placeOf, stillCurrent } from '../platform/key-ring.ts';
import type { SealedTable } from '../platform/key-rotation.ts';
import { PledgeCrowd } from './pledge-crowd.entity.ts';
import { openPerson } from './pledge-person.ts';

/** What a server brought of a crowd, as a moderator reads it. */
export type CrowdServer = Pick<Arrivals, 'host' | 'pledges' | 'unproven' | 'unknown'>;

/** Any constant: the advisory lock under which crowds are looked for. */
const WATCH_LOCK = 4_092_031;

const BUSY = `
  SELECT campaign_id AS id FROM pledge
  WHERE counts AND created_at > $1 AND changed_at > $1 AND state = ANY($2)
  GROUP BY campaign_id HAVING count(*) >= 5`;

/**
 * One row for each server; any of its pledges tells its name once opened. Whoever waits for others arrives as well: those who
 * come together count together later.
 */
const ARRIVALS = `
  SELECT arrived.*, sample.sealed, EXISTS (
      SELECT FROM pledge before WHERE before.campaign_id = $1 AND before.host_hash = arrived.hash AND before.created_at <= $2
    ) AS "isKnown"
  FROM (
    SELECT host_hash AS hash, count(*)::int AS pledges, (min(id::text))::uuid AS id,
      (count(*) FILTER (WHERE confirmed_at IS NULL AND kept_at IS NULL))::int AS unproven,
      (count(*) FILTER (WHERE confirmed_at IS NULL AND kept_at IS NULL AND follow_state IN ('missing', 'unreachable')))::int AS unknown
    FROM pledge
    WHERE campaign_id = $1 AND created_at > $2 AND counts AND state = ANY($3) AND host_hash IS NOT NULL
    GROUP BY host_hash
  ) arrived JOIN pledge sample USING (id)`;

type ArrivalRow = Omit<Arrivals, 'host'> & { id: string; sealed: string };

/** Looks for pledges that came together in an unusual way, and asks a moderator to look. */
@Injectable()
export class CrowdWatch {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly ring: KeyRing,
  ) {}

  /** Looks at the campaigns to which people came lately; one process at a time. */
  async look(): Promise<void> {
    const since = new Date(this.clock.now().getTime() - CROWD_WINDOW);
    await runAlone(this.database, WATCH_LOCK, async (manager) => {
      const campaigns = await manager.query<{ id: string }[]>(BUSY, [since, STANDING_STATES]);
      for (const { id } of campaigns) await this.lookAt(manager, id, since);
    });
  }

  /** A server may name its one person: what moderators looked at is forgotten like who pledged, and the log goes on. */
  async forgetOld(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - REMEMBERED_DAYS * DAY);
    await this.database.getRepository(PledgeCrowd).delete({ createdAt: LessThanOrEqual(before) });
  }

  private async lookAt(manager: EntityManager, campaignId: string, since: Date): Promise<void> {
    const rows = await manager.query<ArrivalRow[]>(ARRIVALS, [campaignId, since, STANDING_STATES]);
    const arrivals = await Promise.all(rows.map((row) => this.named(manager, row)));
    for (const crowd of crowdsIn(arrivals)) {
      if (!(await this.isKnown(manager, campaignId, crowd, since))) await this.flag(manager, campaignId, crowd, arrivals, since);
    }
  }

  private async named(manager: EntityManager, row: ArrivalRow): Promise<Arrivals> {
    const person = await openPerson(this.ring, row, manager);
    if (person === null) throw new Error(`Pledge ${row.id} counts for a server and is sealed with nothing in it.`);
    return { ...row, host: person.handle.host };
  }

  /** What waits for a moderator, or was decided within the window, is not asked again. */
  private async isKnown(manager: EntityManager, campaignId: string, { kind }: Crowd, since: Date): Promise<boolean> {
    const [row] = await manager.query<{ known: boolean }[]>(
      `SELECT EXISTS (SELECT FROM pledge_crowd
         WHERE campaign_id = $1 AND kind = $2 AND (state = 'open' OR to_at > $3)) AS known`,
      [campaignId, kind, since],
    );
    return row?.known === true;
  }

  private async flag(
    manager: EntityManager,
    campaignId: string,
    { kind, hosts }: Crowd,
    arrivals: readonly Arrivals[],
    fromAt: Date,
  ): Promise<void> {
    const [id, now] = [newId(), this.clock.now()];
    const keys = await stillCurrent(manager, this.ring);
    const of = arrivals.filter(({ host }) => hosts.includes(host)).sort((a, b) => b.pledges - a.pledges);
    const servers: CrowdServer[] = of.map(({ host, pledges, unproven, unknown }) => ({ host, pledges, unproven, unknown }));
    const sum = (count: (each: Arrivals) => number): number => of.reduce((total, each) => total + count(each), 0);
    await manager.insert(PledgeCrowd, {
      id,
      campaign: { id: campaignId },
      kind,
      sealed: keys.seal(placeOf('pledge_crowd', 'sealed', id), JSON.stringify(servers)),
      fromAt,
      toAt: now,
      pledges: sum(({ pledges }) => pledges),
      unproven: sum(({ unproven }) => unproven),
      state: 'open',
      createdAt: now,
      decidedAt: null,
    });
  }
}

/** The servers of a crowd, those that brought the most first. Throws when they cannot be opened. */
export async function serversOf(ring: KeyRing, { id, sealed }: Pick<PledgeCrowd, 'id' | 'sealed'>, manager?: EntityManager): Promise<CrowdServer[]> {
  const text = await ring.open(placeOf('pledge_crowd', 'sealed', id), sealed, manager);
  if (text === null) throw new Error(`Crowd ${id} cannot be opened.`);
  return JSON.parse(text) as CrowdServer[];
}

/** For whoever changes the site's keys. */
export const SEALED_CROWDS: SealedTable = { name: 'pledge_crowd', column: 'sealed', hashed: [], hashesOf: () => [] };
