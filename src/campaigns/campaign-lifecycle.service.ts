import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import {
  FINISHED_STATES,
  nextState,
  type CampaignAction,
  type CampaignActor,
  type CampaignState,
  type TransitionError,
} from '../domain/campaign-lifecycle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { Clock } from '../platform/clock.ts';
import { Campaign } from './campaign.entity.ts';
import { CampaignMail } from './campaign-mail.service.ts';
import type { EditableText } from './launch-fields.ts';

export interface Changed<T> {
  before: T;
  after: T;
}

type NotFound = { type: 'not-found' };

/** Moves campaigns through their life cycle and puts their words right; always within somebody's transaction. */
@Injectable()
export class CampaignLifecycle {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly mail: CampaignMail,
  ) {}

  /** As {@link apply}, in a transaction of its own. */
  async act(campaignId: string, action: CampaignAction, by: CampaignActor): Promise<Result<Changed<CampaignState>, TransitionError | NotFound>> {
    return this.database.transaction((manager) => this.apply(manager, campaignId, action, by));
  }

  /**
   * Applies an action of the life cycle. `note` is what the campaigner reads: a reason, or the changes asked for.
   * `at` is when it happened, where that is known from the readings.
   */
  async apply(
    manager: EntityManager,
    campaignId: string,
    action: CampaignAction,
    by: CampaignActor,
    { note = null, at = this.clock.now() }: { note?: string | null; at?: Date } = {},
  ): Promise<Result<Changed<CampaignState>, TransitionError | NotFound>> {
    const campaign = await lock(manager, campaignId);
    if (campaign === null) return fail({ type: 'not-found' });
    const next = nextState(campaign.state, action, by);
    if (!next.ok) return next;
    const before = campaign.state;
    await this.update(manager, campaign, {
      state: next.value,
      ...(by === 'moderator' ? { reviewNote: note } : {}),
      ...(action === 'publish' ? { launchedAt: at } : {}),
      endedAt: FINISHED_STATES.includes(next.value) ? at : null,
    });
    await this.readSoon(manager, campaign);
    await this.mail.tellState(manager, campaignId, action === 'reopen' ? 'reopened' : next.value, note);
    return ok({ before, after: next.value });
  }

  /** Takes a public page down, with a reason that the campaigner reads, or puts it back. */
  async setHidden(
    manager: EntityManager,
    campaignId: string,
    hidden: boolean,
    note: string | null = null,
  ): Promise<Result<Changed<boolean>, NotFound>> {
    const campaign = await lock(manager, campaignId);
    if (campaign === null) return fail({ type: 'not-found' });
    const before = campaign.hiddenAt !== null;
    const now = this.clock.now();
    await this.update(manager, campaign, { ...(hidden ? { hiddenAt: now } : { hiddenAt: null, shownAgainAt: now }), reviewNote: note });
    return ok({ before, after: hidden });
  }

  /** Changes a campaign's words; before and after hold only the fields that differ. */
  async edit(manager: EntityManager, campaignId: string, text: EditableText): Promise<Result<Changed<EditableText>, NotFound>> {
    const campaign = await lock(manager, campaignId);
    if (campaign === null) return fail({ type: 'not-found' });
    const fields = Object.keys(text) as (keyof EditableText)[];
    const changed = fields.filter((field) => text[field] !== campaign[field]);
    const pick = (from: EditableText | Campaign): EditableText =>
      Object.fromEntries(changed.map((field) => [field, from[field]]));
    const before = pick(campaign);
    await this.update(manager, campaign, pick(text) as Partial<Campaign>);
    return ok({ before, after: pick(text) });
  }

  /** Publishes what the institution answered, or takes it back. */
  async setReply(manager: EntityManager, campaignId: string, reply: string | null): Promise<Result<Changed<string | null>, NotFound>> {
    const campaign = await lock(manager, campaignId);
    if (campaign === null) return fail({ type: 'not-found' });
    const before = campaign.institutionReply;
    await this.update(manager, campaign, { institutionReply: reply });
    return ok({ before, after: reply });
  }

  private async update(manager: EntityManager, campaign: Campaign, fields: Partial<Campaign>): Promise<void> {
    await manager.update(Campaign, { id: campaign.id }, { ...fields, changedAt: this.clock.now() });
  }

  /** A campaign that becomes tracked gets its numbers at the worker's next round. */
  private async readSoon(manager: EntityManager, campaign: Campaign): Promise<void> {
    await manager.query(
      `UPDATE account SET next_reading_at = $2 FROM campaign
       WHERE campaign.id = $1 AND account.id IN (campaign.fediverse_account_id, campaign.x_account_id)
         AND campaign.state IN ('approved', 'live') AND account.next_reading_at IS NULL`,
      [campaign.id, this.clock.now()],
    );
  }
}

/** The campaign, held until the transaction ends so that two decisions do not meet. */
async function lock(manager: EntityManager, id: string): Promise<Campaign | null> {
  return manager.findOne(Campaign, { where: { id }, lock: { mode: 'pessimistic_write' } });
}
