import { DAY, HOUR } from './durations.ts';
import type { Point } from './gap.ts';

/**
 * A count that a person read and typed. `names` tell people apart and nothing more: whoever shares one with another is
 * the same person, or their household. With none, nobody knows any more who it was.
 */
export type Claim = Point & {
  readonly names: readonly string[];
  /** Which screenshot shows it; two readings of one screenshot are one reading. */
  readonly picture: string | null;
};

/** A claim or reading that counts. It is trusted when a program, an operator or a moderator stands behind it. */
export type Known = Claim & { readonly trusted: boolean };

/** How another claim stands to one. */
export type Relation =
  /** Of another person, and nearly the same count. */
  | 'agrees'
  /** Too far from it for both to be right. */
  | 'differs'
  /** Not the same, but the account may have moved in between. */
  | 'moved'
  /** Of the same person, or of the same screenshot. */
  | 'same-reader'
  /** Nearly the same count, of somebody who is not known any more: perhaps the same person. */
  | 'forgotten'
  /** Of another day. */
  | 'apart';

/** What becomes of a claim, and by whom; `with` are those that it is held against. */
export type Verdict<C extends Claim = Claim> =
  | { readonly type: 'counts'; readonly with: C }
  /** Nobody else has read it yet. */
  | { readonly type: 'alone' }
  /** Others read something else. */
  | { readonly type: 'disputed'; readonly with: readonly C[] }
  /** Somebody agrees, but the account has never moved like this; null: there is nothing to compare with yet. */
  | { readonly type: 'unlikely'; readonly with: C | null }
  /** Somebody agrees, but it would turn a dare, which is too much to rest on two strangers. */
  | { readonly type: 'decisive'; readonly with: C };

/** Two people who look within this time look at the same number. */
export const WINDOW = DAY;
/** What counts already vouches for what somebody reads after it no longer than this, or one person could lead it away. */
const VOUCHES = HOUR;

/** A public count moves between two looks, by a few followers or by a few in a thousand. */
export const TOLERANCE = 5;
export const TOLERANCE_RATIO = 0.005;

/** What an account gains or loses in a day at most, for all that we know, and at least, however calm it was. */
const MOST_A_DAY = 50;
const MOST_A_DAY_RATIO = 0.02;
const LEAST_A_DAY = 10;
const LEAST_A_DAY_RATIO = 0.005;
/** Between: so many times its usual day. */
const LIVELIER = 4;
/** After a long silence, more than this is for a moderator to believe. */
const MOST_EVER_RATIO = 0.2;

const HISTORY = 30 * DAY;
/** Readings that follow each other faster say more about rounding than about the pace of a day. */
const STEP = 6 * HOUR;
const STEPS_NEEDED = 4;

/** How far two honest looks at `count` may lie apart. */
export function tolerance(count: number): number {
  return Math.floor(Math.max(TOLERANCE, TOLERANCE_RATIO * count));
}

/**
 * Whether a claim counts: another person, on their own, read nearly the same; nobody read something else; it lies where
 * the readings that count make it likely; and it leaves every dare as it is: `rivals` are the counts that the account
 * is measured against. The last two rules are why two phones cannot lead a number away: however often they agree, they
 * stay within what the account may have moved since somebody was trusted, and win nothing by it.
 */
export function judge<C extends Claim, K extends C & Known>(
  claim: C,
  { pending, counted }: { readonly pending: readonly C[]; readonly counted: readonly K[] },
  rivals: readonly number[] = [],
): Verdict<C> {
  const compared = compare(claim, { pending, counted });
  const against = pending.filter((other) => compared.get(other) === 'differs');
  if (against.length > 0) return { type: 'disputed', with: against };
  const fresh = counted.filter((other) => apart(other, claim) <= VOUCHES);
  const witnesses = [...fresh, ...pending].filter((other) => compared.get(other) === 'agrees');
  const [witness] = witnesses.toSorted((a, b) => apart(a, claim) - apart(b, claim));
  if (witness === undefined) return { type: 'alone' };
  const anchors = anchorsOf(claim, counted);
  const perDay = likelyPerDay(counted, claim);
  const [last] = anchors;
  if (last === undefined) return { type: 'unlikely', with: null };
  const strained = anchors.find((anchor) => distance(anchor, claim) > allowance(anchor, claim, perDay));
  if (strained !== undefined) return { type: 'unlikely', with: strained };
  const turns = rivals.some((rival) => rival < last.count !== rival < claim.count || rival > last.count !== rival > claim.count);
  return { type: turns ? 'decisive' : 'counts', with: witness };
}

