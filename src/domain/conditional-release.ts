import { FEW } from './small-counts.ts';

/**
 * "I will when 300 others do." Others are the pledges to the same campaign that count, which is the number that everyone sees
 * on its page: they stand, proven or not, and are neither repeated, nor held until they are proven, nor set aside. One's own is
 * never among them, since it does not count as long as it waits. What was released stands for itself: whoever withdraws
 * later takes nobody back.
 */
export interface Waiting {
  /** How many others have to promise first. */
  readonly whenOthers: number;
  /** Whether it counts for those after it once it is released. */
  readonly counts: boolean;
}

/** The most others that anybody can wait for. */
export const MOST_OTHERS = 100_000;

/**
 * Of those who wait, told in the order in which they came: whoever is released now that `promised` pledges count, in the order of
 * their release. The lowest number goes first and, of the same number, whoever came first; each counts for the next. So every
 * beginning of the answer is right by itself: whoever stops in the middle has released nobody too early.
 */
export function released<W extends Waiting>(promised: number, waiting: readonly W[]): W[] {
  const free: W[] = [];
  let others = promised;
  for (const one of waiting.toSorted((a, b) => a.whenOthers - b.whenOthers)) {
    if (one.whenOthers > others) break;
    free.push(one);
    if (one.counts) others += 1;
  }
  return free;
}

/** How many people wait for the same number of others and would count; at least one. */
export interface WaitingStep {
  readonly whenOthers: number;
  readonly people: number;
}

/** When `at` pledges count, so many people join them at once. */
export interface NextRelease {
  readonly at: number;
  readonly people: number;
}

/**
 * The next number of pledges at which people are released, and how many: those who wait for it, and those whose turn comes
 * because of them. Numbers at which fewer than {@link FEW} are released are passed over, so that nobody can be told apart;
 * null when nobody is left.
 */
export function nextRelease(promised: number, steps: readonly WaitingStep[]): NextRelease | null {
  const ahead = steps.filter(({ whenOthers }) => whenOthers > promised).sort((a, b) => a.whenOthers - b.whenOthers);
  for (const [index, { whenOthers: at }] of ahead.entries()) {
    const people = peopleFrom(ahead, index, at);
    if (people >= FEW) return { at, people };
  }
  return null;
}

/** How many are released once `at` pledges count, of the steps from this one on; those before it were released by then. */
function peopleFrom(steps: readonly WaitingStep[], from: number, at: number): number {
  let people = 0;
  for (let index = from; ; index += 1) {
    const step = steps[index];
    if (step === undefined || step.whenOthers > at + people) return people;
    people += step.people;
  }
}
