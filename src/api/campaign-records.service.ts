import { Injectable } from '@nestjs/common';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { withoutCount } from '../campaigns/current-count.ts';
import { CampaignStandings, type Score } from '../campaigns/campaign-standing.query.ts';
import { Timelines } from '../campaigns/timelines.query.ts';
import { NO_PLEDGES, PledgesQuery } from '../pledges/pledges.query.ts';
import { cardPath } from '../posts/card-path.ts';
import { FlagNotes } from '../readings/flag-notes.query.ts';
import { ReadingsChain } from '../readings/readings-chain.query.ts';
import type { CampaignRecord } from './campaign.representation.ts';

/** Gathers what the API tells of campaigns: one query per feature. */
@Injectable()
export class CampaignRecords {
  constructor(
    private readonly timelines: Timelines,
    private readonly standings: CampaignStandings,
    private readonly pledges: PledgesQuery,
    private readonly chain: ReadingsChain,
    private readonly flagNotes: FlagNotes,
  ) {}

  /** The records of campaigns that came with their institutions and accounts, in the same order. */
  async of(campaigns: readonly Campaign[]): Promise<CampaignRecord[]> {
    const ids = campaigns.map(({ id }) => id);
    const accounts = campaigns.flatMap(({ fediverseAccount, xAccount }) => [fediverseAccount?.id ?? [], xAccount?.id ?? []].flat());
    const [scores, milestones, pledges, chains, notes] = await Promise.all([
      this.standings.scores(campaigns),
      this.timelines.of(campaigns),
      this.pledges.numbers(ids),
      this.chain.heads(accounts),
      this.flagNotes.of(accounts),
    ]);
    return campaigns.map((campaign, index) => {
      const score = scores[index];
      if (score === undefined) throw new Error('A campaign has no score.');
      const known = { milestones: milestones.get(campaign.id) ?? [], pledges: pledges.get(campaign.id) ?? NO_PLEDGES, chains, notes };
      return { campaign, score, ...known, cardPath: cardPathOf(campaign, score, known.pledges) };
    });
  }
}

function cardPathOf(campaign: Campaign, { latest }: Score, pledges: CampaignRecord['pledges']): string {
  const { slug, language, title, state, dare } = campaign;
  return cardPath(slug, { language, title, state, dare, latest, without: withoutCount(campaign), pledges: pledges.total });
}
