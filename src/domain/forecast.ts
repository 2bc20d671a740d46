import type { Dare } from './dare.ts';
import { DAY } from './durations.ts';
import { shortfall } from './gap.ts';
import type { CountsPoint } from './gap.ts';

/**
 * When the dare is expected to be won. `perDay` is by how many followers the distance shrinks a day;
 * `earliest` and `latest` surround `crossesOn` and are never in the past.
 */
export type Forecast =
  | {
      readonly type: 'crosses';
      readonly crossesOn: Date;
      readonly earliest: Date;
      readonly latest: Date;
      readonly perDay: number;
    }
  | { readonly type: 'crossed' }
  | { readonly type: 'not-closing'; readonly reason: 'not-shrinking' | 'too-slow' }
  | { readonly type: 'not-enough-data' };

/** Older readings tell about another time than the one that is forecast. */
const WINDOW_DAYS = 28;
/** With no reading for this long, nobody knows where things stand. */
const STALE_DAYS = 14;
/** Under half a day of readings, the time of day says more than the pace. */
const SHORTEST_SPAN_DAYS = 0.5;
/** A pace taken from this many days further back counts half as much. */
const HALF_LIFE_DAYS = 2;
/** Enough samples for a steady median, few enough for every pair of them to be compared. */
const MAX_SAMPLES = 60;
/** Beyond two years, a straight line drawn from four weeks means nothing. */
const HORIZON_DAYS = 730;
/** One day of evidence leaves room for a pace a quarter faster, or three times slower, since surges fade. */
const FASTER_AFTER_ONE_DAY = 0.25;
const SLOWER_AFTER_ONE_DAY = 2;

type Sample = { readonly day: number; readonly missing: number };
type Slope = { readonly perDay: number; readonly weight: number };
type Pace = { readonly perDay: number; readonly fastest: number; readonly slowest: number };

/**
 * Forecasts when `dare` is won from the counts read so far, in any order, as of `now`.
 * The pace is the recency-weighted median of the slopes between readings (Theil–Sen), so that one odd reading
 * does not bend it. An `open` dare has no distance to forecast and gives `not-enough-data`.
 */
export function forecastCrossing(dare: Dare, series: readonly CountsPoint[], now: Date): Forecast {
  const samples = recentSamples(dare, series);
  const first = samples[0];
  const latest = samples.at(-1);
  if (first === undefined || latest === undefined) return { type: 'not-enough-data' };
  if (latest.missing <= 0) return { type: 'crossed' };

  const today = now.getTime() / DAY;
  const span = latest.day - first.day;
  if (span < SHORTEST_SPAN_DAYS || today - latest.day > STALE_DAYS) return { type: 'not-enough-data' };

  const { perDay, fastest, slowest } = paceOf(samples, span);
  if (perDay <= 0) return { type: 'not-closing', reason: 'not-shrinking' };
  const horizon = today + HORIZON_DAYS;
  const dayAt = (pace: number) => (pace > 0 ? latest.day + latest.missing / pace : Infinity);
  if (dayAt(perDay) > horizon) return { type: 'not-closing', reason: 'too-slow' };

  const dateAt = (pace: number) => new Date(Math.round(Math.min(Math.max(dayAt(pace), today), horizon) * DAY));
  return { type: 'crosses', crossesOn: dateAt(perDay), earliest: dateAt(fastest), latest: dateAt(slowest), perDay };
}

/**
 * How many follows, beyond those already expected, bring the crossing forward by one day: a day's worth.
 * Null when there is no crossing to bring forward, or not a day of it left.
 */
export function followsPerDaySooner(forecast: Forecast, remaining: number | null): number | null {
  if (forecast.type !== 'crosses' || remaining === null || remaining <= forecast.perDay) return null;
  return Math.ceil(forecast.perDay);
}

/** The last weeks of the series as distances, thinned evenly, oldest first. */
function recentSamples(dare: Dare, series: readonly CountsPoint[]): Sample[] {
  const known = series
    .map((point) => ({ day: point.at.getTime() / DAY, missing: shortfall(dare, point) }))
    .filter((sample): sample is Sample => sample.missing !== null)
    .toSorted((a, b) => b.day - a.day);
  const newest = known[0];
  if (newest === undefined) return [];
  const recent = known.filter((sample) => newest.day - sample.day <= WINDOW_DAYS);
  const span = newest.day - (recent.at(-1) ?? newest).day;
  const bySlot = new Map<number, Sample>();
  for (const sample of recent) {
    const slot = span === 0 ? 0 : Math.floor(((newest.day - sample.day) / span) * (MAX_SAMPLES - 1));
    if (!bySlot.has(slot)) bySlot.set(slot, sample);
  }
  return [...bySlot.values()].reverse();
}

/** The pace, between those of eight slopes in ten and no surer than the days of evidence (`span`) allow. */
function paceOf(samples: readonly Sample[], span: number): Pace {
  const slopes = slopesBetween(samples);
  const perDay = quantile(slopes, 0.5);
  const doubt = 1 / Math.sqrt(Math.min(samples.length - 1, span));
  return {
    perDay,
    fastest: Math.max(quantile(slopes, 0.9), perDay * (1 + FASTER_AFTER_ONE_DAY * doubt)),
    slowest: Math.min(quantile(slopes, 0.1), perDay / (1 + SLOWER_AFTER_ONE_DAY * doubt)),
  };
}

/** The pace between every two samples; a longer stretch weighs more, and so does one that is all recent. */
function slopesBetween(samples: readonly Sample[]): Slope[] {
  const newest = samples.at(-1)?.day ?? 0;
  return samples
    .flatMap((late, index) =>
      samples.slice(0, index).map((early) => ({
        perDay: (early.missing - late.missing) / (late.day - early.day),
        weight: (late.day - early.day) * 0.5 ** ((newest - early.day) / HALF_LIFE_DAYS),
      })),
    )
    .toSorted((a, b) => a.perDay - b.perDay);
}

/** The pace below which the share `q` of the weight lies, of slopes in order of pace. */
function quantile(slopes: readonly Slope[], q: number): number {
  let left = q * slopes.reduce((sum, slope) => sum + slope.weight, 0);
  for (const slope of slopes) {
    left -= slope.weight;
    if (left <= 0) return slope.perDay;
  }
  return slopes.at(-1)?.perDay ?? 0;
}