/** How each other claim, pending or counted, stands to this one. */
export function compare<C extends Claim, K extends C & Known>(
  claim: C,
  { pending, counted }: { readonly pending: readonly C[]; readonly counted: readonly K[] },
): Map<C, Relation> {
  const others = [...pending.filter((other) => other !== claim), ...counted];
  const readers = groupReaders([claim, ...others]);
  const trusted = new Set<C>(counted.filter((other) => other.trusted));
  const perDay = likelyPerDay(counted, claim);
  const relate = (other: C): Relation => {
    if (apart(other, claim) > WINDOW) return 'apart';
    if (readers.get(other) === readers.get(claim)) return 'same-reader';
    if (distance(other, claim) > allowance(other, claim, perDay)) return 'differs';
    if (distance(other, claim) > widest(other, claim)) return 'moved';
    const independent = trusted.has(other) || (other.names.length > 0 && claim.names.length > 0);
    return independent ? 'agrees' : 'forgotten';
  };
  return new Map(others.map((other) => [other, relate(other)]));
}

/** How many followers an account may well gain or lose in a day, by what it did in the month before `claim`. */
export function likelyPerDay(counted: readonly Point[], claim: Point): number {
  const month = counted
    .filter(({ at }) => at <= claim.at && claim.at.getTime() - at.getTime() <= HISTORY)
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const count = month.at(-1)?.count ?? claim.count;
  const most = Math.max(MOST_A_DAY, MOST_A_DAY_RATIO * count);
  const steps = pacesOf(month);
  if (steps.length < STEPS_NEEDED) return most;
  return Math.min(most, Math.max(LEAST_A_DAY, LEAST_A_DAY_RATIO * count, LIVELIER * median(steps)));
}

/** The changes per day, whatever their direction, between readings that lie apart. */
function pacesOf(points: readonly Point[]): number[] {
  const paces: number[] = [];
  let [last] = points;
  for (const point of points) {
    if (last === undefined || apart(point, last) < STEP) continue;
    paces.push(distance(point, last) / (apart(point, last) / DAY));
    last = point;
  }
  return paces;
}

/** What a claim must be likely beside: the readings before and after it, and the last one that is trusted. */
function anchorsOf<K extends Known>(claim: Claim, counted: readonly K[]): K[] {
  const byTime = counted.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const before = byTime.filter(({ at }) => at <= claim.at);
  const after = byTime.find(({ at }) => at > claim.at);
  return [before.at(-1), before.findLast(({ trusted }) => trusted), after].filter((anchor) => anchor !== undefined);
}

/** How far apart two counts of one account may well be, with the time that lies between them. */
function allowance(a: Point, b: Point, perDay: number): number {
  const most = Math.max(MOST_A_DAY, MOST_EVER_RATIO * Math.max(a.count, b.count));
  return widest(a, b) + Math.min(most, (perDay * apart(a, b)) / DAY);
}

/** Sorts claims by who made them: those that share a name or a picture, directly or through others, have one number. */
function groupReaders<C extends Claim>(claims: readonly C[]): Map<C, number> {
  const groups = new Map<C, number>();
  const byMark = new Map<string, number>();
  const merged: number[] = [];
  const root = (group: number): number => (merged[group] === group ? group : root(merged[group] ?? group));
  for (const [index, claim] of claims.entries()) {
    merged[index] = index;
    groups.set(claim, index);
    for (const mark of marksOf(claim)) {
      merged[root(index)] = root(byMark.get(mark) ?? index);
      byMark.set(mark, root(index));
    }
  }
  return new Map([...groups].map(([claim, group]) => [claim, root(group)]));
}

function marksOf({ names, picture }: Claim): string[] {
  return [...names, ...(picture === null ? [] : [`picture ${picture}`])];
}

function widest(a: Point, b: Point): number {
  return tolerance(Math.max(a.count, b.count));
}

function distance(a: Point, b: Point): number {
  return Math.abs(a.count - b.count);
}

function apart(a: Point, b: Point): number {
  return Math.abs(a.at.getTime() - b.at.getTime());
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
