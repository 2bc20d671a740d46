import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DAY } from '../domain/durations.ts';
import { superfluous } from '../domain/thinning.ts';
import { runAlone } from '../platform/database.ts';

/** What other features want to stay of some accounts' readings. */
export interface Standing {
  /** Readings of these instants. */
  instants: { accountId: string; at: Date }[];
  /** The last readings of each day on these calendars (a moment's day as any text), besides those of UTC. */
  calendars: { accountId: string; dayOf: (moment: Date) => string }[];
}

export type WhatStands = (manager: EntityManager, accountIds: readonly string[]) => Promise<Standing>;

/** Everything is kept for so long. */
export const DETAIL_DAYS = 90;
/** Any constant: the advisory lock under which readings are thinned. */
const THINNING_LOCK = 4_092_025;
/** What one transaction looks at, so that it is short: the embedded database has one session for all. */
const MOST_ACCOUNTS = 50;
const MOST_NUMBERS = 100;
const NO_ID = '00000000-0000-0000-0000-000000000000';
const NEVER = new AbortController().signal;

/**
 * Accounts whose next number is old enough, with the numbers from there that are. Readings are looked at in the order
 * of their numbers: an import of old readings is looked at as well, once all that came before it is old enough.
 */
const NEXT = `
  SELECT work.account_id, max(next.number) AS number,
    array_agg(DISTINCT extract(epoch FROM date_trunc('day', next.at, 'UTC'))::bigint)
      FILTER (WHERE next.source = 'network') AS days
  FROM (
    SELECT account.id AS account_id, coalesce(marker.number, 0) AS number
    FROM account LEFT JOIN reading_thinning marker ON marker.account_id = account.id
    CROSS JOIN LATERAL (
      SELECT at FROM reading WHERE account_id = account.id AND number > coalesce(marker.number, 0)
      ORDER BY number LIMIT 1) first
    WHERE account.id > $1 AND first.at < $2
    ORDER BY account.id LIMIT ${MOST_ACCOUNTS}) work
  CROSS JOIN LATERAL (
    SELECT number, at, source, bool_and(at < $2) OVER (ORDER BY number) AS old
    FROM (SELECT number, at, source FROM reading WHERE account_id = work.account_id AND number > work.number
          ORDER BY number LIMIT ${MOST_NUMBERS}) page) next
  WHERE next.old
  GROUP BY work.account_id ORDER BY work.account_id`;

/** What Chiche read in these days; corrections, what was corrected, and the last of a chain stay whatever they are. */
const CANDIDATES = `
  SELECT reading.id, reading.account_id, reading.at,
    reading.replaces_id IS NULL AND NOT EXISTS (SELECT FROM reading later WHERE later.replaces_id = reading.id)
      AND reading.number < last.number AS free
  FROM unnest($1::uuid[], $2::bigint[]) AS work (account_id, day)
  CROSS JOIN LATERAL (SELECT number FROM reading WHERE account_id = work.account_id ORDER BY number DESC LIMIT 1) last
  JOIN reading ON reading.account_id = work.account_id AND reading.status = 'counted' AND reading.source = 'network'
    AND reading.at >= to_timestamp(work.day) AND reading.at < to_timestamp(work.day) + interval '1 day'
  ORDER BY reading.account_id, reading.at, reading.number`;

const MARK = `
  INSERT INTO reading_thinning (account_id, number) SELECT * FROM unnest($1::uuid[], $2::integer[])
  ON CONFLICT (account_id) DO UPDATE SET number = excluded.number`;

/** `days` are seconds since 1970, as \`pg\` hands over bigints. */
interface Work {
  account_id: string;
  number: number;
  days: string[] | null;
}

interface Candidate {
  id: string;
  account_id: string;
  at: Date;
  free: boolean;
}

/** Keeps of old readings one for each day; what is deleted leaves its digest in the chain. */
@Injectable()
export class Thinning {
  constructor(private readonly database: DataSource) {}

  /**
   * Thins all that is old enough, by small transactions: killed at any instant, the next run goes on from there. Ends
   * early when it is told to, or when another process is at it. Tells how many readings were deleted.
   */
  async thin(now: Date, whatStands: WhatStands, stop: AbortSignal = NEVER): Promise<number> {
    const before = new Date(Math.floor(now.getTime() / DAY) * DAY - DETAIL_DAYS * DAY);
    let deleted = 0;
    let after = NO_ID;
    let foundSome = false;
    while (!stop.aborted) {
      const done = await this.some(after, before, whatStands);
      if (done === 'busy' || (done.last === null && !foundSome)) break;
      foundSome = done.last !== null;
      deleted += done.deleted;
      // After the last account it begins anew, until there is nothing left for any.
      after = done.last ?? NO_ID;
    }
    return deleted;
  }

  private async some(after: string, before: Date, whatStands: WhatStands): Promise<'busy' | { last: string | null; deleted: number }> {
    let done = { last: null as string | null, deleted: 0 };
    const wasFree = await runAlone(this.database, THINNING_LOCK, async (manager) => {
      const work = await manager.query<Work[]>(NEXT, [after, before]);
      if (work.length === 0) return;
      const ids = work.map(({ account_id }) => account_id);
      const gone = chosen(await candidates(manager, work), await whatStands(manager, ids));
      // One that was corrected meanwhile is not counted any more, and stays.
      if (gone.length > 0) await manager.query(`DELETE FROM reading WHERE id = ANY($1) AND status = 'counted'`, [gone]);
      await manager.query(MARK, [ids, work.map(({ number }) => number)]);
      done = { last: ids.at(-1) ?? null, deleted: gone.length };
    });
    return wasFree ? done : 'busy';
  }
}

async function candidates(manager: EntityManager, work: readonly Work[]): Promise<Candidate[]> {
  const days = work.flatMap(({ account_id, days }) => (days ?? []).map((day) => ({ account_id, day })));
  if (days.length === 0) return [];
  return manager.query<Candidate[]>(CANDIDATES, [days.map(({ account_id }) => account_id), days.map(({ day }) => day)]);
}

/** The ids of those that are deleted. */
function chosen(all: readonly Candidate[], { instants, calendars }: Standing): string[] {
  const byAccount = Map.groupBy(all, ({ account_id }) => account_id);
  return [...byAccount].flatMap(([accountId, readings]) => {
    const own = <T extends { accountId: string }>(each: T): boolean => each.accountId === accountId;
    const days = [utcDay, ...calendars.filter(own).map(({ dayOf }) => dayOf)];
    const standing = new Set(instants.filter(own).map(({ at }) => at.getTime()));
    return superfluous(readings, days, standing).flatMap(({ id, free }) => (free ? [id] : []));
  });
}

function utcDay(moment: Date): number {
  return Math.floor(moment.getTime() / DAY);
}
