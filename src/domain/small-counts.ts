/** Fewer people than this could be told apart. */
export const FEW = 5;

/** `few`: one to four; `hidden`: five or more, which would tell how many the few are. */
export type SafeCount = number | 'few' | 'hidden';

/**
 * Counts of people that may be shown beside their exact sum. Zeros are shown. A single small count could be worked out from the
 * others, so the next larger ones are hidden too, until those not shown are two at least and five people or more together.
 */
export function withoutSmall(counts: readonly number[]): SafeCount[] {
  const smallestFirst = counts.map((n, index) => ({ n, index })).filter(({ n }) => n > 0).sort((a, b) => a.n - b.n);
  const unshown = new Set<number>();
  let people = 0;
  for (const { n, index } of smallestFirst) {
    const isSafe = unshown.size === 0 || (unshown.size >= 2 && people >= FEW);
    if (n >= FEW && isSafe) break;
    unshown.add(index);
    people += n;
  }
  return counts.map((n, index) => (!unshown.has(index) ? n : n < FEW ? 'few' : 'hidden'));
}
