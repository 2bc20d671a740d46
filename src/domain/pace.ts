import { DAY } from './durations.ts';
import type { Point } from './gap.ts';

/** A count at a moment, in days since 1970; in order of time, one for each moment. */
export type Mark = { readonly day: number; readonly count: number };

/** What one day brought: how long ago its middle was, how much of it is known (1: all), and followers a day. */
export type DayGain = { readonly age: number; readonly length: number; readonly perDay: number };

/** Followers a day: these days, and in the long run. */
export type Pace = {
  readonly recent: number;
  readonly lasting: number;
  /** How far busy days lie above slow ones, from 0 (all alike) to 1 (some bring all). */
  readonly unevenness: number;
};

/** Which of the days count, slowest first. */
type Shares = { readonly from: number; readonly to: number };

const SLOW_DAYS: Shares = { from: 0.1, to: 0.4 };
const MIDDLE_DAYS: Shares = { from: 0.25, to: 0.75 };
const BUSY_DAYS: Shares = { from: 0.6, to: 0.9 };
/** Half of what sets these days apart is over after so long: a burst fades sooner than a lull ends. */
const HALF_OVER_DAYS = { burst: 2, lull: 14 };
/** As many wholly uneven days are supposed before those that were read, as nothing is even before it was seen to be. */
const DOUBTED_DAYS = 4;

/**
 * Readings as marks, without the odd ones: each but the first and the last is the median of itself and its
 * neighbours (Tukey, Exploratory Data Analysis, 1977), which leaves a rising or falling series as it is.
 */
export function marksOf(points: readonly Point[]): Mark[] {
  const read = points
    .map(({ at, count }) => ({ day: at.getTime() / DAY, count }))
    .toSorted((a, b) => a.day - b.day || a.count - b.count);
  const single = read.filter(({ day }, index) => day !== read[index + 1]?.day);
  return single.map((mark, index) => {
    const [before, after] = [single[index - 1], single[index + 1]];
    return before && after ? { day: mark.day, count: middle(before.count, mark.count, after.count) } : mark;
  });
}

/** The gains of the `most` days before `end`, newest first; between two marks, followers came evenly. */
export function dayGains(marks: readonly Mark[], end: number, most: number): DayGain[] {
  const start = marks[0]?.day ?? end;
  const gains: DayGain[] = [];
  for (let to = end; to > start && gains.length < most; to -= 1) {
    const length = Math.min(1, to - start);
    const gained = countAt(marks, to) - countAt(marks, to - length);
    gains.push({ age: end - to + length / 2, length, perDay: gained / length });
  }
  return gains;
}

/**
 * The pace of a series. Days are ranked and a band of them is averaged (an L-estimator; Huber, Robust Statistics, 1981),
 * so that no single day bends it: of the last days, the middle half, and in the long run the busy ones short of the
 * busiest, because bursts come again and pull the mean of such series above its median.
 */
export function paceOf(gains: readonly DayGain[]): Pace {
  const ranked = gains.toSorted((a, b) => a.perDay - b.perDay);
  const [slow, busy] = [Math.max(0, meanOf(ranked, SLOW_DAYS, alike)), meanOf(ranked, BUSY_DAYS, alike)];
  // The quartile coefficient of dispersion (Bonett, 2006), with means of bands for quartiles.
  const seen = busy > slow ? (busy - slow) / (busy + slow) : 0;
  const days = ranked.reduce((sum, { length }) => sum + length, 0);
  return {
    recent: meanOf(ranked, MIDDLE_DAYS, (age) => (1 + age) ** -1.5),
    lasting: Math.min(busy, meanOf(ranked, BUSY_DAYS, (age) => (7 + age) ** -2)),
    unevenness: (days * seen + DOUBTED_DAYS) / (days + DOUBTED_DAYS),
  };
}

/**
 * Followers expected in the next `days`. What sets these days apart fades as 1 / (1 + time), the power law by which
 * attention relaxes after a shock (Crane and Sornette, PNAS 2008), and not for ever as on a straight line
 * (damped trend; Gardner and McKenzie, 1985).
 */
export function followersIn({ recent, lasting }: Pace, days: number): number {
  const halfOver = recent > lasting ? HALF_OVER_DAYS.burst : HALF_OVER_DAYS.lull;
  return lasting * days + (recent - lasting) * halfOver * Math.log1p(days / halfOver);
}

/** Followers a day of a count that only drifts: the mean of the middle half of the days. */
export function driftOf(gains: readonly DayGain[]): number {
  return meanOf(gains.toSorted((a, b) => a.perDay - b.perDay), MIDDLE_DAYS, alike);
}

/** The mean of the days between two shares of all the weight, of days ranked by pace. */
function meanOf(ranked: readonly DayGain[], { from, to }: Shares, weightAt: (age: number) => number): number {
  const weights = ranked.map(({ age, length }) => length * weightAt(age));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let [passed, sum] = [0, 0];
  for (const [index, { perDay }] of ranked.entries()) {
    const next = passed + (weights[index] ?? 0) / total;
    sum += perDay * Math.max(0, Math.min(next, to) - Math.max(passed, from));
    passed = next;
  }
  return sum / (to - from);
}

function alike(): number {
  return 1;
}

function countAt(marks: readonly Mark[], day: number): number {
  const next = marks.findIndex((mark) => mark.day >= day);
  const [before, after] = [marks[next - 1], marks[next] ?? marks.at(-1)];
  if (after === undefined) return 0;
  if (before === undefined || next === -1) return after.count;
  return before.count + ((after.count - before.count) * (day - before.day)) / (after.day - before.day);
}

function middle(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
