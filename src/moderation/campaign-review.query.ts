import { Injectable } from '@nestjs/common';
import { DataSource, In, Not } from 'typeorm';
import { Campaign } from '../campaigns/campaign.entity.ts';
import type { Account } from '../institutions/account.entity.ts';
import { InstitutionsQuery, type LikelyDuplicate } from '../institutions/institutions.query.ts';
import { OwnPost } from '../posts/own-post.entity.ts';
import { ReadingsQuery } from '../readings/readings.query.ts';
import { campaignPowers, type CampaignPower } from './campaign-powers.ts';
import { changesBetween, isContent, snapshotOf, type Change } from './campaign-snapshot.ts';
import { Claims, type ClaimView } from './claims.service.ts';
import { DecisionLog, type DecisionView } from './decision-log.query.ts';
import { mayImpersonate } from './impersonation.ts';
import { Report } from './report.entity.ts';

/** An account with what tells whether it is the institution's. */
export interface ReviewedAccount {
  account: Account;
  hasPicture: boolean;
  latest: { count: number; at: Date } | null;
  /** Its server is not the institution's and the institution's website does not name it. */
  mayImpersonate: boolean;
}

/** A campaign as a moderator looks at it. */
export interface CampaignReview {
  /** With its institution and accounts. */
  campaign: Campaign;
  accounts: ReviewedAccount[];
  /** What the campaigner changed since the last decision; null when nothing was decided yet. */
  changes: Change[] | null;
  /** Other institutions that may be the same. */
  duplicates: LikelyDuplicate[];
  /** Other campaigns that run, wait or ran for the institution or a likely duplicate of it, newest first. */
  otherCampaigns: Campaign[];
  openReports: Report[];
  /** In the campaigner's own words, those that were taken down too. */
  ownPosts: OwnPost[];
  history: DecisionView[];
  claim: ClaimView | null;
  powers: CampaignPower[];
}

@Injectable()
export class CampaignReviewQuery {
  constructor(
    private readonly database: DataSource,
    private readonly institutions: InstitutionsQuery,
    private readonly readings: ReadingsQuery,
    private readonly log: DecisionLog,
    private readonly claims: Claims,
  ) {}

  /** The campaign beside what it was, with what speaks for and against it; null when there is no such campaign. */
  async review(campaignId: string): Promise<CampaignReview | null> {
    const campaign = await this.database.getRepository(Campaign).findOne({
      where: { id: campaignId },
      relations: { institution: true, fediverseAccount: true, xAccount: true },
    });
    if (campaign === null) return null;
    const duplicates = await this.duplicatesOf(campaign);
    const lastKnown = await this.log.lastKnown(campaignId);
    const [accounts, otherCampaigns, openReports, ownPosts, history, claim] = await Promise.all([
      this.accountsOf(campaign),
      this.otherCampaignsOf(campaign, duplicates),
      this.openReportsOn(campaignId),
      this.database.getRepository(OwnPost).find({ where: { campaign: { id: campaignId } }, order: { createdAt: 'ASC' } }),
      this.log.historyOf(campaignId),
      this.claims.of(campaignId),
    ]);
    const changes = lastKnown === null ? null : changesBetween(lastKnown, snapshotOf(campaign)).filter(isContent);
    const powers = campaignPowers(campaign);
    return { campaign, accounts, changes, duplicates, otherCampaigns, openReports, ownPosts, history, claim, powers };
  }

  private async duplicatesOf({ institution, fediverseAccount, xAccount }: Campaign): Promise<LikelyDuplicate[]> {
    const handles = [fediverseAccount, xAccount].flatMap((account) => (account === null ? [] : [account.handle]));
    const { name, country } = institution;
    const found = await this.institutions.likelyDuplicates({ name, country, handles });
    return found.filter((duplicate) => duplicate.institution.id !== institution.id);
  }

  private async accountsOf({ institution, fediverseAccount, xAccount }: Campaign): Promise<ReviewedAccount[]> {
    const accounts = [fediverseAccount, xAccount].filter((account) => account !== null);
    const ids = accounts.map(({ id }) => id);
    const [latest, pictured] = await Promise.all([this.readings.latest(ids), this.institutions.pictured(ids)]);
    return accounts.map((account) => ({
      account,
      hasPicture: pictured.has(account.id),
      latest: latest.get(account.id) ?? null,
      mayImpersonate: account === fediverseAccount && mayImpersonate(account, institution),
    }));
  }

  private async otherCampaignsOf({ id, institution }: Campaign, duplicates: LikelyDuplicate[]): Promise<Campaign[]> {
    const institutions = [institution.id, ...duplicates.map((duplicate) => duplicate.institution.id)];
    return this.database.getRepository(Campaign).find({
      where: { id: Not(id), institution: { id: In(institutions) }, state: Not(In(['rejected', 'withdrawn'])) },
      relations: { institution: true },
      order: { submittedAt: 'DESC' },
      take: 10,
    });
  }

  private async openReportsOn(campaignId: string): Promise<Report[]> {
    return this.database.getRepository(Report).find({
      where: { campaign: { id: campaignId }, state: 'open' },
      order: { createdAt: 'ASC' },
    });
  }
}
