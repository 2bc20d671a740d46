import type { Dare } from '../src/domain/dare.ts';
import { DAY } from '../src/domain/durations.ts';
import { countsSeries, remaining, type Point } from '../src/domain/gap.ts';
import { STORIES } from './forecast-stories.ts';
import { DAYS_BEFORE, worldOf, type World } from './forecast-worlds.ts';
import { chanceOf } from './random.ts';

/** What is known at one moment of a campaign, and in how many days it is truly won. */
export interface Case {
  family: string;
  dare: Dare;
  series: { fediverse: Point[]; x: Point[] };
  now: Date;
  /** Infinity: not within {@link CAP_DAYS}. */
  truth: number;
}

/** Further ahead, a forecast is only right or wrong about there being no crossing. */
export const CAP_DAYS = 180;
/** After the launch; each is moved by up to a quarter, so that hours and weekdays differ. */
const STANDING_DAYS = [1.5, 3, 6, 12, 24, 48, 96];
/** As many as the standing of a campaign gives. */
const POINTS = 150;

/** Cases of `worlds` worlds of each family; other seeds are other worlds. */
export function casesOf(firstSeed: number, worlds: number): Case[] {
  return Object.keys(STORIES).flatMap((family, index) =>
    Array.from({ length: worlds }, (_, each) => firstSeed + index * worlds + each).flatMap((seed) =>
      standings(worldOf(family, seed), seed),
    ),
  );
}

/** The moments of a world at which a page would show a forecast: the dare is not won, and nobody thinks it is. */
function standings(world: World, seed: number): Case[] {
  const chance = chanceOf(seed + 1_000_000);
  return STANDING_DAYS.flatMap((day) => {
    const now = new Date(world.launchedAt.getTime() + day * chance.between(0.75, 1.25) * DAY);
    const series = seenAt(world, now);
    const counts = countsSeries(series.fediverse, series.x).at(-1);
    const open = counts !== undefined && (remaining(world.dare, counts) ?? 0) > 0;
    if (!open || (world.wonAt !== null && world.wonAt <= now)) return [];
    const days = world.wonAt === null ? Infinity : (world.wonAt.getTime() - now.getTime()) / DAY;
    return [{ family: world.family, dare: world.dare, series, now, truth: days > CAP_DAYS ? Infinity : days }];
  });
}

/** Both series as the standing of a campaign hands them over: from a week before the launch, thinned. */
function seenAt({ read, launchedAt }: World, now: Date): Case['series'] {
  const from = launchedAt.getTime() - DAYS_BEFORE * DAY;
  const part = (now.getTime() - from) / POINTS;
  const thinned = (points: readonly Point[]): Point[] => {
    const known = points.filter(({ at }) => at <= now);
    const byPart = new Map(known.map((point) => [Math.ceil((now.getTime() - point.at.getTime() + 1) / part), point]));
    const first = known[0];
    return [...new Set([...(first ? [first] : []), ...byPart.values()])];
  };
  return { fediverse: thinned(read.fediverse), x: thinned(read.x) };
}
