import { Injectable } from '@nestjs/common';
import { DAY } from '../domain/durations.ts';
import { forecastCrossing, type Forecast } from '../domain/forecast.ts';
import { countsSeries, gapBetween, type Gap, type Point } from '../domain/gap.ts';
import { Clock } from '../platform/clock.ts';
import { ReadingsQuery, type LatestReading } from '../readings/readings.query.ts';
import type { Campaign } from './campaign.entity.ts';

/** The numbers of a campaign: as of now, or frozen at the moment it ended. */
export interface Standing {
  latest: { fediverse: LatestReading | null; x: LatestReading | null };
  /** Thinned, whatever lies behind; from a week before the launch. */
  series: { fediverse: Point[]; x: Point[] };
  gap: Gap | null;
  forecast: Forecast;
}

const POINTS = 150;
/** What is told of the time before the launch. */
const BEFORE_LAUNCH = 7 * DAY;

/** Where campaigns stand. */
@Injectable()
export class CampaignStandings {
  constructor(
    private readonly readings: ReadingsQuery,
    private readonly clock: Clock,
  ) {}

  /** The standing of a campaign that came with its accounts. */
  async of(campaign: Campaign): Promise<Standing> {
    const until = campaign.endedAt ?? this.clock.now();
    const { fediverseAccount, xAccount } = campaign;
    const ids = [fediverseAccount, xAccount].flatMap((account) => (account === null ? [] : [account.id]));
    const [latest, fediverse, x] = await Promise.all([
      this.readings.latest(ids, until),
      this.series(campaign, fediverseAccount?.id, until),
      this.series(campaign, xAccount?.id, until),
    ]);
    const last = {
      fediverse: latest.get(fediverseAccount?.id ?? '') ?? null,
      x: latest.get(xAccount?.id ?? '') ?? null,
    };
    return {
      latest: last,
      series: { fediverse, x },
      gap: gapBetween(last.fediverse?.count ?? null, last.x?.count ?? null),
      forecast: forecastCrossing(campaign.dare, countsSeries(fediverse, x), until),
    };
  }

  private async series({ launchedAt }: Campaign, accountId: string | undefined, to: Date): Promise<Point[]> {
    if (accountId === undefined) return [];
    const from = launchedAt === null ? null : new Date(launchedAt.getTime() - BEFORE_LAUNCH);
    return this.readings.series(accountId, { from, to, points: POINTS });
  }
}
