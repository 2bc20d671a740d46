import type { Dare } from '../src/domain/dare.ts';
import { DAY, HOUR } from '../src/domain/durations.ts';
import { isWon } from '../src/domain/gap.ts';
import type { Point } from '../src/domain/gap.ts';
import { chanceOf, type Chance } from './random.ts';
import { STORIES, type Story } from './forecast-stories.ts';

/** A campaign that never was: what happened, hour by hour, and what was read of it. */
export interface World {
  family: string;
  dare: Dare;
  launchedAt: Date;
  /** What was read, in order of time; the truth stays hidden. */
  read: { fediverse: Point[]; x: Point[] };
  /** The first hour in which the dare was truly won; null: not in the time that was played. */
  wonAt: Date | null;
}

export const DAYS_BEFORE = 7;
export const DAYS_AFTER = 400;

/** The world of a family for a seed: always the same one. */
export function worldOf(family: string, seed: number): World {
  const chance = chanceOf(seed);
  const story = STORIES[family]?.(chance, DAYS_AFTER);
  if (story === undefined) throw new Error(`No story is called “${family}”.`);
  const launchedAt = new Date(Date.UTC(2026, 0, 1, Math.floor(chance.between(6, 20))) + Math.floor(chance.between(0, 365)) * DAY);
  const start = Math.round(chance.around(400, 3));
  const gap = Math.max(15, Math.round(chance.around(0.7 * story.size, 2.2)));
  const truth = { fediverse: play(story, start, chance), x: playX(start + gap, chance) };
  const dare: Dare = chance.happens(0.75) ? { kind: 'overtake' } : { kind: 'reach', target: start + gap };
  const won = truth.fediverse.findIndex((count, hour) => isAfterLaunch(hour) && isWon(dare, { fediverse: count, x: truth.x[hour] ?? null }));
  const first = chance.pick([0, 0, 2, DAYS_BEFORE]);
  const at = (hour: number): Date => new Date(launchedAt.getTime() + hour * HOUR - DAYS_BEFORE * DAY);
  return {
    family,
    dare,
    launchedAt,
    read: {
      fediverse: readings(truth.fediverse, fediverseHours(chance, DAYS_BEFORE - first), at, misreads(chance)),
      x: readings(truth.x, handHours(chance), at, () => 1),
    },
    wonAt: won < 0 ? null : at(won),
  };
}

function isAfterLaunch(hour: number): boolean {
  return hour >= DAYS_BEFORE * 24;
}

/** The true count at the beginning of each hour. */
function play(story: Story, start: number, chance: Chance): number[] {
  const counts: number[] = [];
  let [count, next] = [start, 0];
  for (let hour = 0; hour < (DAYS_BEFORE + DAYS_AFTER) * 24; hour++) {
    counts.push(count);
    const day = hour / 24 - DAYS_BEFORE;
    for (; (story.follows[next] ?? Infinity) < day; next++) if (hour > 0) count += 1;
    count += chance.count(story.pace(day) / 24) - chance.count((story.churn * count) / 24);
    for (const loss of story.losses) if (loss.day >= day && loss.day < day + 1 / 24) count -= Math.round(count * loss.share);
  }
  return counts;
}

/** X loses or gains a little every day, and sometimes many leave within a few days. */
function playX(start: number, chance: Chance): number[] {
  const drift = chance.between(-0.0012, 0.0004);
  const exodus = chance.happens(0.15) ? { day: chance.between(0, 100), share: chance.between(0.01, 0.05) } : null;
  const counts: number[] = [];
  let count = start;
  for (let hour = 0; hour < (DAYS_BEFORE + DAYS_AFTER) * 24; hour++) {
    counts.push(count);
    const since = exodus === null ? -1 : hour / 24 - DAYS_BEFORE - exodus.day;
    const leaving = exodus === null || since < 0 ? 0 : (exodus.share / 3) * Math.exp(-since / 3);
    count += chance.count((count * (0.0003 + Math.max(0, drift))) / 24);
    count -= chance.count((count * (0.0003 + Math.max(0, -drift) + leaving)) / 24);
  }
  return counts;
}

/** When a server is asked: hourly, every few hours, daily or now and then, with outages. */
function fediverseHours(chance: Chance, firstDay: number): number[] {
  const every = chance.pick([1, 1, 4, 24, 60]);
  const hours: number[] = [firstDay * 24];
  const outage = chance.around(40, 2);
  let down = firstDay * 24 + chance.wait(outage) * 24;
  for (let hour = firstDay * 24; (hour += every * chance.between(0.7, 1.3)) < (DAYS_BEFORE + DAYS_AFTER) * 24; ) {
    if (hour > down) {
      hour = down + chance.between(0.3, 5) * 24;
      down = hour + chance.wait(outage) * 24;
    }
    hours.push(hour);
  }
  return hours;
}

/** When a person looks at X: daily, now and then, or at the launch and once more. */
function handHours(chance: Chance): number[] {
  const launch = DAYS_BEFORE * 24;
  if (chance.happens(0.15)) return [launch, launch + 24 * chance.between(1, 10)];
  const every = chance.pick([1, 2, 5]);
  const hours = [launch];
  for (let hour = launch; (hour += 24 * every * chance.between(0.4, 1.6)) < (DAYS_BEFORE + DAYS_AFTER) * 24; ) hours.push(hour);
  return hours;
}

/** One world in four has a server that gives a wrong number once in 300 times. */
function misreads(chance: Chance): () => number {
  const prone = chance.happens(0.25);
  return () => (prone && chance.happens(1 / 300) ? chance.between(0.5, 1.3) : 1);
}

function readings(truth: readonly number[], hours: readonly number[], at: (hour: number) => Date, misread: () => number): Point[] {
  return hours.flatMap((hour) => {
    const count = truth[Math.floor(hour)];
    return count === undefined ? [] : [{ at: at(hour), count: Math.round(count * misread()) }];
  });
}
