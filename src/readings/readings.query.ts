import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Point } from '../domain/gap.ts';
import { Reading, type ReadingSource } from './reading.entity.ts';

/** A reading that counts, with where it comes from. */
export interface CountedReading extends Point {
  id: string;
  source: ReadingSource;
  evidenceUrl: string | null;
}

/** `dayBefore` is what was known 24 hours before. */
export interface LatestReading extends CountedReading {
  dayBefore: Point | null;
}

export interface SeriesRange {
  /** Null: from the first reading. */
  from: Date | null;
  to: Date;
  /** Into how many parts the range is cut; at least 1. */
  points: number;
}

/** `count` is a bigint, which `pg` hands over as text. */
type Row = Omit<CountedReading, 'count'> & { count: string };

const COLUMNS = 'id, at, count, source, evidence_url AS "evidenceUrl"';

const LATEST = `
  SELECT account.id AS account_id, latest.*, before.at AS before_at, before.count AS before_count
  FROM unnest($1::uuid[]) AS account (id)
  CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM reading
    WHERE account_id = account.id AND status = 'counted' AND at <= $2::timestamptz
    ORDER BY at DESC LIMIT 1) latest
  LEFT JOIN LATERAL (
    SELECT at, count FROM reading
    WHERE account_id = account.id AND status = 'counted' AND at <= latest.at - interval '24 hours'
    ORDER BY at DESC LIMIT 1) before ON true`;

/**
 * Cuts the range into equal parts and looks up the last reading of each in the index: as many steps for a million
 * readings as for a hundred. A part's beginning is checked on what was found, for an index is read no faster with it.
 */
const SERIES = `
  WITH first AS (
    SELECT ${COLUMNS} FROM reading
    WHERE account_id = $1 AND status = 'counted' AND at >= $2::timestamptz AND at <= $3::timestamptz
    ORDER BY at LIMIT 1),
  step AS (
    SELECT extract(epoch FROM $3::timestamptz - CASE WHEN isfinite($2::timestamptz) THEN $2::timestamptz ELSE at END)
      ::float8 / $4::int AS seconds
    FROM first)
  SELECT * FROM first
  UNION
  SELECT last.* FROM step, generate_series(0, $4::int - 1) AS part
  CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM reading
    WHERE account_id = $1 AND status = 'counted' AND at <= $3::timestamptz - make_interval(secs => part * seconds)
    ORDER BY at DESC LIMIT 1) last
  WHERE last.at > $3::timestamptz - make_interval(secs => (part + 1) * seconds)
  ORDER BY at`;

const PAGE = 1_000;
const PAGE_AFTER = `
  SELECT ${COLUMNS}, at::text AS mark FROM reading
  WHERE account_id = $1 AND status = 'counted' AND at <= $3::timestamptz AND (at, id) > ($2::timestamptz, $4::uuid)
  ORDER BY at, id LIMIT ${PAGE}`;
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** Beyond every reading, as PostgreSQL writes it. */
const BEFORE_ALL = '-infinity';
const AFTER_ALL = 'infinity';

const WAITING_SHOWN = 200;

/** What has been read. */
@Injectable()
export class ReadingsQuery {
  constructor(private readonly database: DataSource) {}

  /** The last counted reading, up to a moment, of each account that has one: by account id. */
  async latest(accountIds: readonly string[], until: Date | null = null): Promise<Map<string, LatestReading>> {
    type LatestRow = Row & { account_id: string; before_at: Date | null; before_count: string | null };
    const rows = await this.database.query<LatestRow[]>(LATEST, [accountIds, until ?? AFTER_ALL]);
    return new Map(
      rows.map(({ account_id, before_at, before_count, ...latest }) => {
        const dayBefore = before_at === null ? null : { at: before_at, count: Number(before_count) };
        return [account_id, { ...counted(latest), dayBefore }];
      }),
    );
  }

  /**
   * The counted readings of an account in order of time, thinned to the last one of each of `points` equal parts of the
   * range. The first reading of the range is there as well, so that there are `points` + 1 at most.
   */
  async series(accountId: string, { from, to, points }: SeriesRange): Promise<CountedReading[]> {
    const rows = await this.database.query<Row[]>(SERIES, [accountId, from ?? BEFORE_ALL, to, points]);
    return rows.map(counted);
  }

  /** All counted readings of an account in order of time, whatever their number; null: no bound. */
  async *all(accountId: string, from: Date | null, to: Date | null): AsyncGenerator<CountedReading> {
    let mark = from?.toISOString() ?? BEFORE_ALL;
    let lastId = NO_ID;
    for (;;) {
      const parameters = [accountId, mark, to ?? AFTER_ALL, lastId];
      const rows = await this.database.query<(Row & { mark: string })[]>(PAGE_AFTER, parameters);
      for (const { mark: _, ...row } of rows) yield counted(row);
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      mark = last.mark;
      lastId = last.id;
    }
  }

  /** Readings that wait for a second person or a moderator, longest waiting first, with account and institution. */
  async pending(): Promise<Reading[]> {
    return this.database.getRepository(Reading).find({
      where: { status: 'pending' },
      relations: { account: { institution: true } },
      order: { createdAt: 'ASC' },
      take: WAITING_SHOWN,
    });
  }
}

function counted(row: Row): CountedReading {
  return { ...row, count: Number(row.count) };
}
