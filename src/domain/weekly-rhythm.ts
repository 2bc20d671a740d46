import { dayGains } from './pace.ts';
import type { DayGain, Mark } from './pace.ts';

const WEEK = 7;
/** A rhythm is what happened at least twice. */
const FEWEST_DAYS = 2 * WEEK;
/** Older weeks may have been lived otherwise. */
const MOST_DAYS = 12 * WEEK;
/** Beyond this multiple of a mean day, something happened that has nothing to do with the weekday. */
const BUSIEST = 3;
/** However quiet a weekday is, somebody comes. */
const QUIETEST = 0.1;

/**
 * How busy each of the seven days after the last mark is, as a multiple of a mean day; their mean is 1.
 * What a day was to the week around it (the ratio to the moving average of classical decomposition) is averaged over
 * the weeks, then drawn towards 1 by as much as chance explains (James and Stein, 1961). All are 1 with less than two
 * weeks to see. The last mark is left out, so that a gain today never makes tomorrow look quieter.
 */
export function weeklyRhythm(marks: readonly Mark[]): number[] {
  const weekdays = ratiosByWeekday(marks);
  if (weekdays.some((ratios) => ratios.length < 2)) return weekdays.map(() => 1);
  const means = weekdays.map(mean);
  const level = mean(means);
  const chance = mean(weekdays.map((ratios) => variance(ratios) / ratios.length));
  const kept = Math.max(0, 1 - chance / Math.max(variance(means), Number.MIN_VALUE));
  const drawn = means.map((busy) => Math.max(QUIETEST, 1 + kept * (busy / level - 1)));
  return drawn.map((busy) => busy / mean(drawn));
}

/** The gains as if all days of the week were alike. */
export function withoutRhythm(gains: readonly DayGain[], rhythm: readonly number[]): DayGain[] {
  return gains.map((gain, daysAgo) => ({ ...gain, perDay: gain.perDay / (rhythm[weekdayOf(daysAgo)] ?? 1) }));
}

/** For each of the seven days to come: what the same weekdays were to the weeks around them. */
function ratiosByWeekday(marks: readonly Mark[]): number[][] {
  const weekdays: number[][] = Array.from({ length: WEEK }, () => []);
  const [end, known] = [marks.at(-1)?.day ?? 0, marks.at(-2)?.day ?? 0];
  const gains = dayGains(marks, end, MOST_DAYS).map((gain, daysAgo) => ({ ...gain, daysAgo }));
  const seen = gains.filter(({ length, daysAgo }) => length === 1 && end - daysAgo <= known);
  if (seen.length < FEWEST_DAYS) return weekdays;
  for (let first = 0; first + WEEK <= seen.length; first++) {
    const week = mean(seen.slice(first, first + WEEK).map(({ perDay }) => perDay));
    const day = seen[first + 3];
    if (week <= 0 || day === undefined) continue;
    weekdays[weekdayOf(day.daysAgo)]?.push(Math.min(BUSIEST, Math.max(0, day.perDay / week)));
  }
  return weekdays;
}

/** Which of the seven days to come falls on the same weekday as the day that ended `daysAgo` days ago. */
function weekdayOf(daysAgo: number): number {
  return WEEK - 1 - (daysAgo % WEEK);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a sample of at least two. */
function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}
