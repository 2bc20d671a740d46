import { scaleLinear } from 'd3-scale';
import { offsetAt } from '../campaigns/local-day.ts';
import { DAY, HOUR } from '../domain/durations.ts';
import { translator, type DateStyle, type PostLanguage } from '../platform/text.ts';

/** The vertical axis: from `min` to `max`, with round whole ticks. */
export type ValueAxis = {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
  /** True when the axis does not start at zero, which the graph then says. */
  readonly truncated: boolean;
};

/** A tick of the horizontal axis. */
export type TimeTick = { readonly at: Date; readonly label: string };

const MONTH = 30.4 * DAY;
const EVEN_STEPS = [HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY];
const MONTH_STEPS = [1, 2, 3, 6, 12];

/**
 * An axis that does not exaggerate: it starts at zero when that costs at most a third of the height,
 * and never shows less than a tenth of the largest count, so a ripple stays a ripple.
 */
export function valueAxis(values: readonly number[], tickCount: number): ValueAxis {
  const high = Math.max(...values, 1);
  const low = Math.min(...values, high);
  const widened = Math.min(low, high - Math.max(high / 10, 10));
  const start = widened <= high / 3 ? 0 : widened;
  const scale = scaleLinear([start, high + (high - start) / 50], [0, 1]).nice(tickCount);
  const ticks = scale.ticks(tickCount).filter(Number.isInteger);
  const [min = 0, max = high] = scale.domain();
  return { min, max, ticks, truncated: min > 0 };
}

/** Ticks of a stretch of time at round moments of `timeZone`, as many as fit in `room` labels. */
export function timeTicks(from: Date, to: Date, room: number, timeZone: string, language: PostLanguage): TimeTick[] {
  const wall = (at: Date): Date => new Date(at.getTime() + offsetAt(at, timeZone));
  const span = to.getTime() - from.getTime();
  const ticks = wallTicks(wall(from), wall(to), room)
    .map((tick) => ({ tick, at: new Date(tick.getTime() - offsetAt(tick, timeZone)) }))
    .filter(({ at }) => at >= from && at <= to);
  const labels = ticks.map(({ tick }, index) => tickLabel(tick, ticks[index - 1]?.tick, span, language));
  return ticks.map(({ at }, index) => ({ at, label: labels[index] ?? '' }));
}

/** Wall-clock ticks at the closest spacing that leaves each label its room. */
function wallTicks(from: Date, to: Date, room: number): Date[] {
  const span = to.getTime() - from.getTime();
  const even = EVEN_STEPS.find((step) => span / step < room && (step >= DAY || span < 2 * DAY));
  if (even !== undefined) return evenTicks(from, to, even);
  const months = MONTH_STEPS.find((step) => span / (step * MONTH) < room) ?? Math.ceil(span / (12 * MONTH) / room) * 12;
  return monthTicks(from, to, months);
}

/** Hours and days from midnight on, weeks from Monday on (the epoch was a Thursday). */
function evenTicks(from: Date, to: Date, step: number): Date[] {
  const origin = step % (7 * DAY) === 0 ? 4 * DAY : 0;
  const first = Math.ceil((from.getTime() - origin) / step) * step + origin;
  const ticks: Date[] = [];
  for (let time = first; time <= to.getTime(); time += step) ticks.push(new Date(time));
  return ticks;
}

function monthTicks(from: Date, to: Date, step: number): Date[] {
  const start = from.getUTCFullYear() * 12 + from.getUTCMonth();
  const ticks: Date[] = [];
  for (let month = Math.ceil(start / step) * step; monthStart(month) <= to.getTime(); month += step) {
    ticks.push(new Date(monthStart(month)));
  }
  return ticks;
}

/** Midnight of the first day of a month counted from the year 0. */
function monthStart(month: number): number {
  return Date.UTC(Math.floor(month / 12), month % 12);
}

function isMidnight(tick: Date): boolean {
  return tick.getTime() % DAY === 0;
}

/** Says only what changed since the tick before: `30 août`, `31`, `1er sept.`, `2`. */
function tickLabel(tick: Date, previous: Date | undefined, span: number, language: PostLanguage): string {
  const sameYear = previous?.getUTCFullYear() === tick.getUTCFullYear();
  const sameMonth = sameYear && previous?.getUTCMonth() === tick.getUTCMonth() && isMidnight(previous);
  const write = (style: DateStyle): string => translator(language).date(tick, style, 'UTC');
  if (!isMidnight(tick)) return write('clock');
  if (tick.getUTCDate() !== 1 || span < 45 * DAY) return write(sameMonth ? 'dayOnly' : 'dayShort');
  return write(sameYear ? 'monthShort' : 'monthShortYear');
}
