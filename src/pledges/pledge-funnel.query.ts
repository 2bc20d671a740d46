import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PROOF_METHODS, type ProofMethod } from '../domain/proven-identity.ts';
import { withoutSmall, type SafeCount } from '../domain/small-counts.ts';

/** From a promise to a follow that lasts. */
export const FUNNEL_STEPS = ['pledged', 'proven', 'followed', 'following'] as const;
export type FunnelStep = (typeof FUNNEL_STEPS)[number];

/** How many people came that far, whoever they are. */
export type FunnelCounts<N = SafeCount> = Readonly<Record<FunnelStep, N>>;

export interface Funnel {
  all: FunnelCounts<number>;
  /** People who wait for others to promise, and are in no other number. */
  waiting: number;
  /** By the day of the promise, where the campaign is, as `yyyy-mm-dd`; newest first. */
  days: { day: string; counts: FunnelCounts }[];
  /** By the way in which it was proven; `none` is not yet. */
  proofs: { proof: ProofMethod | 'none'; counts: FunnelCounts }[];
}

type Row = FunnelCounts<number> & { day: string; proof: ProofMethod | 'none' };

/** Every promise that ever counted, those that were taken back or never proven included; none that waited all the time. */
const FUNNEL = `
  SELECT to_char(created_at AT TIME ZONE $2, 'YYYY-MM-DD') AS day, coalesce(proof, 'none') AS proof,
    count(*)::int AS pledged, count(confirmed_at)::int AS proven, count(kept_at)::int AS followed,
    (count(*) FILTER (WHERE state = 'kept'))::int AS following
  FROM pledge WHERE campaign_id = $1 AND counts AND (when_others IS NULL OR released_at IS NOT NULL)
  GROUP BY 1, 2`;

const WAITING = `SELECT count(*)::int AS waiting FROM pledge WHERE campaign_id = $1 AND counts AND state = 'waiting'`;

/** What a campaigner sees of how promises go on: sums alone, and none that could single somebody out. */
@Injectable()
export class PledgeFunnel {
  constructor(private readonly database: DataSource) {}

  async of(campaignId: string, timeZone: string): Promise<Funnel> {
    const rows = await this.database.query<Row[]>(FUNNEL, [campaignId, timeZone]);
    const [{ waiting } = { waiting: 0 }] = await this.database.query<{ waiting: number }[]>(WAITING, [campaignId]);
    const days = [...new Set(rows.map(({ day }) => day))].sort().toReversed();
    const proofs = [...PROOF_METHODS, 'none' as const].filter((proof) => rows.some((row) => row.proof === proof));
    const byDay = shown(days.map((day) => summed(rows.filter((row) => row.day === day))));
    const byProof = shown(proofs.map((proof) => summed(rows.filter((row) => row.proof === proof))));
    return {
      all: summed(rows),
      waiting,
      days: days.map((day, index) => ({ day, counts: byDay[index] ?? NOBODY })),
      proofs: proofs.map((proof, index) => ({ proof, counts: byProof[index] ?? NOBODY })),
    };
  }
}

const NOBODY: FunnelCounts<number> = { pledged: 0, proven: 0, followed: 0, following: 0 };

function summed(rows: readonly Row[]): FunnelCounts<number> {
  return counted((step) => rows.reduce((sum, row) => sum + row[step], 0));
}

function shown(rows: readonly FunnelCounts<number>[]): FunnelCounts[] {
  const columns = counted((step) => withoutSmall(rows.map((row) => row[step])));
  return rows.map((_, index) => counted((step) => columns[step][index] ?? 'hidden'));
}

function counted<N>(of: (step: FunnelStep) => N): FunnelCounts<N> {
  return { pledged: of('pledged'), proven: of('proven'), followed: of('followed'), following: of('following') };
}
