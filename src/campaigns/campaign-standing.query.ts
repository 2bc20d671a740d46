import { Injectable } from '@nestjs/common';
import { DAY } from '../domain/durations.ts';
import { forecastCrossing, type Forecast } from '../domain/forecast.ts';
import { gapBetween, type Gap } from '../domain/gap.ts';
import { Clock } from '../platform/clock.ts';
import { FlagNotes, type PublicNote } from '../readings/flag-notes.query.ts';
import {
  ReadingsQuery,
  type CountedReading,
  type LatestReading,
  type ReadingTotal,
  type WithdrawnReading,
} from '../readings/readings.query.ts';
import type { Campaign } from './campaign.entity.ts';
import { currentCount, withoutCount } from './current-count.ts';
import { KnownForecasts } from './known-forecasts.ts';

type Side = 'fediverse' | 'x';
type Sides<T> = Record<Side, T>;

/** The score of a campaign: as of a moment, or frozen at the one when it ended. */
export interface Score {
  latest: Sides<LatestReading | null>;
  gap: Gap | null;
  forecast: Forecast;
}

/** A score with what led to it. */
export interface Standing extends Score {
  /** Thinned, whatever lies behind, but for what a note is about; from a week before the launch. */
  series: Sides<CountedReading[]>;
  /** What counted in that time, and does no more: newest first. */
  withdrawn: Sides<WithdrawnReading[]>;
  /** What the public is told of unusual changes in that time. */
  notes: Sides<PublicNote[]>;
  /** All readings of both accounts that count, of whatever time. */
  total: ReadingTotal;
}

/** Nothing is foretold of a number that nobody can see. */
const NO_FORECAST: Forecast = { type: 'not-enough-data' };
const POINTS = 150;
/** Corrections are few. */
const MOST_WITHDRAWN = 200;
/** Of each account: beyond, “more than” says as much. */
const MOST_COUNTED = 10_000;
/** What is told of the time before the launch. */
const BEFORE_LAUNCH = 7 * DAY;

/** Where campaigns stand. */
@Injectable()
export class CampaignStandings {
  private readonly forecasts = new KnownForecasts();

  constructor(
    private readonly readings: ReadingsQuery,
    private readonly flagNotes: FlagNotes,
    private readonly clock: Clock,
  ) {}

  /** The standing of a campaign that came with its accounts. */
  async of(campaign: Campaign): Promise<Standing> {
    const now = this.clock.now();
    const [latestOf, seriesOf, remarks] = await Promise.all([this.latest([campaign], now), this.series([campaign], now), this.remarks(campaign, now)]);
    const [latest, series] = [latestOf(campaign), seriesOf(campaign)];
    const forecast = forecastOf(campaign, series, now);
    this.forecasts.keep(campaign, latest, forecast, now);
    const { noted, ...told } = remarks;
    const whole = { fediverse: withNoted(series.fediverse, noted.fediverse), x: withNoted(series.x, noted.x) };
    return { ...scoreOf(campaign, latest, forecast), series: whole, ...told };
  }

  /**
   * The scores of campaigns that came with their accounts, in the same order, for lists: a question or two to the
   * database, however many they are. A forecast may be a minute old where older readings were corrected since.
   */
  async scores(campaigns: readonly Campaign[]): Promise<Score[]> {
    const now = this.clock.now();
    const latestOf = await this.latest(campaigns, now);
    const known = campaigns.map((campaign) => this.forecasts.find(campaign, latestOf(campaign), now));
    const seriesOf = await this.series(campaigns.filter((_, index) => known[index] === null), now);
    return campaigns.map((campaign, index) => {
      const latest = latestOf(campaign);
      const forecast = known[index] ?? forecastOf(campaign, seriesOf(campaign), now);
      if (known[index] === null) this.forecasts.keep(campaign, latest, forecast, now);
      return scoreOf(campaign, latest, forecast);
    });
  }

  /** The scores as they were at a moment of the past, from what was known then, in the same order. */
  async scoresAt(campaigns: readonly Campaign[], moment: Date): Promise<Score[]> {
    const [latestOf, seriesOf] = await Promise.all([this.latest(campaigns, moment, moment), this.series(campaigns, moment, moment)]);
    return campaigns.map((campaign) => scoreOf(campaign, latestOf(campaign), forecastOf(campaign, seriesOf(campaign), moment)));
  }

