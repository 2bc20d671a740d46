import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Point } from '../domain/gap.ts';
import { Reading, type ReadingSource } from './reading.entity.ts';

/** A reading that counts, or did, with where it comes from. */
export interface CountedReading extends Point {
  id: string;
  /** Its place in the chain of its account. */
  number: number;
  source: ReadingSource;
  evidenceUrl: string | null;
}

/** A reading that counted until it was corrected or struck out. */
export interface WithdrawnReading extends CountedReading {
  accountId: string;
  status: 'replaced' | 'struck';
  /** The numbers of the reading that it corrected itself, and of the one that corrects it. */
  replaces: number | null;
  replacedBy: number | null;
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
  /** Only what was written down by then; null, or not given: all. */
  knownBy?: Date | null;
}

/** How many readings there are; with `isMore`, there are more than that. */
export interface ReadingTotal {
  count: number;
  isMore: boolean;
}

/** `count` is a bigint, which `pg` hands over as text. */
type Row = Omit<CountedReading, 'count'> & { count: string };

const COLUMNS = 'id, number, at, count, source, evidence_url AS "evidenceUrl"';

/** `n` is the place of an account in what was asked, for the same one may be asked for at several moments. */
const LATEST = `
  SELECT asked.n::int AS n, latest.*, before.at AS before_at, before.count AS before_count
  FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS asked (id, until, known, n)
  CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM reading
    WHERE account_id = asked.id AND status = 'counted' AND at <= asked.until AND created_at <= asked.known
    ORDER BY at DESC LIMIT 1) latest
  LEFT JOIN LATERAL (
    SELECT at, count FROM reading
    WHERE account_id = asked.id AND status = 'counted' AND at <= latest.at - interval '24 hours'
      AND created_at <= asked.known
    ORDER BY at DESC LIMIT 1) before ON true`;

/**
 * Cuts each range into equal parts and looks up the last reading of each in the index: as many steps for a million
 * readings as for a hundred. What was written down after it was asked about is passed over, within its part.
 */
const SERIES = `
  SELECT asked.n::int AS n, found.*
  FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::int[], $5::timestamptz[])
    WITH ORDINALITY AS asked (account, since, until, points, known, n)
  CROSS JOIN LATERAL (
    WITH first AS (
      SELECT ${COLUMNS} FROM reading
      WHERE account_id = asked.account AND status = 'counted' AND at >= asked.since AND at <= asked.until
        AND created_at <= asked.known
      ORDER BY at LIMIT 1),
    step AS (
      SELECT at, extract(epoch FROM asked.until - CASE WHEN isfinite(asked.since) THEN asked.since ELSE at END)
        ::float8 / asked.points AS seconds
      FROM first),
    part AS MATERIALIZED (
      SELECT asked.until - make_interval(secs => place * seconds) AS ending,
        asked.until - make_interval(secs => (place + 1) * seconds) AS beginning
      FROM step, generate_series(0, asked.points - 1) AS place
      WHERE asked.until - make_interval(secs => place * seconds) >= at)
    SELECT * FROM first
    UNION
    SELECT last.* FROM part
    CROSS JOIN LATERAL (
      SELECT ${COLUMNS} FROM reading
      WHERE account_id = asked.account AND status = 'counted' AND at <= part.ending AND at > part.beginning
        AND created_at <= asked.known
      ORDER BY at DESC LIMIT 1) last) found
  ORDER BY n, at`;

const ALL_OF_A_FEW = `
  SELECT ${COLUMNS} FROM reading
  WHERE account_id = $1 AND status = 'counted' AND at >= $2::timestamptz AND at <= $3::timestamptz
  ORDER BY at LIMIT $4`;

/** Both ends of what moderators tell the public about. */
const NOTED = `
  SELECT reading_flag.account_id AS "accountId", ends.*
  FROM reading_flag CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM reading
    WHERE account_id = reading_flag.account_id AND status = 'counted' AND at IN (reading_flag.from_at, reading_flag.at)) AS ends
  WHERE reading_flag.account_id = ANY($1) AND reading_flag.state = 'confirmed'`;

/** Counted in the index, and never further than is asked for. */
const TOTALS = `
  SELECT least(n, $2::int)::int AS count, n > $2::int AS "isMore"
  FROM unnest($1::uuid[]) AS account (id)
  CROSS JOIN LATERAL (
    SELECT count(*) AS n FROM (
      SELECT FROM reading WHERE account_id = account.id AND status = 'counted' LIMIT $2::int + 1) AS kept) AS counted`;

