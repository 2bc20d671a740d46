import { Injectable } from '@nestjs/common';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import type { Account } from '../institutions/account.entity.ts';
import { network } from '../networks/networks.ts';
import { PledgesQuery } from '../pledges/pledges.query.ts';
import { ReadingsQuery } from '../readings/readings.query.ts';
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
    const asked = campaigns.flatMap((campaign) =>
      // A finished campaign shows what stood when it ended.
      accountIds(campaign).map((accountId) => ({ campaign, accountId, until: campaign.endedAt })),
    );
    const [pledges, found] = await Promise.all([
      this.pledges.numbers(campaigns.map(({ id }) => id)),
      this.readings.latestAt(asked),
    ]);
    const latest = new Map(asked.map(({ campaign, accountId }, index) => [`${campaign.id} ${accountId}`, found[index] ?? null]));
    return campaigns.map((campaign) => {
      const countOf = (account: Account): number | null => latest.get(`${campaign.id} ${account.id}`)?.count ?? null;
      return tileFacts(campaign, countOf, pledges.get(campaign.id)?.total ?? 0);
    });
  }
}

function accountIds({ fediverseAccount, xAccount }: Campaign): string[] {
  return [fediverseAccount, xAccount].flatMap((account) => (account === null ? [] : [account.id]));
}

function tileFacts(campaign: Campaign, countOf: (account: Account) => number | null, pledges: number): TileFacts {
  const side = (account: Account | null): TileFacts['fediverse'] =>
    account === null ? null : { name: network(account.network).name, count: countOf(account) };
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
