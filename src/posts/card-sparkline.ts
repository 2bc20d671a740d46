import { area, line } from 'd3-shape';
import type { Point } from '../domain/gap.ts';
import { thinOut } from './graph-series.ts';

/** One line alone and the shape under it, as paths in `width` × `height`; the shape reaches as deep again below. */
export function sparkline(points: readonly Point[], width: number, height: number): { fill: string; stroke: string } {
  const kept = thinOut(points, 80);
  const times = kept.map((point) => point.at.getTime());
  const counts = kept.map((point) => point.count);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  const places = kept.map((point): [number, number] => [
    to > from ? ((point.at.getTime() - from) / (to - from)) * width : width,
    high > low ? height - ((point.count - low) / (high - low)) * height : height / 2,
  ]);
  return { fill: area().y0(height * 2).digits(1)(places) ?? '', stroke: line().digits(1)(places) ?? '' };
}
