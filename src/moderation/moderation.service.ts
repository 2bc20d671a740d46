import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { CampaignLifecycle } from '../campaigns/campaign-lifecycle.service.ts';
import type { EditableText } from '../campaigns/launch-fields.ts';
import type { CampaignState } from '../domain/campaign-lifecycle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { Clock } from '../platform/clock.ts';
import { PageCache } from '../platform/page-cache.ts';
import { campaignPowers, POWERS_WITH_REASON, type CampaignPower } from './campaign-powers.ts';
import { changesBetween, snapshotOf } from './campaign-snapshot.ts';
import { decideWhole, record } from './decisions.ts';
import { Report } from './report.entity.ts';

/** What a moderator decides about a campaign; reasons are what the campaigner reads, or a note for the log. */
export type CampaignDecision = { reason: string | null } & (
  | { action: Exclude<CampaignPower, 'edit' | 'publish_reply'> }
  | { action: 'edit'; text: EditableText }
  | { action: 'publish_reply'; reply: string | null }
);

/** `publish_reply` upholds a report by putting the institution's answer on the page. */
export type ReportDecision = { reason: string | null } & (
  | { action: 'uphold' | 'dismiss' }
  | { action: 'publish_reply'; reply: string }
);

export type DecisionFailure =
  | { type: 'not-found' }
  /** The entry is no longer what the moderator looked at. */
  | { type: 'changed-since-shown' }
  | { type: 'already-decided' }
  | { type: 'reason-missing' }
  | { type: 'nothing-changed' }
  | { type: 'not-allowed'; state: CampaignState; action: string };

/** Deciding: the owning feature changes its state and the log gets a row, both or neither. */
@Injectable()
export class Moderation {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly lifecycle: CampaignLifecycle,
    private readonly pages: PageCache,
  ) {}

  /** `shownAt` is the `changedAt` of the campaign that the moderator looked at. */
  async decideCampaign(
    by: StaffMember,
    campaignId: string,
    shownAt: Date,
    decision: CampaignDecision,
  ): Promise<Result<null, DecisionFailure>> {
    if (POWERS_WITH_REASON.includes(decision.action) && decision.reason === null) return fail({ type: 'reason-missing' });
    return this.decide(async (manager) => {
      const campaign = await lockCampaign(manager, campaignId);
      if (campaign === null) return fail({ type: 'not-found' });
      if (campaign.changedAt.getTime() !== shownAt.getTime()) return fail({ type: 'changed-since-shown' });
      return this.changeCampaign(manager, by, campaign, decision);
    });
  }

  /** An upheld report says that it was right; what follows from it is decided on the campaign. */
  async decideReport(by: StaffMember, reportId: string, decision: ReportDecision): Promise<Result<null, DecisionFailure>> {
    return this.decide(async (manager) => {
      const report = await manager.findOne(Report, {
        where: { id: reportId },
        lock: { mode: 'pessimistic_write' },
        loadRelationIds: { relations: ['campaign'], disableMixedMap: true },
      });
      if (report === null) return fail({ type: 'not-found' });
      if (report.state !== 'open') return fail({ type: 'already-decided' });
      if (decision.action === 'publish_reply') {
        const campaign = await lockCampaign(manager, report.campaign.id);
        if (campaign === null) return fail({ type: 'not-found' });
        const published = await this.changeCampaign(manager, by, campaign, decision);
        if (!published.ok) return published;
      }
      const state = decision.action === 'dismiss' ? 'dismissed' : 'upheld';
      await manager.update(Report, { id: report.id }, { state });
      // Neither the text nor the contact goes into a log that nothing can be taken out of.
      await record(manager, {
        by,
        subject: 'report',
        subjectId: report.id,
        action: decision.action,
        reason: decision.reason,
        before: { state: report.state },
        after: { state },
        at: this.clock.now(),
      });
      return ok(null);
    });
  }

  private async decide(work: (manager: EntityManager) => Promise<Result<null, DecisionFailure>>): Promise<Result<null, DecisionFailure>> {
    const result = await decideWhole(this.database, work);
    if (result.ok) this.pages.clear();
    return result;
  }

  private async changeCampaign(
    manager: EntityManager,
    by: StaffMember,
    campaign: Campaign,
    decision: CampaignDecision,
  ): Promise<Result<null, DecisionFailure>> {
    const { action, reason } = decision;
    if (!campaignPowers(campaign).includes(action)) return fail({ type: 'not-allowed', state: campaign.state, action });
    const before = snapshotOf(campaign);
    const applied = await this.apply(manager, campaign.id, decision);
    if (!applied.ok) return applied;
    const after = snapshotOf(await loadCampaign(manager, campaign.id));
    if (changesBetween(before, after).length === 0) return fail({ type: 'nothing-changed' });
    await record(manager, {
      by,
      subject: 'campaign',
      subjectId: campaign.id,
      action,
      reason,
      before,
      after,
      at: this.clock.now(),
    });
    return ok(null);
  }

  private async apply(manager: EntityManager, id: string, decision: CampaignDecision): Promise<Result<unknown, DecisionFailure>> {
    switch (decision.action) {
      case 'edit':
        return this.lifecycle.edit(manager, id, decision.text);
      case 'publish_reply':
        return this.lifecycle.setReply(manager, id, decision.reply);
      case 'hide':
      case 'unhide':
        return this.lifecycle.setHidden(manager, id, decision.action === 'hide', decision.reason);
      default:
        return this.lifecycle.apply(manager, id, decision.action, 'moderator', { note: decision.reason });
    }
  }
}

/** The campaign with what its snapshot needs, held until the transaction ends so that two decisions do not meet. */
export async function lockCampaign(manager: EntityManager, id: string): Promise<Campaign | null> {
  const locked = await manager.findOne(Campaign, { where: { id }, lock: { mode: 'pessimistic_write' } });
  return locked === null ? null : loadCampaign(manager, id);
}

/** With what its snapshot needs. */
export async function loadCampaign(manager: EntityManager, id: string): Promise<Campaign> {
  return manager.findOneOrFail(Campaign, {
    where: { id },
    relations: { institution: true, fediverseAccount: true, xAccount: true },
  });
}
