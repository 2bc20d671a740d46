import type { Dare } from './dare.ts';
import { DAY } from './durations.ts';
import { isWon, remaining } from './gap.ts';
import type { CountsPoint } from './gap.ts';

/** Everything that can happen in a campaign's series. */
export const MILESTONE_KINDS = [
  'launched',
  'quarter',
  'half',
  'three-quarters',
  'hundred-to-go',
  'crossed',
  'fell-back',
  'record-day',
] as const;
export type MilestoneKind = (typeof MILESTONE_KINDS)[number];

/**
 * Something that happened, at the reading that showed it. `value` counts, by kind:
 * - `launched`: followers on the fediverse then, null when nobody had read them yet;
 * - `quarter`, `half`, `three-quarters`, `hundred-to-go`: followers still missing;
 * - `crossed`, `fell-back`: followers on the fediverse;
 * - `record-day`: followers gained on the fediverse that day.
 */
export type Milestone = { readonly kind: MilestoneKind; readonly at: Date; readonly value: number | null };

/**
 * The number of a milestone as people are told it. Between two networks the way left is told as the gap, the number that
 * the score shows, though a tie does not win and one more is needed.
 */
export function toldValue(dare: Dare, { kind, value }: Pick<Milestone, 'kind' | 'value'>): number | null {
  return value !== null && dare.kind === 'overtake' && isWayLeft(kind) ? value - 1 : value;
}

/** Whether a milestone's number is what was still missing. */
export function isWayLeft(kind: MilestoneKind): boolean {
  return kind === 'hundred-to-go' || STEPS.some((step) => step.kind === kind);
}

const STEPS = [
  { kind: 'three-quarters', left: 0.25 },
  { kind: 'half', left: 0.5 },
  { kind: 'quarter', left: 0.75 },
] as const;
const HUNDRED = 100;
/** From a smaller start, "only 100 to go" would be no news. */
const FAR_FROM_HUNDRED = 200;
const RECORD_AFTER_DAYS = 3;
const RECORD_GAIN = 10;
const RECORD_RATIO = 1.5;

/**
 * What happened in a campaign launched at `launchedAt`, in order of time, from all its counts, earlier ones too.
 * Later points only ever add to the end of the list. Each kind comes once, but for `fell-back` (each time
 * that a dare once won is no longer) and `record-day`; winning again after falling back is no second `crossed`.
 * `dayOf` gives the calendar day of a moment as `yyyy-mm-dd`, in whatever time zone the campaign lives.
 */
export function milestonesOf(
  dare: Dare,
  series: readonly CountsPoint[],
  launchedAt: Date,
  dayOf: (moment: Date) => string,
): Milestone[] {
  const points = series.toSorted(byTime);
  const before = points.findLast((point) => point.at <= launchedAt);
  const since = points.filter((point) => point.at >= launchedAt);
  const atStart = [...(before ? [before] : []), ...since].map((point) => remaining(dare, point)).find(isKnown);
  // Record days come last because they are only known once the day is over.
  const happened = [
    ...stepsTowards(dare, since, atStart ?? 0),
    ...turns(dare, since),
    ...recordDays(points, launchedAt, dayOf),
  ];
  return [{ kind: 'launched', at: launchedAt, value: before?.fediverse ?? null }, ...happened.toSorted(byTime)];
}

/** The parts of the way that were done; of the steps taken by one reading only the furthest is told. */
function stepsTowards(dare: Dare, points: readonly CountsPoint[], start: number): Milestone[] {
  const milestones: Milestone[] = [];
  let lowest = start;
  for (const point of points) {
    const missing = remaining(dare, point);
    if (missing === null || missing >= lowest) continue;
    const passes = (mark: number) => lowest > mark && missing <= mark;
    const step = STEPS.find(({ left }) => passes(left * start));
    if (missing > 0 && step) milestones.push({ kind: step.kind, at: point.at, value: missing });
    if (missing > 0 && start > FAR_FROM_HUNDRED && passes(HUNDRED)) {
      milestones.push({ kind: 'hundred-to-go', at: point.at, value: missing });
    }
    lowest = missing;
  }
  return milestones;
}

/** The first time that the dare was won, and each time that it was lost again. */
function turns(dare: Dare, points: readonly CountsPoint[]): Milestone[] {
  const milestones: Milestone[] = [];
  let ahead = false;
  for (const point of points) {
    if (dare.kind !== 'open' && remaining(dare, point) === null) continue;
    const won = isWon(dare, point);
    if (won && milestones.length === 0) milestones.push({ kind: 'crossed', at: point.at, value: point.fediverse });
    if (!won && ahead) milestones.push({ kind: 'fell-back', at: point.at, value: point.fediverse });
    ahead = won;
  }
  return milestones;
}

/** Days since the launch that gained far more than any known day before; the unfinished day never counts. */
function recordDays(points: readonly CountsPoint[], launchedAt: Date, dayOf: (moment: Date) => string): Milestone[] {
  const milestones: Milestone[] = [];
  let record = 0;
  for (const [index, { closing, gain }] of completedDays(points, dayOf).entries()) {
    const isRecord = index + 1 >= RECORD_AFTER_DAYS && gain >= RECORD_GAIN && gain > record * RECORD_RATIO;
    if (isRecord && closing.at > launchedAt) milestones.push({ kind: 'record-day', at: closing.at, value: gain });
    record = Math.max(record, gain);
  }
  return milestones;
}

type CompletedDay = { readonly closing: CountsPoint; readonly gain: number };

/** The days whose gain is known: they are over, and both they and the day before were read. */
function completedDays(points: readonly CountsPoint[], dayOf: (moment: Date) => string): CompletedDay[] {
  const closings = [...new Map(points.map((point) => [dayOf(point.at), point]))];
  return closings.slice(0, -1).flatMap(([day, closing], index) => {
    const before = closings[index - 1];
    if (before === undefined || Date.parse(day) - Date.parse(before[0]) !== DAY) return [];
    return [{ closing, gain: closing.fediverse - before[1].fediverse }];
  });
}

function isKnown(count: number | null): count is number {
  return count !== null;
}

function byTime(a: { readonly at: Date }, b: { readonly at: Date }): number {
  return a.at.getTime() - b.at.getTime();
}
