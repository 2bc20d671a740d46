import { LRUCache } from 'lru-cache';
import { MINUTE } from '../domain/durations.ts';
import type { Forecast } from '../domain/forecast.ts';
import type { CountedReading } from '../readings/readings.query.ts';
import type { Campaign } from './campaign.entity.ts';

/** A correction of an older reading may change a forecast without a new reading, so that none is kept for long. */
const KEPT_FOR = MINUTE;
const MOST_KEPT = 2_000;

type Latest = Readonly<Record<'fediverse' | 'x', Pick<CountedReading, 'id'> | null>>;

/** Forecasts that were made a moment ago, each for as long as no account has a newer reading. */
export class KnownForecasts {
  private readonly kept = new LRUCache<string, { forecast: Forecast; madeAt: Date }>({ max: MOST_KEPT });

  /** The forecast that was made from these latest readings; null: none that still holds. */
  find(campaign: Campaign, latest: Latest, now: Date): Forecast | null {
    const known = this.kept.get(keyOf(campaign, latest));
    const age = known === undefined ? Infinity : now.getTime() - known.madeAt.getTime();
    return known !== undefined && age >= 0 && age < KEPT_FOR ? known.forecast : null;
  }

  keep(campaign: Campaign, latest: Latest, forecast: Forecast, now: Date): void {
    this.kept.set(keyOf(campaign, latest), { forecast, madeAt: now });
  }
}

function keyOf({ id, dareKind, target, endedAt }: Campaign, { fediverse, x }: Latest): string {
  return [id, dareKind, target, endedAt?.getTime(), fediverse?.id, x?.id].join(' ');
}
