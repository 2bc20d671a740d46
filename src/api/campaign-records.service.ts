import { Injectable } from '@nestjs/common';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { withoutCount } from '../campaigns/current-count.ts';
import { CampaignStandings, type Score } from '../campaigns/campaign-standing.query.ts';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
import type { Milestone } from '../domain/milestones.ts';
import { PledgesQuery } from '../pledges/pledges.query.ts';
import { cardPath } from '../posts/card-path.ts';
import type { CampaignRecord } from './campaign.representation.ts';

const NO_PLEDGES = { total: 0, verified: 0, kept: 0 };

/** Gathers what the API tells of campaigns: one query per feature. */
@Injectable()
export class CampaignRecords {
  constructor(
    private readonly campaigns: CampaignsQuery,
    private readonly standings: CampaignStandings,
    private readonly pledges: PledgesQuery,
  ) {}

  /** The records of campaigns that came with their institutions and accounts, in the same order. */
  async of(campaigns: readonly Campaign[]): Promise<CampaignRecord[]> {
    const ids = campaigns.map(({ id }) => id);
    const [scores, milestones, pledges] = await Promise.all([
      this.standings.scores(campaigns),
      this.campaigns.milestonesOf(ids),
      this.pledges.numbers(ids),
    ]);
    return campaigns.map((campaign, index) => {
      const score = scores[index];
      if (score === undefined) throw new Error('A campaign has no score.');
      return recordOf(campaign, score, milestones.get(campaign.id) ?? [], pledges.get(campaign.id) ?? NO_PLEDGES);
    });
  }
}

function recordOf(
  campaign: Campaign,
  score: Score,
  milestones: readonly Milestone[],
  pledges: CampaignRecord['pledges'],
): CampaignRecord {
  const { slug, language, title, state, dare } = campaign;
  const shown = { language, title, state, dare, latest: score.latest, without: withoutCount(campaign), pledges: pledges.total };
  return { campaign, score, milestones, pledges, cardPath: cardPath(slug, shown) };
}
