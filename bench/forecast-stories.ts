import type { Chance } from './random.ts';

/** Follows a day, at a time in days since the launch. */
type Pace = (day: number) => number;

/** What happens to the followers of an institution on the fediverse. */
export interface Story {
  pace: Pace;
  /** Follows beyond the pace, one by one: days since the launch, in order of time. */
  follows: readonly number[];
  /** The share of followers who leave in a day. */
  churn: number;
  /** Days on which a share of followers vanishes at once: a server closes, or is blocked. */
  losses: readonly { day: number; share: number }[];
  /** About how many followers this brings in two months. */
  size: number;
}

const DAYS_IN_TWO_MONTHS = 60;
const HOURS = 1 / 24;

/** Where followers come from, by family: each a mechanism that campaigns are known for. */
export const STORIES: Readonly<Record<string, (chance: Chance, days: number) => Story>> = {
  'launch burst': (chance) => {
    const base = chance.around(4, 2.5);
    const size = chance.around(600, 2.5);
    const scale = chance.around(1.2, 2);
    const burst = logistic(scale * chance.between(0.5, 4), size, scale);
    return { ...quiet(chance), pace: rhythmic(chance, (day) => base + burst(day), 0.8), size: size + base * DAYS_IN_TWO_MONTHS };
  },
  'slow growth': (chance) => {
    const base = chance.around(3, 2);
    const size = chance.around(1500, 2);
    const scale = chance.between(5, 16);
    const burst = logistic(scale * chance.between(1, 4), size, scale);
    const weather = wander(chance, 0.3, 8);
    return { ...quiet(chance), pace: rhythmic(chance, (day) => (base + burst(day)) * weather(day), 0.7), size };
  },
  contagion: (chance, days) => {
    const background = chance.around(6, 2);
    const spread = chance.between(0.5, 0.85);
    const follows = contagion(chance, background, spread, days);
    return { ...quiet(chance), pace: () => 0, follows, size: (background * DAYS_IN_TWO_MONTHS) / (1 - spread) };
  },
  'weekly rhythm': (chance) => {
    const base = chance.around(25, 2.2);
    const weather = wander(chance, 0.15, 15);
    const pace = rhythmic(chance, (day) => base * weather(day), chance.between(0.1, 0.5));
    return { ...quiet(chance), pace, size: base * DAYS_IN_TWO_MONTHS };
  },
  'pushes and plateaus': (chance, days) => {
    const base = chance.around(2, 2.5);
    const gap = chance.between(10, 40);
    const pushes = moments(chance, gap, days).map((day) => logistic(day, chance.around(200, 2), chance.around(0.8, 1.8)));
    const first = logistic(chance.between(1, 4), chance.around(300, 2), chance.around(1, 1.8));
    const pace = rhythmic(chance, (day) => base + first(day) + sum(pushes, day), 0.8);
    return { ...quiet(chance), pace, size: 300 + (base + 200 / gap) * DAYS_IN_TWO_MONTHS };
  },
  mentions: (chance, days) => {
    const base = chance.around(10, 2);
    const gap = chance.between(8, 30);
    const echoes = moments(chance, gap, days).map((day) => mention(day, chance.around(120, 2.5), chance.between(0.4, 1.2)));
    const pace = rhythmic(chance, (day) => base + sum(echoes, day), 0.8);
    return { ...quiet(chance), pace, size: (base + 120 / gap) * DAYS_IN_TWO_MONTHS };
  },
  'noise and unfollows': (chance, days) => {
    const base = chance.around(12, 2);
    const weather = wander(chance, 0.7, 3);
    const losses = moments(chance, 60, days).map((day) => ({ day, share: chance.between(0.005, 0.04) }));
    const churn = chance.between(0.0003, 0.003);
    return { follows: [], churn, losses, pace: rhythmic(chance, (day) => base * weather(day), 0.7), size: base * DAYS_IN_TWO_MONTHS };
  },
  everything: (chance, days) => {
    const one = STORIES[chance.pick(['launch burst', 'slow growth', 'pushes and plateaus'])]?.(chance, days);
    const other = STORIES[chance.pick(['contagion', 'weekly rhythm', 'mentions', 'noise and unfollows'])]?.(chance, days);
    if (one === undefined || other === undefined) throw new Error('A story is missing.');
    return { ...other, pace: (day) => one.pace(day) + other.pace(day), size: one.size + other.size };
  },
};

