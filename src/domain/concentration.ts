/** How many of some accounts live on a server. */
export type HostCount = { readonly host: string; readonly count: number };

/** Fewer followers prove nothing, of a wave and of those before it. */
export const FEWEST_NEW = 50;
export const FEWEST_BEFORE = 30;
/** Of a wave, what a few servers bring beyond what they brought before. */
const MORE_THAN_BEFORE = 0.35;
const TIMES_BEFORE = 2;
/** How sure it is, in standard deviations, that the shares differ at all. */
const SURE = 4;
/** Servers that nobody came from before. */
const MOST_UNKNOWN = 3;

/**
 * The servers that bring more of a wave than enthusiasm explains: one, or a few that none of the followers before it were
 * on. Empty: none does. Null: too few followers were seen to tell. The measure is what the same servers brought before, so
 * that a large one may bring many. Both lists name the server of each follower.
 */
export function concentration(newest: readonly string[], before: readonly string[]): string[] | null {
  if (newest.length < FEWEST_NEW || before.length < FEWEST_BEFORE) return null;
  const were = new Map(hostCounts(before).map(({ host, count }) => [host, count]));
  const are = hostCounts(newest);
  const unknown = are.filter(({ host }) => !were.has(host)).slice(0, MOST_UNKNOWN);
  const groups = [...are.map((one) => [one]), unknown];
  const found = groups.find((group) => {
    const [now, then] = [group, group.map(({ host }) => ({ count: were.get(host) ?? 0 }))].map(sumOf);
    return stands(now ?? 0, newest.length, then ?? 0, before.length);
  });
  return (found ?? []).map(({ host }) => host);
}

/** The servers of a list, those with the most first. */
export function hostCounts(hosts: readonly string[]): HostCount[] {
  const counts = new Map<string, number>();
  for (const host of hosts) counts.set(host, (counts.get(host) ?? 0) + 1);
  return [...counts].map(([host, count]) => ({ host, count })).toSorted((a, b) => b.count - a.count || (a.host < b.host ? -1 : 1));
}

/** A share far above the one before, in numbers that prove it (the two-proportion z-test). */
function stands(now: number, ofNow: number, then: number, ofThen: number): boolean {
  const [share, former] = [now / ofNow, then / ofThen];
  if (share - former < MORE_THAN_BEFORE || share < TIMES_BEFORE * former) return false;
  const pooled = (now + then) / (ofNow + ofThen);
  return share - former > SURE * Math.sqrt(pooled * (1 - pooled) * (1 / ofNow + 1 / ofThen));
}

function sumOf(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}
