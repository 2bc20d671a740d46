import type { Dare } from '../domain/dare.ts';
import type { Point } from '../domain/gap.ts';
import { translator, type PostLanguage } from '../platform/text.ts';
import { timeTicks, valueAxis, type TimeTick, type ValueAxis } from './graph-axes.ts';
import type { Place } from './graph-series.ts';

/** For a phone, for a column of a wide page, or on a wide or square picture. */
export type GraphSize = 'narrow' | 'wide' | 'card' | 'square';

/** Where everything goes, in the units of the drawing; y grows downward. */
export type Frame = {
  readonly width: number;
  readonly height: number;
  /** The edges of the plot, inside of which every line stays. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly from: Date;
  readonly to: Date;
  readonly values: ValueAxis;
  readonly times: readonly TimeTick[];
  readonly empty: boolean;
  x(at: Date): number;
  y(count: number): number;
  place(point: Point): Place;
};

type FrameFacts = {
  readonly series: { readonly fediverse: readonly Point[]; readonly x: readonly Point[] };
  readonly names: { readonly fediverse: string; readonly x: string };
  readonly dare: Dare;
  readonly endedAt: Date | null;
  readonly timeZone: string;
};

const SIZES: Readonly<Record<GraphSize, { width: number; height: number; times: number; values: number }>> = {
  wide: { width: 600, height: 330, times: 7, values: 4 },
  narrow: { width: 340, height: 280, times: 4, values: 3 },
  card: { width: 606, height: 178, times: 7, values: 3 },
  square: { width: 476, height: 312, times: 5, values: 4 },
};
/** Height of the line that says when the last reading was taken, in pictures that stand alone. */
const FOOTER = 24;
const EMPTY_HEIGHT = 150;
const TOP = 46;
const BELOW = 30;
/** A generous width of a figure, and of a bold letter, whatever the reader's font. */
const CHARACTER = 7.6;
const BOLD = 9.4;
const HALF_DAY = 12 * 3_600_000;

/** Lays out a graph: axes that hold every reading, and margins that hold every label. */
export function createFrame(facts: FrameFacts, size: GraphSize, footer: boolean, language: PostLanguage): Frame {
  const { width, height, times, values } = SIZES[size];
  const points = [...facts.series.fediverse, ...facts.series.x];
  const axis = valueAxis(countsOf(points, facts.dare), values);
  const [from, to] = stretch(points, facts.endedAt);
  const left = widest(axis.ticks, language) + 12;
  const right = width - nameRoom(facts, language);
  const bottom = height - BELOW;
  const x = (at: Date): number => round(left + ((at.getTime() - from.getTime()) / (to.getTime() - from.getTime())) * (right - left));
  const y = (count: number): number => round(bottom - ((count - axis.min) / (axis.max - axis.min)) * (bottom - TOP));
  return {
    width,
    height: (points.length > 0 ? height : EMPTY_HEIGHT) + (footer ? FOOTER : 0),
    left,
    right,
    top: TOP,
    bottom,
    from,
    to,
    values: axis,
    times: points.length > 0 ? timeTicks(from, to, times, facts.timeZone, language) : [],
    empty: points.length === 0,
    x,
    y,
    place: (point) => ({ x: x(point.at), y: y(point.count) }),
  };
}

function countsOf(points: readonly Point[], dare: Dare): number[] {
  const counts = points.map((point) => point.count);
  return dare.kind === 'reach' ? [...counts, dare.target] : counts;
}

/** From the first reading to the last one, or to the end; a lone instant gets half a day on both sides. */
function stretch(points: readonly Point[], endedAt: Date | null): [Date, Date] {
  const times = points.map((point) => point.at.getTime());
  const from = times.reduce((first, time) => Math.min(first, time), Infinity);
  const last = times.reduce((latest, time) => Math.max(latest, time), -Infinity);
  if (!Number.isFinite(from)) return [new Date(0), new Date(1)];
  const to = Math.max(last, endedAt?.getTime() ?? last);
  return to > from ? [new Date(from), new Date(to)] : [new Date(from - HALF_DAY), new Date(to + HALF_DAY)];
}

function widest(ticks: readonly number[], language: PostLanguage): number {
  const { number } = translator(language);
  return Math.ceil(Math.max(...ticks.map((tick) => number(tick).length), 1) * CHARACTER);
}

function nameRoom({ series, names }: FrameFacts, language: PostLanguage): number {
  const { number } = translator(language);
  const lengths = (['fediverse', 'x'] as const).flatMap((side) => {
    const last = series[side].at(-1);
    return last ? [Math.max(names[side].length * BOLD, number(last.count).length * (CHARACTER + 0.6))] : [];
  });
  return Math.ceil(Math.max(...lengths, 1)) + 16;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