/** Corrections are few: what they replaced is found from them, and not among all that was ever read. */
const WITHDRAWN = `
  WITH withdrawn AS (
    SELECT wrong.*, correction.number AS replaced_by
    FROM reading AS correction JOIN reading AS wrong ON wrong.id = correction.replaces_id
    WHERE correction.replaces_id IS NOT NULL AND wrong.account_id = ANY($1) AND wrong.status = 'replaced'
    UNION ALL
    SELECT struck.*, NULL FROM reading AS struck WHERE struck.account_id = ANY($1) AND struck.status = 'struck')
  SELECT account_id AS "accountId", ${COLUMNS}, status, replaced_by AS "replacedBy",
    (SELECT former.number FROM reading AS former WHERE former.id = withdrawn.replaces_id) AS replaces
  FROM withdrawn WHERE at >= $2::timestamptz AND at <= $3::timestamptz
  ORDER BY at DESC, number DESC LIMIT $4`;

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
    const found = await this.latestAt(accountIds.map((accountId) => ({ accountId, until })));
    return new Map(accountIds.flatMap((id, index) => (found[index] ? [[id, found[index]] as const] : [])));
  }

  /**
   * The last counted reading of each account up to its moment, null where there is none; null `until`: up to now. With
   * `knownBy`, only what was written down by then.
   */
  async latestAt(
    asked: readonly { accountId: string; until: Date | null; knownBy?: Date | null }[],
  ): Promise<(LatestReading | null)[]> {
    if (asked.length === 0) return [];
    type LatestRow = Row & { n: number; before_at: Date | null; before_count: string | null };
    const parameters = [
      asked.map(({ accountId }) => accountId),
      asked.map(({ until }) => until ?? AFTER_ALL),
      asked.map(({ knownBy }) => knownBy ?? AFTER_ALL),
    ];
    const rows = await this.database.query<LatestRow[]>(LATEST, parameters);
    const answers: (LatestReading | null)[] = asked.map(() => null);
    for (const { n, before_at, before_count, ...latest } of rows) {
      const dayBefore = before_at === null ? null : { at: before_at, count: Number(before_count) };
      answers[n - 1] = { ...counted(latest), dayBefore };
    }
    return answers;
  }

  /**
   * The counted readings of an account in order of time, thinned to the last one of each of `points` equal parts of the
   * range. The first reading of the range is there as well, so that there are `points` + 1 at most.
   */
  async series(accountId: string, range: SeriesRange): Promise<CountedReading[]> {
    const [series = []] = await this.seriesOf([{ accountId, ...range }]);
    return series;
  }

  /** As {@link series}, of many at once: what a list shows costs one question. */
  async seriesOf(asked: readonly ({ accountId: string } & SeriesRange)[]): Promise<CountedReading[][]> {
    if (asked.length === 0) return [];
    const rows = await this.database.query<(Row & { n: number })[]>(SERIES, [
      asked.map(({ accountId }) => accountId),
      asked.map(({ from }) => from ?? BEFORE_ALL),
      asked.map(({ to }) => to),
      asked.map(({ points }) => points),
      asked.map(({ knownBy }) => knownBy ?? AFTER_ALL),
    ]);
    const answers: CountedReading[][] = asked.map(() => []);
    for (const { n, ...row } of rows) answers[n - 1]?.push(counted(row));
    return answers;
  }

  /** All counted readings of an account in a stretch of time, in order of time; null where there are more than `most`. */
  async upTo(most: number, accountId: string, { from, to }: Pick<SeriesRange, 'from' | 'to'>): Promise<CountedReading[] | null> {
    const rows = await this.database.query<Row[]>(ALL_OF_A_FEW, [accountId, from ?? BEFORE_ALL, to, most + 1]);
    return rows.length > most ? null : rows.map(counted);
  }

  /** The counted readings of accounts that public notes are about: both ends of each change. */
  async noted(accountIds: readonly string[]): Promise<(CountedReading & { accountId: string })[]> {
    const rows = await this.database.query<(Row & { accountId: string })[]>(NOTED, [accountIds]);
    return rows.map((row) => ({ ...row, count: Number(row.count) }));
  }

  /** How many counted readings accounts have in all; not counted any further than `most` of each. */
  async total(accountIds: readonly string[], most: number): Promise<ReadingTotal> {
    const totals = await this.database.query<ReadingTotal[]>(TOTALS, [accountIds, most]);
    return { count: totals.reduce((sum, { count }) => sum + count, 0), isMore: totals.some(({ isMore }) => isMore) };
  }

  /** Readings that were corrected or struck out, of a stretch of time, newest first and at most `limit`. */
  async withdrawn(
    accountIds: readonly string[],
    { from, to }: Pick<SeriesRange, 'from' | 'to'>,
    limit: number,
  ): Promise<WithdrawnReading[]> {
    const parameters = [accountIds, from ?? BEFORE_ALL, to, limit];
    const rows = await this.database.query<(Omit<WithdrawnReading, 'count'> & { count: string })[]>(WITHDRAWN, parameters);
    return rows.map((row) => ({ ...row, count: Number(row.count) }));
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
