import type { Dare } from './dare.ts';
import { DAY } from './durations.ts';
import { shortfall } from './gap.ts';
import type { Point } from './gap.ts';
import { dayGains, driftOf, followersIn, marksOf, paceOf } from './pace.ts';
import type { Mark } from './pace.ts';
import { weeklyRhythm, withoutRhythm } from './weekly-rhythm.ts';

/** When the dare is expected to be won. */
export type Forecast =
  | {
      readonly type: 'crosses';
      readonly crossesOn: Date;
      /** Never in the past. The truth lies between `earliest` and `latest` eight times in ten. */
      readonly earliest: Date;
      /** Null: two years may not be enough. */
      readonly latest: Date | null;
      /** By how many followers the distance shrinks a day, on average until then. */
      readonly perDay: number;
      /** How many follows now, beyond those expected, bring `crossesOn` forward by a day; null: not a day is left. */
      readonly followsPerDaySooner: number | null;
    }
  | { readonly type: 'crossed' }
  | { readonly type: 'not-closing'; readonly reason: 'not-shrinking' | 'too-slow' }
  | { readonly type: 'not-enough-data' };

/** The readings of both accounts, in any order. */
export type BothSeries = { readonly fediverse: readonly Point[]; readonly x: readonly Point[] };

/** Older readings tell about another time than the one that is forecast. */
const WINDOW_DAYS = 28;
/** With no reading for this long, nobody knows where things stand; X is read by hand, and drifts slowly. */
const STALE_DAYS = { fediverse: 14, x: 45 };
/** In less than a day, the hour says more than the pace. */
const SHORTEST_SPAN_DAYS = 1;
/** Beyond two years, nothing that is known today means anything. */
const HORIZON_DAYS = 730;
/**
 * How much longer or shorter the way may prove to be, as logarithms: by how uneven the days are, and by how far one
 * looks beyond what was seen. Set so that a tenth of the truths of the backtest lay outside on either side, which is
 * normalised conformal prediction (Papadopoulos et al., ECML 2002).
 */
const LONGER = { uneven: 2.5, beyond: -0.33, least: 0.4 };
const SHORTER = { uneven: 0.7, beyond: 0.3, least: 0.15 };

/** So that a steady ten a day are not eleven. */
const ROUNDING = 1e-6;

/** What is expected after the last reading on the fediverse. */
type Outlook = {
  /** When that reading was, in days since 1970, and how many followers were missing then. */
  readonly since: number;
  readonly missing: number;
  /** By how much the distance has shrunk 0, 1, 2 … days later. */
  readonly closed: readonly number[];
  /** How many days of readings this rests on, and how uneven they were, from 0 to 1. */
  readonly span: number;
  readonly unevenness: number;
};

/**
 * Forecasts when `dare` is won from the readings so far, as of `now`; docs/forecast.md tells how, and how well.
 * An `open` dare has no distance to forecast and gives `not-enough-data`.
 */
export function forecastCrossing(dare: Dare, series: BothSeries, now: Date): Forecast {
  const ours = marksOf(series.fediverse);
  const theirs = dare.kind === 'overtake' ? marksOf(series.x) : [];
  const [ourLast, theirLast] = [ours.at(-1), theirs.at(-1)];
  const missing = shortfall(dare, { fediverse: ourLast?.count ?? null, x: theirLast?.count ?? null });
  if (missing === null || ourLast === undefined) return { type: 'not-enough-data' };
  if (missing <= 0) return { type: 'crossed' };
  const today = now.getTime() / DAY;
  const stale = today - ourLast.day > STALE_DAYS.fediverse || today - (theirLast?.day ?? today) > STALE_DAYS.x;
  if (stale || spanOf(ours) < SHORTEST_SPAN_DAYS) return { type: 'not-enough-data' };
  return crossingOf(outlookOf(ours, theirs, missing), today);
}

/** X is expected to drift on, also since its own last reading; what is missing can shrink to one by that, not to none. */
function outlookOf(ours: readonly Mark[], theirs: readonly Mark[], missing: number): Outlook {
  const since = ours.at(-1)?.day ?? 0;
  const rhythm = weeklyRhythm(ours);
  const pace = paceOf(withoutRhythm(dayGains(ours, since, WINDOW_DAYS), rhythm));
  const theirEnd = theirs.at(-1)?.day ?? since;
  const drift = spanOf(theirs) < SHORTEST_SPAN_DAYS ? 0 : driftOf(dayGains(theirs, theirEnd, WINDOW_DAYS));
  const closed = [0];
  for (let day = 0; day < HORIZON_DAYS + STALE_DAYS.fediverse; day++) {
    const gained = followersIn(pace, day + 1) - followersIn(pace, day);
    closed.push((closed[day] ?? 0) + gained * (rhythm[day % rhythm.length] ?? 1) - drift);
  }
  return {
    since,
    missing: Math.max(1, missing + drift * (since - theirEnd)),
    closed,
    span: spanOf(ours),
    unevenness: pace.unevenness,
  };
}

function crossingOf({ since, missing, closed, span, unevenness }: Outlook, today: number): Forecast {
  const waited = today - since;
  const days = daysUntil(closed, missing);
  if (days === null || days - waited > HORIZON_DAYS) {
    return { type: 'not-closing', reason: (closed.at(-1) ?? 0) > 0 ? 'too-slow' : 'not-shrinking' };
  }
  const doubt = (by: typeof LONGER): number =>
    Math.exp(Math.max(by.least, by.uneven * unevenness + by.beyond * Math.log1p(days / span)));
  const late = daysUntil(closed, missing * doubt(LONGER));
  const dateAfter = (wait: number): Date => new Date(Math.round((since + Math.max(wait, waited)) * DAY));
  return {
    type: 'crosses',
    crossesOn: dateAfter(days),
    earliest: dateAfter(daysUntil(closed, missing / doubt(SHORTER)) ?? days),
    latest: late === null || late - waited > HORIZON_DAYS ? null : dateAfter(late),
    perDay: missing / days,
    followsPerDaySooner: days - 1 < waited ? null : Math.ceil(missing - mostClosedBy(closed, days - 1) - ROUNDING),
  };
}

/** When the distance has shrunk by `followers` for the first time, in days; null: not in the days that are expected. */
function daysUntil(closed: readonly number[], followers: number): number | null {
  const next = closed.findIndex((shrunk) => shrunk >= followers);
  if (next < 1) return null;
  const before = closed[next - 1] ?? 0;
  return next - 1 + (followers - before) / ((closed[next] ?? 0) - before);
}

/** The most by which the distance has shrunk at any time in so many days. */
function mostClosedBy(closed: readonly number[], days: number): number {
  const whole = Math.floor(days);
  const [before, after] = [closed[whole] ?? 0, closed[whole + 1] ?? 0];
  return Math.max(...closed.slice(0, whole + 1), before + (after - before) * (days - whole));
}

function spanOf(marks: readonly Mark[]): number {
  return (marks.at(-1)?.day ?? 0) - (marks[0]?.day ?? 0);
}
