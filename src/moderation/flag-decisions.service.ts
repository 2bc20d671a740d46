import { Injectable } from '@nestjs/common';
import { DataSource, Not, type EntityManager } from 'typeorm';
import { fail, ok, type Result } from '../domain/result.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { Clock } from '../platform/clock.ts';
import { PageCache } from '../platform/page-cache.ts';
import { ReadingFlag, type FlagNote, type FlagState } from '../readings/reading-flag.entity.ts';
import { decideWhole, record } from './decisions.ts';

/** What a moderator says of an unusual change; the note is for the public, the reason for the log. */
export type FlagDecision =
  | { action: 'confirm'; note: FlagNote; reason: string | null }
  | { action: 'dismiss' | 'reopen'; reason: string };

export type FlagFailure =
  | { type: 'not-found' }
  | { type: 'already-decided' }
  /** Another change of the same account and kind waits. */
  | { type: 'another-waits' };

const STATE_AFTER = { confirm: 'confirmed', dismiss: 'dismissed', reopen: 'open' } as const satisfies Record<FlagDecision['action'], FlagState>;

/** Deciding what the public is told of unusual changes; whether their readings count is decided on the readings. */
@Injectable()
export class FlagDecisions {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly pages: PageCache,
  ) {}

  /** A flag that is open is confirmed or dismissed; one that was decided can only be opened again first. */
  async decide(by: StaffMember, flagId: string, decision: FlagDecision): Promise<Result<null, FlagFailure>> {
    const decided = await decideWhole<null, FlagFailure>(this.database, async (manager) => {
      const flag = await lockFlag(manager, flagId);
      if (flag === null) return fail({ type: 'not-found' });
      if ((flag.state === 'open') === (decision.action === 'reopen')) return fail({ type: 'already-decided' });
      if (decision.action === 'reopen' && (await anotherWaits(manager, flag))) return fail({ type: 'another-waits' });
      const [state, at] = [STATE_AFTER[decision.action], this.clock.now()];
      const note = decision.action === 'confirm' ? decision.note : null;
      await manager.update(ReadingFlag, { id: flagId }, { state, note, decidedAt: state === 'open' ? null : at });
      const [before, after] = [factsOf(flag), factsOf({ state, note })];
      const { action, reason } = decision;
      await record(manager, { by, subject: 'flag', subjectId: flagId, action, reason, before, after, at });
      return ok(null);
    });
    if (decided.ok) this.pages.clear();
    return decided;
  }
}

async function lockFlag(manager: EntityManager, id: string): Promise<ReadingFlag | null> {
  return manager.findOne(ReadingFlag, {
    where: { id },
    lock: { mode: 'pessimistic_write' },
    loadRelationIds: { relations: ['account'], disableMixedMap: true },
  });
}

async function anotherWaits(manager: EntityManager, { id, account, kind }: ReadingFlag): Promise<boolean> {
  return manager.existsBy(ReadingFlag, { account: { id: account.id }, kind, state: 'open', id: Not(id) });
}

/** What the log keeps of it; the notes are public. */
function factsOf({ state, note }: Pick<ReadingFlag, 'state' | 'note'>): Record<string, unknown> {
  return { state, noteFr: note?.fr ?? null, noteEn: note?.en ?? null };
}
