import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AccountOpening, type OpeningFailure } from '../campaigns/account-opening.service.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { awaitsAccount, hasCorrectableAccount } from '../domain/campaign-lifecycle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import type { FoundAccount } from '../institutions/account-finder.service.ts';
import { Clock } from '../platform/clock.ts';
import { PageCache } from '../platform/page-cache.ts';
import { Waves } from '../pledges/waves.service.ts';
import { snapshotOf } from './campaign-snapshot.ts';
import { decideWhole, record } from './decisions.ts';
import { loadCampaign, lockCampaign, type DecisionFailure } from './moderation.service.ts';

/** What a moderator can decide about the account of an `open` dare. */
export const ACCOUNT_ACTIONS = ['record_account', 'take_back_account', 'stop_wave', 'resume_wave'] as const;
export type AccountDecision =
  | { action: 'record_account'; found: FoundAccount; reason: string | null }
  | { action: Exclude<(typeof ACCOUNT_ACTIONS)[number], 'record_account'>; reason: string };

export type AccountDecisionFailure = DecisionFailure | OpeningFailure;

/** The account that opened: recording it, telling those who asked, and putting right what was wrong. */
@Injectable()
export class AccountDecisions {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly opening: AccountOpening,
    private readonly waves: Waves,
    private readonly pages: PageCache,
  ) {}

  /** `shownAt` is the `changedAt` of the campaign that the moderator looked at. */
  async decide(by: StaffMember, campaignId: string, shownAt: Date, decision: AccountDecision): Promise<Result<null, AccountDecisionFailure>> {
    const decided = await decideWhole<null, AccountDecisionFailure>(this.database, async (manager) => {
      const campaign = await lockCampaign(manager, campaignId);
      if (campaign === null) return fail({ type: 'not-found' });
      if (campaign.changedAt.getTime() !== shownAt.getTime()) return fail({ type: 'changed-since-shown' });
      const before = snapshotOf(campaign);
      const wave = await this.apply(manager, campaign, decision);
      if (!wave.ok) return wave;
      const after = snapshotOf(await loadCampaign(manager, campaignId));
      const { action, reason } = decision;
      const about = { subject: 'campaign', subjectId: campaignId, action, reason, at: this.clock.now() } as const;
      await record(manager, { by, ...about, before: { ...before, ...wave.value.before }, after: { ...after, ...wave.value.after } });
      return ok(null);
    });
    if (decided.ok) this.pages.clear();
    return decided;
  }

  private async apply(manager: EntityManager, campaign: Campaign, decision: AccountDecision): Promise<Result<WaveChange, AccountDecisionFailure>> {
    switch (decision.action) {
      case 'record_account': {
        if (!awaitsAccount(campaign)) return notAllowed(campaign, decision);
        const recorded = await this.opening.record(manager, campaign, decision.found);
        if (!recorded.ok) return recorded;
        await this.waves.begin(manager, campaign.id);
        return ok({});
      }
      case 'take_back_account':
        if (!hasCorrectableAccount(campaign)) return notAllowed(campaign, decision);
        await this.opening.takeBack(manager, campaign, decision.reason);
        await this.waves.takeBack(manager, campaign.id);
        return ok({});
      case 'stop_wave':
      case 'resume_wave': {
        const stops = decision.action === 'stop_wave';
        if (!(await this.waves.setStopped(manager, campaign.id, stops))) return fail({ type: 'already-decided' });
        const [running, stopped] = [{ wave: 'running' }, { wave: 'stopped' }];
        return ok(stops ? { before: running, after: stopped } : { before: stopped, after: running });
      }
    }
  }
}

/** What the log tells of the wave beside the campaign itself. */
interface WaveChange {
  before?: { wave: string };
  after?: { wave: string };
}

function notAllowed({ state }: Campaign, { action }: AccountDecision): Result<never, DecisionFailure> {
  return fail({ type: 'not-allowed', state, action });
}