/** Few leave, and none at once. */
function quiet(chance: Chance): Pick<Story, 'follows' | 'churn' | 'losses'> {
  return { follows: [], churn: chance.between(0, 0.0005), losses: [] };
}

/** An S of `size` followers around the day `middle`; nine in ten come within six `scale`. */
function logistic(middle: number, size: number, scale: number): Pace {
  return (day) => size / (4 * scale * Math.cosh((day - middle) / (2 * scale)) ** 2);
}

/** Half of `size` within hours, the rest as a power law: the relaxation after a shock (Crane and Sornette, 2008). */
function mention(at: number, size: number, exponent: number): Pace {
  const echo = (days: number): number => (1 + days / 0.5) ** -(1 + exponent);
  return (day) => {
    const since = day - at;
    if (since < 0) return 0;
    return ((size / 2) * Math.exp(-since / (3 * HOURS))) / (3 * HOURS) + ((size / 2) * echo(since) * exponent) / 0.5;
  };
}

/**
 * A Hawkes process in clusters (Hawkes and Oakes, 1974): people come by themselves, and each brings others, later by a
 * power law of hours; one in a few hundred brings a crowd.
 */
function contagion(chance: Chance, background: number, spread: number, days: number): number[] {
  const follows: number[] = [];
  const waiting: number[] = [];
  for (let day = -30; (day += chance.wait(1 / background)) < days; ) waiting.push(day);
  const tail = chance.between(0.4, 0.9);
  const unit = chance.between(1, 12) * HOURS;
  for (let day = waiting.pop(); day !== undefined; day = waiting.pop()) {
    follows.push(day);
    const brought = chance.count(chance.happens(1 / 300) ? spread * 100 : spread * 0.67);
    for (let each = 0; each < brought; each++) {
      const later = day + unit * ((1 - chance.between(0, 1)) ** (-1 / tail) - 1);
      if (later < days) waiting.push(later);
    }
  }
  return follows.toSorted((a, b) => a - b);
}

/** A factor around 1 that drifts: an Ornstein–Uhlenbeck process in the logarithm, with a memory in days. */
function wander(chance: Chance, strength: number, memory: number): Pace {
  const keep = Math.exp(-1 / memory);
  const path = [strength * chance.normal()];
  return (day) => {
    const index = Math.max(0, Math.floor(day) + 60);
    while (path.length <= index) path.push((path.at(-1) ?? 0) * keep + strength * Math.sqrt(1 - keep ** 2) * chance.normal());
    return Math.exp((path[index] ?? 0) - strength ** 2 / 2);
  };
}

/** The pace with the hours of the day, and with the days of the week: on two of them only the share `weekend` comes. */
function rhythmic(chance: Chance, pace: Pace, weekend: number): Pace {
  const phase = chance.between(0, 7);
  const wave = chance.happens(0.3);
  const mean = (5 + 2 * weekend) / 7;
  return (day) => {
    const inWeek = (((day + phase) % 7) + 7) % 7;
    const dip = wave ? 1 + (1 - weekend) * 0.7 * Math.sin((2 * Math.PI * inWeek) / 7) : (inWeek < 2 ? weekend : 1) / mean;
    return pace(day) * dip * (1 + 0.7 * Math.sin(2 * Math.PI * day));
  };
}

/** Moments of a Poisson process, `gap` days apart on average. */
function moments(chance: Chance, gap: number, days: number): number[] {
  const found: number[] = [];
  for (let day = -7; (day += chance.wait(gap)) < days; ) found.push(day);
  return found;
}

function sum(paces: readonly Pace[], day: number): number {
  return paces.reduce((total, pace) => total + pace(day), 0);
}
