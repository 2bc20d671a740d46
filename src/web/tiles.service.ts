import { Injectable } from '@nestjs/common';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { publicState } from '../domain/campaign-lifecycle.ts';
import type { Account } from '../institutions/account.entity.ts';
import { PledgesQuery } from '../pledges/pledges.query.ts';
import { ReadingsQuery } from '../readings/readings.query.ts';
import { accountFacts } from './account-facts.ts';
import type { AccountFacts } from './campaign-facts.ts';
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
      const side = (account: Account | null): AccountFacts | null =>
        account && accountFacts(account, latest.get(`${campaign.id} ${account.id}`) ?? null, campaign, (address) => address);
      const sides = { fediverse: side(campaign.fediverseAccount), x: side(campaign.xAccount) };
      return tileFacts(campaign, sides, pledges.get(campaign.id)?.total ?? 0);
    });
  }
}

function accountIds({ fediverseAccount, xAccount }: Campaign): string[] {
  return [fediverseAccount, xAccount].flatMap((account) => (account === null ? [] : [account.id]));
}

function tileFacts(campaign: Campaign, sides: Pick<TileFacts, 'fediverse' | 'x'>, pledges: number): TileFacts {
  return {
    slug: campaign.slug,
    title: campaign.title,
    language: campaign.language,
    state: publicState(campaign),
    institution: campaign.institution.name,
    dare: campaign.dare,
    ...sides,
    pledges,
    endedAt: campaign.endedAt,
    timeZone: campaign.timeZone,
  };
}
