/** Chance that can be replayed: the same seed gives the same draws on every machine. */
export interface Chance {
  /** Uniform in `from…to`. */
  between(from: number, to: number): number;
  /** Whether something of this probability happens. */
  happens(probability: number): boolean;
  /** Standard normal. */
  normal(): number;
  /** Log-normal with this median; two draws in three lie within a factor `spread` of it. */
  around(middle: number, spread: number): number;
  /** Exponential with this mean. */
  wait(mean: number): number;
  /** How many events a Poisson process of this mean has. */
  count(mean: number): number;
  pick<T>(choices: readonly T[]): T;
}

/** Above this mean, a rounded normal draw can't be told from a Poisson one. */
const MANY = 60;

/** The generator sfc32 of PractRand (Chris Doty-Humphrey, public domain), seeded with one number. */
export function chanceOf(seed: number): Chance {
  const next = smallFastCounter(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const wait = (mean: number): number => -mean * Math.log(1 - next());
  const few = (mean: number): number => {
    let events = 0;
    for (let left = mean; (left -= wait(1)) > 0; ) events += 1;
    return events;
  };
  return {
    between: (from, to) => from + (to - from) * next(),
    happens: (probability) => next() < probability,
    normal,
    around: (middle, spread) => middle * Math.exp(normal() * Math.log(spread)),
    wait,
    count: (mean) => (mean > MANY ? Math.max(0, Math.round(mean + normal() * Math.sqrt(mean))) : few(mean)),
    pick: (choices) => choices[Math.floor(next() * choices.length)] as (typeof choices)[number],
  };
}

function smallFastCounter(seed: number): () => number {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed | 0, 1];
  const draw = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let warming = 0; warming < 15; warming++) draw();
  return draw;
}
