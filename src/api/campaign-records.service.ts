import { Injectable } from '@nestjs/common';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { CampaignStandings } from '../campaigns/campaign-standing.query.ts';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
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
    const numbers = await this.pledges.numbers(campaigns.map(({ id }) => id));
    return Promise.all(campaigns.map((campaign) => this.recordOf(campaign, numbers.get(campaign.id) ?? NO_PLEDGES)));
  }

  private async recordOf(campaign: Campaign, pledges: CampaignRecord['pledges']): Promise<CampaignRecord> {
    const [standing, milestones] = await Promise.all([
      this.standings.of(campaign),
      this.campaigns.milestones(campaign.id),
    ]);
    const { slug, language, title, state, dare } = campaign;
    const shown = { language, title, state, dare, latest: standing.latest, pledges: pledges.total };
    return { campaign, standing, milestones, pledges, cardPath: cardPath(slug, shown) };
  }
}
