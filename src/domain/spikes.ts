import { HOUR } from './durations.ts';
import type { Point } from './gap.ts';

/** A change so large for its account and its time that a person should look at it. */
export type Spike = {
  readonly kind: 'spike' | 'drop';
  readonly from: Point;
  readonly to: Point;
  /** Followers that the account may well have gained, or lost, in that time. */
  readonly most: number;
};

/** Between two readings that follow each other. */
type Change = { readonly from: Point; readonly to: Point; readonly hours: number; readonly gained: number };

/** Smaller changes say nothing, whatever the account. */
export const FEWEST_TO_FLAG = 100;
/** From fewer, nobody can tell what is usual for an account. */
const FEWEST_CHANGES = 3;
/** A day that grows does so by less from one reading to the next. */
const TIMES_ITS_OWN = 3;
/**
 * What any account may gain or lose in an hour, by the square root of its followers: 300 of 3,000, 5,500 of a million. A
 * mention by somebody famous brings crowds; nothing honest takes as many away.
 */
const ANY_IN_AN_HOUR = { spike: 5.5, drop: 1.5 };
/**
 * Followers come in bursts: ten minutes may bring a third of what an hour brings, and a day seven times as much. The power
 * is that of sums of attention that fades as 1 / time^0.4 (Crane and Sornette, PNAS 2008).
 */
const BURSTS = 0.6;

/**
 * The changes of a series, in order of time, that are unusual and end at or after `since`. What is unusual is no measure
 * for what comes after it, so that one attack does not excuse the next; unless a person said that it was `honest`.
 */
export function spikesSince(points: readonly Point[], since: Date, honest: readonly Date[] = []): Spike[] {
  const usual: Change[] = [];
  const spikes: Spike[] = [];
  const excused = new Set(honest.map((at) => at.getTime()));
  for (const change of changesOf(points)) {
    const spike = excused.has(change.to.at.getTime()) ? null : judge(change, usual);
    if (spike === null) usual.push(change);
    else if (spike.to.at >= since) spikes.push(spike);
  }
  return spikes;
}

function changesOf(points: readonly Point[]): Change[] {
  return points.slice(1).flatMap((to, index) => {
    const from = points[index] ?? to;
    const hours = (to.at.getTime() - from.at.getTime()) / HOUR;
    return hours > 0 ? [{ from, to, hours, gained: to.count - from.count }] : [];
  });
}

function judge({ from, to, hours, gained }: Change, usual: readonly Change[]): Spike | null {
  if (usual.length < FEWEST_CHANGES) return null;
  const kind = gained > 0 ? 'spike' : 'drop';
  const own = TIMES_ITS_OWN * mostIn(usual, hours, kind === 'spike' ? 1 : -1);
  const any = ANY_IN_AN_HOUR[kind] * Math.sqrt(from.count) * hours ** BURSTS;
  const most = Math.round(Math.max(FEWEST_TO_FLAG, own, any));
  return Math.abs(gained) > most ? { kind, from, to, most } : null;
}

/** The most that an account gained (`sign` −1: lost) in stretches as long as this; shorter ones, if it has no others, go on. */
function mostIn(usual: readonly Change[], hours: number, sign: 1 | -1): number {
  let most = 0;
  let [length, gained] = [0, 0];
  let isWhole = false;
  for (const change of usual.toReversed()) {
    length += change.hours;
    gained += change.gained;
    if (length < hours) continue;
    most = Math.max(most, sign * gained * (hours / length) ** BURSTS);
    [length, gained, isWhole] = [0, 0, true];
  }
  return isWhole ? most : Math.max(0, (sign * gained * hours) / length);
}
