import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { Correspondence, type RecordFailure } from '../campaigns/correspondence.service.ts';
import { LetterEvent } from '../campaigns/letter-event.entity.ts';
import { LetterEvents } from '../campaigns/letter-events.query.ts';
import type { LetterEventFields } from '../campaigns/letter-fields.ts';
import { letterPowers, STANDING_AFTER, type LetterPower } from '../domain/correspondence.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { Clock } from '../platform/clock.ts';
import { PageCache } from '../platform/page-cache.ts';
import { decideWhole, record } from './decisions.ts';

/** What a moderator says of what was written down of a letter; the reason is for the log, and for the campaigner where the dare goes on. */
export type LetterDecision = { reason: string | null } & ({ action: LetterPower } | { action: 'correct'; fields: LetterEventFields | null });

/** Deciding what is told of institutions. A campaign rests as soon as it is certain that its institution agreed, and only then. */
@Injectable()
export class LetterDecisions {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly events: LetterEvents,
    private readonly correspondence: Correspondence,
    private readonly pages: PageCache,
  ) {}

  /** Decides of what stands; returns the event that then does. */
  async decide(by: StaffMember, eventId: string, decision: LetterDecision): Promise<Result<LetterEvent, RecordFailure>> {
    return this.whole(async (manager) => {
      const campaignId = await lockCampaignOf(manager, eventId);
      if (campaignId === null) return fail({ type: 'not-found' });
      const { action, reason } = decision;
      const event = (await this.events.of(campaignId, manager)).find(({ id }) => id === eventId);
      if (event === undefined) return fail({ type: 'already-decided' });
      if (action !== 'correct' && !letterPowers(event).includes(action)) return fail({ type: 'already-decided' });
      const changed: Result<LetterEvent, RecordFailure> =
        action === 'correct'
          ? await this.correspondence.record(manager, campaignId, decision.fields, { kind: 'moderator', id: by.id }, eventId)
          : await this.say(manager, event, action);
      if (!changed.ok) return changed;
      await this.log(manager, { by, event: changed.value, action, reason, before: event, subjectId: eventId });
      // A note on a correction is for the log alone.
      await this.correspondence.settle(manager, campaignId, action === 'correct' ? null : reason);
      return changed;
    });
  }

  /** Writes down what a moderator knows of an institution, from its reply say. */
  async record(by: StaffMember, campaignId: string, fields: LetterEventFields, reason: string | null): Promise<Result<LetterEvent, RecordFailure>> {
    return this.whole(async (manager) => {
      const written = await this.correspondence.record(manager, campaignId, fields, { kind: 'moderator', id: by.id }, null);
      if (!written.ok) return written;
      await this.log(manager, { by, event: written.value, action: 'record', reason, before: null, subjectId: written.value.id });
      await this.correspondence.settle(manager, campaignId, null);
      return written;
    });
  }

  private async whole(work: (manager: EntityManager) => Promise<Result<LetterEvent, RecordFailure>>): Promise<Result<LetterEvent, RecordFailure>> {
    const result = await decideWhole(this.database, work);
    if (result.ok) this.pages.clear();
    return result;
  }

  private async say(manager: EntityManager, event: LetterEvent, power: LetterPower): Promise<Result<LetterEvent, RecordFailure>> {
    const standing = STANDING_AFTER[power];
    const now = this.clock.now();
    const knownSince = { confirm: event.knownSince ?? now, break: now, hide: event.knownSince }[power];
    await manager.update(LetterEvent, { id: event.id }, { standing, knownSince });
    return ok(manager.create(LetterEvent, { ...event, standing, knownSince }));
  }

  private async log(
    manager: EntityManager,
    { by, event, action, reason, before, subjectId }: { by: StaffMember; event: LetterEvent; action: string; reason: string | null; before: LetterEvent | null; subjectId: string },
  ): Promise<void> {
    const facts = before === null ? {} : factsOf(before);
    await record(manager, { by, subject: 'letter', subjectId, action, reason, before: facts, after: factsOf(event), at: this.clock.now() });
  }
}

/** The campaign of an event, held until the transaction ends: whoever writes something down holds it, too. */
async function lockCampaignOf(manager: EntityManager, eventId: string): Promise<string | null> {
  const event = await manager.findOne(LetterEvent, { where: { id: eventId }, loadRelationIds: { relations: ['campaign'], disableMixedMap: true } });
  if (event === null) return null;
  await manager.findOneOrFail(Campaign, { where: { id: event.campaign.id }, lock: { mode: 'pessimistic_write' } });
  return event.campaign.id;
}

/** What the log keeps of it. */
function factsOf({ step, day, way, summary, link, standing }: LetterEvent): Record<string, unknown> {
  return { step, day, way, summary, link, standing };
}