  private async remarks(campaign: Campaign, now: Date): Promise<Remarks> {
    const seats = seatsOf([campaign]);
    const ids = seats.map(({ accountId }) => accountId);
    const { from, to } = rangeOf(campaign, now);
    const [withdrawn, notes, noted, total] = await Promise.all([
      this.readings.withdrawn(ids, { from, to }, MOST_WITHDRAWN),
      this.flagNotes.of(ids),
      this.readings.noted(ids),
      this.readings.total(ids, MOST_COUNTED),
    ]);
    const own = <T extends { accountId: string; at: Date }>(all: readonly T[], side: Side): T[] =>
      all.filter(({ accountId, at }) => accountId === campaign[`${side}Account`]?.id && at <= to && (from === null || at >= from));
    return {
      withdrawn: { fediverse: own(withdrawn, 'fediverse'), x: own(withdrawn, 'x') },
      notes: { fediverse: own(notes, 'fediverse'), x: own(notes, 'x') },
      noted: { fediverse: own(noted, 'fediverse'), x: own(noted, 'x') },
      total,
    };
  }

  private async latest(campaigns: readonly Campaign[], now: Date, knownBy: Date | null = null): Promise<OfCampaign<LatestReading | null>> {
    const seats = seatsOf(campaigns);
    const asked = seats.map(({ campaign, accountId }) => ({ accountId, until: untilOf(campaign, now), knownBy }));
    return byCampaign(seats, await this.readings.latestAt(asked), null);
  }

  private async series(campaigns: readonly Campaign[], now: Date, knownBy: Date | null = null): Promise<OfCampaign<CountedReading[]>> {
    const seats = seatsOf(campaigns);
    const asked = seats.map(({ campaign, accountId }) => ({ accountId, ...rangeOf(campaign, now), knownBy }));
    return byCampaign(seats, await this.readings.seriesOf(asked), []);
  }
}

type Remarks = Pick<Standing, 'withdrawn' | 'notes' | 'total'> & { noted: Sides<CountedReading[]> };

/** A series with readings that it may have been thinned by. */
function withNoted(series: readonly CountedReading[], noted: readonly CountedReading[]): CountedReading[] {
  const all = new Map([...series, ...noted].map((reading) => [reading.number, reading]));
  return [...all.values()].sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** One side of one campaign, and who sits there. */
type Seat = { campaign: Campaign; side: Side; accountId: string };
type OfCampaign<T> = (campaign: Campaign) => Sides<T>;

function seatsOf(campaigns: readonly Campaign[]): Seat[] {
  return campaigns.flatMap((campaign) =>
    (['fediverse', 'x'] as const).flatMap((side) => {
      const account = campaign[`${side}Account`];
      return account === null ? [] : [{ campaign, side, accountId: account.id }];
    }),
  );
}

function byCampaign<T>(seats: readonly Seat[], answers: readonly T[], nothing: T): OfCampaign<T> {
  const known = new Map(seats.map(({ campaign, side }, index) => [`${campaign.id} ${side}`, answers[index] ?? nothing]));
  const of = (campaign: Campaign, side: Side): T => known.get(`${campaign.id} ${side}`) ?? nothing;
  return (campaign) => ({ fediverse: of(campaign, 'fediverse'), x: of(campaign, 'x') });
}

function rangeOf(campaign: Campaign, now: Date): { from: Date | null; to: Date; points: number } {
  const { launchedAt } = campaign;
  const from = launchedAt === null ? null : new Date(launchedAt.getTime() - BEFORE_LAUNCH);
  return { from, to: untilOf(campaign, now), points: POINTS };
}

function untilOf({ endedAt }: Campaign, now: Date): Date {
  return endedAt ?? now;
}

function forecastOf(campaign: Campaign, series: Standing['series'], now: Date): Forecast {
  return forecastCrossing(campaign.dare, series, untilOf(campaign, now));
}

function scoreOf(campaign: Campaign, latest: Score['latest'], forecast: Forecast): Score {
  const fediverse = currentCount(campaign, campaign.fediverseAccount, latest.fediverse);
  const x = currentCount(campaign, campaign.xAccount, latest.x);
  return { latest, gap: gapBetween(fediverse, x), forecast: withoutCount(campaign).length === 0 ? forecast : NO_FORECAST };
}
