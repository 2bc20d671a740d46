import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { checkDay, isAgreed, type DayError } from '../domain/correspondence.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { Clock } from '../platform/clock.ts';
import { Queue } from '../platform/queue.ts';
import { Campaign } from './campaign.entity.ts';
import { MILESTONES_QUEUE, type MilestonesChanged } from './campaign-progress.service.ts';
import { CampaignLifecycle } from './campaign-lifecycle.service.ts';
import { LetterEvent } from './letter-event.entity.ts';
import { LetterEvents } from './letter-events.query.ts';
import type { LetterEventFields } from './letter-fields.ts';
import { dayIn, endOfDay } from './local-day.ts';

/** Who writes down what happened. */
export interface Recorder {
  kind: LetterEvent['recorder'];
  /** Of the owner or the member of the staff. */
  id: string;
}

export type RecordFailure =
  | DayError
  | { type: 'not-found' }
  /** Somebody corrected it in the meantime, or a moderator decided. */
  | { type: 'already-decided' }
  | { type: 'too-many' };

/** What is written down of one letter, corrections too. */
const MOST_EVENTS = 100;

/** Writing down what became of a letter; nothing that was written is ever changed. */
@Injectable()
export class Correspondence {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly events: LetterEvents,
    private readonly lifecycle: CampaignLifecycle,
    private readonly queue: Queue,
  ) {}

  /** What the campaigner tells; null fields say that `replaces` did not happen. They correct what no moderator has decided. */
  async report(campaignId: string, fields: LetterEventFields | null, ownerId: string, replaces: string | null): Promise<Result<LetterEvent, RecordFailure>> {
    return this.database.transaction(async (manager) => {
      const written = await this.record(manager, campaignId, fields, { kind: 'campaigner', id: ownerId }, replaces);
      if (written.ok) await this.tell(manager, campaignId);
      return written;
    });
  }

  /** As {@link report}, within somebody's transaction. What a moderator writes down is confirmed. */
  async record(
    manager: EntityManager,
    campaignId: string,
    fields: LetterEventFields | null,
    by: Recorder,
    replaces: string | null,
  ): Promise<Result<LetterEvent, RecordFailure>> {
    const campaign = await manager.findOne(Campaign, { where: { id: campaignId }, lock: { mode: 'pessimistic_write' } });
    if (campaign === null || campaign.launchedAt === null) return fail({ type: 'not-found' });
    const now = this.clock.now();
    const dayOf = dayIn(campaign.timeZone);
    const day = fields === null ? ok(dayOf(now)) : checkDay(fields.day, { launchedOn: dayOf(campaign.launchedAt), today: dayOf(now) });
    if (!day.ok) return day;
    const standing = await this.events.of(campaignId, manager);
    const replaced = standing.find(({ id }) => id === replaces);
    if (replaces !== null && (replaced === undefined || (by.kind === 'campaigner' && replaced.standing !== 'reported'))) {
      return fail({ type: 'already-decided' });
    }
    if ((await manager.countBy(LetterEvent, { campaign: { id: campaignId } })) >= MOST_EVENTS) return fail({ type: 'too-many' });
    const event = manager.create(LetterEvent, {
      ...(fields ?? { step: 'withdrawn', way: null, summary: null, link: null }),
      id: newId(),
      campaign,
      day: day.value,
      firstDay: replaced?.firstDay ?? day.value,
      knownSince: fields === null || (by.kind === 'campaigner' && fields.step !== 'sent') ? null : knownSince(fields.step, replaced, now),
      standing: by.kind === 'moderator' ? 'confirmed' : 'reported',
      recorder: by.kind,
      recorderId: by.id,
      replacesId: replaces,
      createdAt: now,
    });
    await manager.insert(LetterEvent, event);
    return ok(event);
  }

  /**
   * After a moderator's decision: lets a campaign rest once it is certain that the institution agreed, and go on when that no longer
   * holds; `note` is why, for the campaigner. Has bots and webhooks tell what stands now.
   */
  async settle(manager: EntityManager, campaignId: string, note: string | null): Promise<void> {
    const campaign = await manager.findOneByOrFail(Campaign, { id: campaignId });
    const events = await this.events.of(campaignId, manager);
    const agreement = events.findLast((event) => isAgreed([event]));
    if (agreement !== undefined && campaign.state === 'live') {
      await this.lifecycle.apply(manager, campaignId, 'agree', 'moderator', { at: momentOf(agreement, campaign.timeZone) });
    }
    if (agreement === undefined && campaign.state === 'agreed') await this.lifecycle.apply(manager, campaignId, 'reopen', 'moderator', { note });
    await this.tell(manager, campaignId);
  }

  private async tell(manager: EntityManager, campaignId: string): Promise<void> {
    await this.queue.send(MILESTONES_QUEUE, { campaignId } satisfies MilestonesChanged, { within: manager, key: campaignId });
  }
}

/** What is corrected is no news, unless it is something else now. */
function knownSince(step: LetterEvent['step'], replaced: LetterEvent | undefined, now: Date): Date {
  return replaced?.step === step ? (replaced.knownSince ?? now) : now;
}

/** When something happened of which the day is known: at its end, or when it was written down on that day. */
export function momentOf({ day, createdAt }: Pick<LetterEvent, 'day' | 'createdAt'>, timeZone: string): Date {
  const end = endOfDay(day, timeZone);
  return end < createdAt ? end : createdAt;
}
