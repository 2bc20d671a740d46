import type { Dare } from '../domain/dare.ts';
import type { Point } from '../domain/gap.ts';

/** Notes that a graph has room for, whatever their number. */
export const MOST_NOTES = 3;

/** What a campaign's graph shows; every series is in time order. */
export type GraphFacts = {
  readonly series: { readonly fediverse: readonly Point[]; readonly x: readonly Point[] };
  /** What the lines are called: `Mastodon`, `X`. */
  readonly names: { readonly fediverse: string; readonly x: string };
  readonly dare: Dare;
  readonly milestones: readonly { readonly at: Date; readonly label: string }[];
  /** What the public is told of unusual changes, at the readings that end them; latest first. */
  readonly notes: readonly (Point & { readonly text: string })[];
  /** When the dare was won: the lines crossed, or the target was reached. */
  readonly crossing: Date | null;
  /** The last reading of either account. */
  readonly asOf: Date | null;
  /** When the campaign stopped; the graph is then frozen, not gone. */
  readonly endedAt: Date | null;
  /** Only a part of the time was asked for. */
  readonly isPart: boolean;
  readonly timeZone: string;
};
