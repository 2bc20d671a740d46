import type { Dare } from '../src/domain/dare.ts';
import { DAY } from '../src/domain/durations.ts';
import { countsSeries, shortfall, type Point } from '../src/domain/gap.ts';

const WINDOW_DAYS = 7;

/**
 * In how many days a straight line through the last seven days of the distance meets zero: by least squares, moved so
 * that it goes through the last reading. With a single reading in seven days it is drawn through the last two.
 * Infinity: never; null: there are no two readings.
 */
export function straightLine(dare: Dare, series: { fediverse: readonly Point[]; x: readonly Point[] }, now: Date): number | null {
  const points = countsSeries(series.fediverse, series.x).flatMap((point) => {
    const missing = shortfall(dare, point);
    return missing === null ? [] : [{ day: (point.at.getTime() - now.getTime()) / DAY, missing }];
  });
  const last = points.at(-1);
  if (last === undefined || points.length < 2) return null;
  const recent = points.filter(({ day }) => day >= last.day - WINDOW_DAYS);
  const perDay = -slope(recent.length > 1 ? recent : points.slice(-2));
  return perDay > 0 ? Math.max(0, last.day + last.missing / perDay) : Infinity;
}

function slope(points: readonly { day: number; missing: number }[]): number {
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [day, missing] = [mean(points.map((point) => point.day)), mean(points.map((point) => point.missing))];
  const across = points.reduce((sum, point) => sum + (point.day - day) * (point.missing - missing), 0);
  return across / points.reduce((sum, point) => sum + (point.day - day) ** 2, 0);
}
