/** Fewer people than this could be told apart. */
export const FEW = 5;

/**
 * Counts of people that may be shown beside their exact sum; null is "fewer than five". Zeros are shown. A single hidden count
 * could be worked out from the others, so the next larger ones are hidden too, until those hidden are two at least and five
 * people or more together.
 */
export function withoutSmall(counts: readonly number[]): (number | null)[] {
  const smallestFirst = counts.map((n, index) => ({ n, index })).filter(({ n }) => n > 0).sort((a, b) => a.n - b.n);
  const hidden = new Set<number>();
  let people = 0;
  for (const { n, index } of smallestFirst) {
    const isSafe = hidden.size === 0 || (hidden.size >= 2 && people >= FEW);
    if (n >= FEW && isSafe) break;
    hidden.add(index);
    people += n;
  }
  return counts.map((n, index) => (hidden.has(index) ? null : n));
}
