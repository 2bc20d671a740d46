import { Injectable } from '@nestjs/common';
import { DataSource, In, MoreThanOrEqual } from 'typeorm';
import { HourlyState } from './hourly-state.entity.ts';

/** An older hour gives way to a newer one, and within an hour whoever comes first has the word. */
const KEEP = `
  INSERT INTO hourly_state (campaign_id, hour, body)
  SELECT campaign_id, $2, body FROM unnest($1::uuid[], $3::text[]) AS told (campaign_id, body)
  ORDER BY campaign_id
  ON CONFLICT (campaign_id) DO UPDATE SET hour = excluded.hour, body = excluded.body
    WHERE hourly_state.hour < excluded.hour`;

/** Words that stay the same for an hour, whichever process is asked for them, and after a restart too. */
@Injectable()
export class HourlyStates {
  constructor(private readonly database: DataSource) {}

  /**
   * What is told of campaigns in an hour, by campaign id. `tell` is asked for those of which nothing was told in it yet,
   * and heard only where no other process was quicker.
   */
  async of(
    campaignIds: readonly string[],
    hour: Date,
    tell: (missing: readonly string[]) => Promise<ReadonlyMap<string, string>>,
  ): Promise<Map<string, string>> {
    const known = await this.known(campaignIds, hour);
    const missing = campaignIds.filter((id) => !known.has(id));
    if (missing.length === 0) return known;
    const told = [...(await tell(missing))];
    await this.database.query(KEEP, [told.map(([id]) => id), hour, told.map(([, body]) => body)]);
    return this.known(campaignIds, hour);
  }

  /** A process whose clock is late tells what the others told for the next hour already. */
  private async known(campaignIds: readonly string[], hour: Date): Promise<Map<string, string>> {
    const states = await this.database
      .getRepository(HourlyState)
      .findBy({ campaignId: In(campaignIds), hour: MoreThanOrEqual(hour) });
    return new Map(states.map(({ campaignId, body }) => [campaignId, body]));
  }
}
