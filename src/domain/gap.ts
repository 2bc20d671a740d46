import type { Dare } from './dare.ts';
import { DAY } from './durations.ts';

/** A reading that counts: the number of followers of one account at one moment. */
export type Point = { readonly at: Date; readonly count: number };

/** Who has more followers. */
export type Leader = 'fediverse' | 'x' | 'tie';

/** Followers on both sides at once; `difference` is x − fediverse, so it shrinks as the fediverse gains. */
export type Gap = {
  readonly fediverse: number;
  readonly x: number;
  readonly difference: number;
  readonly leader: Leader;
};

/** Followers on both sides; null is unknown, which is never the same as 0. */
export type Counts = { readonly fediverse: number | null; readonly x: number | null };

/** Both counts as they were known at one moment. */
export type GapPoint = { readonly at: Date; readonly fediverse: number; readonly x: number };

/** Like {@link GapPoint}, for dares that need no count on X: `x` is null as long as it is unknown. */
export type CountsPoint = { readonly at: Date; readonly fediverse: number; readonly x: number | null };

/** The gap between two counts, or null while either is unknown. */
export function gapBetween(fediverse: number | null, x: number | null): Gap | null {
  if (fediverse === null || x === null) return null;
  const leader = fediverse === x ? 'tie' : fediverse > x ? 'fediverse' : 'x';
  return { fediverse, x, difference: x - fediverse, leader };
}

/** Both series as one, in order of time, from the moment both counts are known. */
export function gapSeries(fediverse: readonly Point[], x: readonly Point[]): GapPoint[] {
  return countsSeries(fediverse, x).filter((point): point is GapPoint => point.x !== null);
}

/**
 * Both series as one, in order of time, from the first count on the fediverse; one point per moment.
 * The sides are rarely read together, so each keeps its last known count until its next reading.
 */
export function countsSeries(fediverse: readonly Point[], x: readonly Point[]): CountsPoint[] {
  const readings = [
    ...fediverse.map((point) => ({ at: point.at, known: { fediverse: point.count } })),
    ...x.map((point) => ({ at: point.at, known: { x: point.count } })),
  ].toSorted((a, b) => a.at.getTime() - b.at.getTime());

  const series: CountsPoint[] = [];
  let counts: Counts = { fediverse: null, x: null };
  for (const { at, known } of readings) {
    counts = { ...counts, ...known };
    if (counts.fediverse === null) continue;
    if (series.at(-1)?.at.getTime() === at.getTime()) series.pop();
    series.push({ at, fediverse: counts.fediverse, x: counts.x });
  }
  return series;
}

/**
 * How many followers the fediverse lacks to win: zero or less once it has won.
 * Null while a count it depends on is unknown, and always for `open`, which is not about a number.
 */
export function shortfall(dare: Dare, counts: Counts): number | null {
  if (counts.fediverse === null) return null;
  switch (dare.kind) {
    case 'overtake':
      // A tie does not win: the dare says "more followers than".
      return counts.x === null ? null : counts.x - counts.fediverse + 1;
    case 'reach':
      return dare.target - counts.fediverse;
    case 'open':
      return null;
  }
}

/** How many followers are still missing to win, 0 once won; null as in {@link shortfall}. */
export function remaining(dare: Dare, counts: Counts): number | null {
  const missing = shortfall(dare, counts);
  return missing === null ? null : Math.max(0, missing);
}

/** What was known so long ago says nothing about the pace of a day. */
const LONGEST_DAY = 3 * DAY;

/** Followers gained a day, from what was known `before`, 24 hours earlier or a little more; null: not known then. */
export function gainedPerDay(latest: Point, before: Point | null): number | null {
  if (before === null) return null;
  const time = latest.at.getTime() - before.at.getTime();
  return time > LONGEST_DAY ? null : ((latest.count - before.count) * DAY) / time;
}

/** Whole followers that the last day brought, at least one: off the gap where `closes`, else on the fediverse alone. */
export type LastDay = { readonly perDay: number; readonly closes: boolean };

/**
 * What the last day brought; of a gap whose other side was not read for days, no more than its own side is told.
 * Null: nothing, or nobody knows.
 */
export function lastDay(dare: Dare, series: { readonly fediverse: readonly Point[]; readonly x: readonly Point[] }): LastDay | null {
  const [own, other] = [gainOfLastDay(series.fediverse), gainOfLastDay(series.x)];
  if (own === null) return null;
  const closes = dare.kind === 'overtake' && other !== null;
  const perDay = Math.round(closes ? own - other : own);
  return perDay < 1 ? null : { perDay, closes };
}

function gainOfLastDay(points: readonly Point[]): number | null {
  const latest = points.at(-1);
  if (latest === undefined) return null;
  return gainedPerDay(latest, points.findLast(({ at }) => at.getTime() <= latest.at.getTime() - DAY) ?? null);
}

/**
 * Whether these counts win the dare: `overtake` with more followers than X, `reach` with at least the target,
 * `open` as soon as a count could be read on the fediverse, because then the account exists.
 */
export function isWon(dare: Dare, counts: Counts): boolean {
  if (dare.kind === 'open') return counts.fediverse !== null;
  return remaining(dare, counts) === 0;
}

/** The share of the way from `first` to winning that is done at `latest`: 0 to 1, and 1 only when won. */
export function progress(dare: Dare, first: Counts, latest: Counts): number {
  if (isWon(dare, latest)) return 1;
  const atFirst = remaining(dare, first);
  const now = remaining(dare, latest);
  if (!atFirst || now === null) return 0;
  return Math.max(0, 1 - now / atFirst);
}
