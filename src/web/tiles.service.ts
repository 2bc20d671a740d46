import { Injectable } from '@nestjs/common';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import type { Account } from '../institutions/account.entity.ts';
import { network } from '../networks/networks.ts';
import { PledgesQuery } from '../pledges/pledges.query.ts';
import { ReadingsQuery, type LatestReading } from '../readings/readings.query.ts';
import { publicState } from './campaign-facts.service.ts';
import type { TileFacts } from './tile.ts';

/** Gathers what lists of campaigns show. */
@Injectable()
export class Tiles {
  constructor(
    private readonly readings: ReadingsQuery,
    private readonly pledges: PledgesQuery,
  ) {}

  /** The facts of public campaigns that came with their institutions and accounts, in the same order. */
  async of(campaigns: readonly Campaign[]): Promise<TileFacts[]> {
    const running = campaigns.filter(({ endedAt }) => endedAt === null);
    const [pledges, current] = await Promise.all([
      this.pledges.numbers(campaigns.map(({ id }) => id)),
      this.readings.latest(running.flatMap(accountIds)),
    ]);
    return Promise.all(
      campaigns.map(async (campaign) => {
        // A finished campaign shows what stood when it ended.
        const ended = campaign.endedAt;
        const latest = ended === null ? current : await this.readings.latest(accountIds(campaign), ended);
        return tileFacts(campaign, latest, pledges.get(campaign.id)?.total ?? 0);
      }),
    );
  }
}

function accountIds({ fediverseAccount, xAccount }: Campaign): string[] {
  return [fediverseAccount, xAccount].flatMap((account) => (account === null ? [] : [account.id]));
}

function tileFacts(campaign: Campaign, latest: Map<string, LatestReading>, pledges: number): TileFacts {
  const side = (account: Account | null): TileFacts['fediverse'] =>
    account === null ? null : { name: network(account.network).name, count: latest.get(account.id)?.count ?? null };
  return {
    slug: campaign.slug,
    title: campaign.title,
    language: campaign.language,
    state: publicState(campaign),
    institution: campaign.institution.name,
    dare: campaign.dare,
    fediverse: side(campaign.fediverseAccount),
    x: side(campaign.xAccount),
    pledges,
    endedAt: campaign.endedAt,
    timeZone: campaign.timeZone,
  };
}
