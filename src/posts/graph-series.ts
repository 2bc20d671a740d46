import type { Dare } from '../domain/dare.ts';
import type { Point } from '../domain/gap.ts';
import { silences, type Silence } from '../domain/silence.ts';

/** A place on the drawing, in its own units. */
export type Place = { readonly x: number; readonly y: number };

/**
 * At most `limit` of the readings, chosen so that the line keeps its shape (largest-triangle-three-buckets,
 * Steinarsson 2013). Only real readings are kept: none is averaged or invented.
 */
export function thinOut(points: readonly Point[], limit: number): readonly Point[] {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || points.length <= limit || limit < 3) return points;
  const kept = [first];
  const size = (points.length - 2) / (limit - 2);
  for (let bucket = 0; bucket < limit - 2; bucket += 1) {
    const candidates = points.slice(Math.floor(bucket * size) + 1, Math.floor((bucket + 1) * size) + 1);
    const following = points.slice(Math.floor((bucket + 1) * size) + 1, Math.floor((bucket + 2) * size) + 1);
    kept.push(mostTelling(kept.at(-1) ?? first, candidates, centre(following, last)) ?? last);
  }
  return [...kept, last];
}

/**
 * The series as lines of about `limit` readings in all, interrupted where the account was silent for long: no line leads
 * across what nobody read.
 */
export function interruptedLines(points: readonly Point[], limit: number): (readonly Point[])[] {
  const ends = new Set(silences(points).map(({ from }) => from.getTime()));
  const lines: Point[][] = [];
  let isOver = true;
  for (const point of points) {
    if (isOver) lines.push([]);
    lines.at(-1)?.push(point);
    isOver = ends.has(point.at.getTime());
  }
  return lines.map((line) => thinOut(line, Math.max(3, Math.round((limit * line.length) / points.length))));
}

/** What is left of a stretch of time without the silences in it. */
export function withoutSilences(stretch: Silence, silent: readonly Silence[]): Silence[] {
  const parts: Silence[] = [];
  let from = stretch.from;
  for (const silence of silent.toSorted((a, b) => a.from.getTime() - b.from.getTime())) {
    if (silence.from >= stretch.to || silence.to <= from) continue;
    if (silence.from > from) parts.push({ from, to: silence.from });
    from = silence.to;
  }
  return from < stretch.to ? [...parts, { from, to: stretch.to }] : parts;
}

/** The count at an instant on the straight line between the two readings around it; null outside of them. */
export function countAt(points: readonly Point[], at: Date): number | null {
  const after = points.findIndex((point) => point.at >= at);
  const right = points[after];
  if (!right) return null;
  if (right.at.getTime() === at.getTime()) return right.count;
  const left = points[after - 1];
  if (!left) return null;
  const share = (at.getTime() - left.at.getTime()) / (right.at.getTime() - left.at.getTime());
  return left.count + share * (right.count - left.count);
}

/**
 * Where the fediverse's line last met the other one (or the target) on its way to the reading that showed
 * the win, `at`; that reading itself when the lines do not tell.
 */
export function meetingPoint(
  series: { readonly fediverse: readonly Point[]; readonly x: readonly Point[] },
  dare: Dare,
  at: Date,
): Point | null {
  const rival = (when: Date): number | null => (dare.kind === 'reach' ? dare.target : countAt(series.x, when));
  const known = [...series.fediverse, ...series.x]
    .filter((point) => point.at <= at)
    .sort((a, b) => b.at.getTime() - a.at.getTime())
    .flatMap((point) => {
      const [own, other] = [countAt(series.fediverse, point.at), rival(point.at)];
      return own === null || other === null ? [] : [{ time: point.at.getTime(), own, lead: own - other }];
    });
  const before = known.findIndex(({ lead }) => lead < 0);
  const [behind, ahead] = [known[before], known[before - 1]];
  if (!behind || !ahead) {
    const count = countAt(series.fediverse, at);
    return count === null ? null : { at, count };
  }
  const share = behind.lead / (behind.lead - ahead.lead);
  const met = new Date(behind.time + share * (ahead.time - behind.time));
  return { at: met, count: behind.own + share * (ahead.own - behind.own) };
}

/** The part of a series between two instants, with straight-line ends; empty where it was not read. */
export function between(points: readonly Point[], from: Date, to: Date): Point[] {
  const ends = [from, to].map((at) => ({ at, count: countAt(points, at) }));
  const inside = points.filter((point) => point.at > from && point.at < to);
  const [start, end] = ends.map(({ at, count }) => (count === null ? [] : [{ at, count }]));
  return [...(start ?? []), ...inside, ...(end ?? [])];
}

/**
 * Moves labels apart so that each has `height` to itself within `top…bottom`, as little as possible.
 * Gives the new heights in the order of the old ones.
 */
export function spread(heights: readonly number[], height: number, top: number, bottom: number): number[] {
  const order = heights.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y || a.index - b.index);
  const centre = order.reduce((sum, { y }) => sum + y, 0) / Math.max(order.length, 1);
  const crowded = order.some((label, place) => place > 0 && label.y - (order[place - 1]?.y ?? 0) < height);
  const result: number[] = [];
  order.forEach((label, place) => {
    const y = crowded ? centre + (place - (order.length - 1) / 2) * height : label.y;
    const lowest = bottom - (order.length - 1 - place) * height;
    result[label.index] = Math.max(top + place * height, Math.min(y, lowest));
  });
  return result;
}

function centre(points: readonly Point[], otherwise: Point): { time: number; count: number } {
  const all = points.length > 0 ? points : [otherwise];
  return {
    time: all.reduce((sum, point) => sum + point.at.getTime(), 0) / all.length,
    count: all.reduce((sum, point) => sum + point.count, 0) / all.length,
  };
}

/** The candidate that spans the largest triangle with the point kept before and the middle of what follows. */
function mostTelling(
  before: Point,
  candidates: readonly Point[],
  next: { time: number; count: number },
): Point | undefined {
  const area = (point: Point): number =>
    Math.abs(
      (before.at.getTime() - next.time) * (point.count - before.count) -
        (before.at.getTime() - point.at.getTime()) * (next.count - before.count),
    );
  return candidates.reduce<Point | undefined>(
    (best, point) => (best && area(best) >= area(point) ? best : point),
    undefined,
  );
}
