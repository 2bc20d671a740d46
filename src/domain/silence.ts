import { DAY, HOUR } from './durations.ts';

/** A stretch of time in which an account could not be read. */
export type Silence = { readonly from: Date; readonly to: Date };

type Reading = { readonly at: Date };

/** Within two days a server may be repaired, and people have a weekend. */
const SHORTEST = 2 * DAY;
const TIMES_THE_USUAL = 3;
/** From two intervals nobody can tell which of them is the usual one. */
const FEWEST_INTERVALS = 3;
/** A number that is read every hour is old after a day and a half. */
const OLD_AFTER = 36 * HOUR;
/** People read now and then. */
const OLD_AFTER_FOR_PEOPLE = 7 * DAY;

/**
 * Where a series, in order of time, was interrupted: between two readings that are more than two days apart, and more
 * than three times as far as they usually are (the median). A line across such a stretch would be an invention.
 */
export function silences(readings: readonly Reading[]): Silence[] {
  const stretches = readings.slice(1).map((reading, index) => ({ from: (readings[index] ?? reading).at, to: reading.at }));
  if (stretches.length < FEWEST_INTERVALS) return [];
  const lengths = stretches.map(lengthOf).toSorted((a, b) => a - b);
  const usual = lengths[Math.floor((lengths.length - 1) / 2)] ?? Infinity;
  return stretches.filter((stretch) => lengthOf(stretch) > Math.max(SHORTEST, TIMES_THE_USUAL * usual));
}

/** Whether the last reading of an account that should be read all the time is so old that this must be said. */
export function isOld(last: Date, now: Date, { byPeople }: { byPeople: boolean }): boolean {
  return now.getTime() - last.getTime() > (byPeople ? OLD_AFTER_FOR_PEOPLE : OLD_AFTER);
}

function lengthOf({ from, to }: Silence): number {
  return to.getTime() - from.getTime();
}
