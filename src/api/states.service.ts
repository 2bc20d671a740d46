import { Inject, Injectable } from '@nestjs/common';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { CampaignStandings } from '../campaigns/campaign-standing.query.ts';
import { HourlyStates } from '../campaigns/hourly-states.service.ts';
import { gainedPerDay } from '../domain/gap.ts';
import type { Config } from '../platform/config.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { PledgesQuery } from '../pledges/pledges.query.ts';
import { ReadingsChain } from '../readings/readings-chain.query.ts';
import type { LatestReading } from '../readings/readings.query.ts';
import { standingJson, type StandingRecord } from './campaign.representation.ts';
import type { StateItemJson } from './state.schema.ts';

const NO_PLEDGES = { total: 0, verified: 0, kept: 0 };
/** The state of the gap at the beginning of an hour: the same words for everyone, all the hour long. */
@Injectable()
export class States {
  constructor(
    private readonly states: HourlyStates,
    private readonly standings: CampaignStandings,
    private readonly pledges: PledgesQuery,
    private readonly chain: ReadingsChain,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** A state as JSON for each of the campaigns, which came with institution and accounts, in their order. */
  async of(campaigns: readonly Campaign[], hour: Date): Promise<string[]> {
    const ids = campaigns.map(({ id }) => id);
    const told = await this.states.of(ids, hour, (missing) =>
      this.tell(campaigns.filter(({ id }) => missing.includes(id)), hour),
    );
    return ids.map((id) => {
      const state = told.get(id);
      if (state === undefined) throw new Error('Of a campaign nothing is told.');
      return state;
    });
  }

  private async tell(campaigns: readonly Campaign[], hour: Date): Promise<Map<string, string>> {
    const then = campaigns.map((campaign) => campaignAt(campaign, hour));
    const ids = then.map(({ id }) => id);
    const accounts = then.flatMap(({ fediverseAccount, xAccount }) => [fediverseAccount?.id ?? [], xAccount?.id ?? []].flat());
    const [scores, pledges, chains] = await Promise.all([
      this.standings.scoresAt(then, hour),
      this.pledges.numbersAt(ids, hour),
      this.chain.heads(accounts, hour),
    ]);
    return new Map(
      then.flatMap((campaign, index) => {
        const score = scores[index];
        const record = score && { campaign, score, pledges: pledges.get(campaign.id) ?? NO_PLEDGES, chains };
        return record === undefined ? [] : [[campaign.id, JSON.stringify(this.stateJson(record))] as const];
      }),
    );
  }

  private stateJson(record: StandingRecord): StateItemJson {
    const link = `${this.config.publicUrl}/c/${record.campaign.slug}`;
    return { ...standingJson(record), pace: paceJson(record), link };
  }
}

/** A campaign that was won or ended since was still running then. */
function campaignAt(campaign: Campaign, moment: Date): Campaign {
  if (campaign.endedAt === null || campaign.endedAt <= moment) return campaign;
  return Object.assign(new Campaign(), campaign, { state: 'live', endedAt: null });
}

/** What was the pace when a campaign ended is none of today. */
function paceJson({ campaign, score }: StandingRecord): StateItemJson['pace'] {
  if (campaign.state !== 'live') return null;
  const [fediverse, x] = [perDay(score.latest.fediverse), perDay(score.latest.x)];
  const gap = fediverse === null || x === null || score.gap === null ? null : rounded(fediverse - x);
  return { fediverse, x, gap };
}

/** Followers gained a day; null: not known. */
function perDay(latest: LatestReading | null): number | null {
  const gained = latest && gainedPerDay(latest, latest.dayBefore);
  return gained === null ? null : rounded(gained);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
