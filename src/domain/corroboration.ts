import { DAY } from './durations.ts';

/** A count that one person read and typed; `reader` tells people apart and nothing more. */
export type Claim = { readonly count: number; readonly at: Date; readonly reader: string };

/** A public count moves between two looks, by a few followers or by a few in a thousand. */
const TOLERANCE = 5;
const TOLERANCE_RATIO = 0.005;

/** Whether two people, each on their own, read nearly the same count within a day of each other. */
export function agrees(a: Claim, b: Claim): boolean {
  const tolerance = Math.max(TOLERANCE, TOLERANCE_RATIO * Math.max(a.count, b.count));
  return a.reader !== b.reader && distance(a, b) <= DAY && Math.abs(a.count - b.count) <= tolerance;
}

/** The pending claim that `candidate` confirms, nearest in time, or null when it is the first to say so. */
export function corroborates<C extends Claim>(pending: readonly C[], candidate: Claim): C | null {
  const agreeing = pending.filter((claim) => agrees(claim, candidate));
  return agreeing.toSorted((a, b) => distance(a, candidate) - distance(b, candidate))[0] ?? null;
}

function distance(a: Claim, b: Claim): number {
  return Math.abs(a.at.getTime() - b.at.getTime());
}
