import { Injectable } from '@nestjs/common';
import { Between, DataSource, type EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { corroborates } from '../domain/corroboration.ts';
import { DAY } from '../domain/durations.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { Account } from '../institutions/account.entity.ts';
import { Clock } from '../platform/clock.ts';
import { checkReading, type ReadingProblem } from './reading-bounds.ts';
import { Reading } from './reading.entity.ts';

/** What makes a reading; `replacesId` is the one that it corrects. */
export type NewReading = Pick<Reading, 'count' | 'at' | 'source' | 'reader' | 'evidenceUrl'> & {
  accountId: string;
  status: 'counted' | 'pending';
  replacesId?: string;
};

/** A count that a person read with their own eyes; `reader` tells people apart and nothing more. */
export interface Proposal {
  accountId: string;
  count: number;
  at: Date;
  reader: string;
  evidenceUrl: string | null;
}

/** `changedAccounts`: those whose counted readings are others than before, for campaigns to follow. */
export interface ReadingChange {
  reading: Reading;
  changedAccounts: string[];
}

export type ProposalFailure = ReadingProblem | { type: 'no-such-account' };
export type ReviewFailure = { type: 'not-found' } | { type: 'already-decided' };

/** Readings, by whomever they were taken. */
@Injectable()
export class Readings {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Adds a reading unless the same one is there already, which is then returned as it stands. */
  async record(manager: EntityManager, { accountId, replacesId, ...facts }: NewReading): Promise<Reading> {
    const account = { id: accountId };
    await manager
      .createQueryBuilder()
      .insert()
      .into(Reading)
      .values({ ...facts, id: newId(), account, replacesId: replacesId ?? null, createdAt: this.clock.now() })
      .orIgnore()
      .updateEntity(false)
      .execute();
    const { at, source, reader, count } = facts;
    const recorded = await manager.findOneByOrFail(Reading, { account, at, source, reader, count });
    if (replacesId !== undefined && replacesId !== recorded.id) {
      await manager.update(Reading, { id: replacesId }, { status: 'replaced' });
    }
    return recorded;
  }

  /** Keeps what a person read: pending until somebody else, on their own, read nearly the same; then both count. */
  async propose(proposal: Proposal): Promise<Result<ReadingChange, ProposalFailure>> {
    const checked = checkReading(proposal, this.clock.now());
    if (!checked.ok) return checked;
    return this.database.transaction(async (manager) => {
      if (!(await lockAccount(manager, proposal.accountId))) return fail({ type: 'no-such-account' });
      const reading = await this.record(manager, { ...proposal, source: 'manual', status: 'pending' });
      const other = reading.status === 'pending' ? await agreeing(manager, proposal) : null;
      if (other === null) return ok({ reading, changedAccounts: [] });
      await manager.update(Reading, [reading.id, other.id], { status: 'counted' });
      return ok({ reading: Object.assign(reading, { status: 'counted' }), changedAccounts: [proposal.accountId] });
    });
  }

  /** A moderator's word on a pending reading. */
  async decide(
    manager: EntityManager,
    readingId: string,
    decision: 'confirm' | 'reject',
  ): Promise<Result<ReadingChange, ReviewFailure>> {
    const reading = await lockReading(manager, readingId);
    if (reading === null) return fail({ type: 'not-found' });
    if (reading.status !== 'pending') return fail({ type: 'already-decided' });
    reading.status = decision === 'confirm' ? 'counted' : 'rejected';
    await manager.update(Reading, { id: readingId }, { status: reading.status });
    return ok({ reading, changedAccounts: decision === 'confirm' ? [reading.account.id] : [] });
  }

  /** Puts a reading right by another one, which counts at once; the wrong one stays in the table, as `replaced`. */
  async correct(
    manager: EntityManager,
    readingId: string,
    right: Omit<Proposal, 'accountId'>,
  ): Promise<Result<ReadingChange, ReviewFailure | ReadingProblem>> {
    const checked = checkReading(right, this.clock.now());
    if (!checked.ok) return checked;
    const wrong = await lockReading(manager, readingId);
    if (wrong === null) return fail({ type: 'not-found' });
    if (wrong.status !== 'counted' && wrong.status !== 'pending') return fail({ type: 'already-decided' });
    const accountId = wrong.account.id;
    const facts = { ...right, accountId, source: 'manual', status: 'counted' } as const;
    const reading = await this.record(manager, { ...facts, replacesId: readingId });
    // Going back to what was said before finds that reading again, with the status that it was given since.
    await manager.update(Reading, { id: reading.id }, { status: 'counted' });
    return ok({ reading: Object.assign(reading, { status: 'counted' }), changedAccounts: [accountId] });
  }
}

/** A reading of somebody else that says nearly the same: pending as well, or counted already. */
async function agreeing(manager: EntityManager, proposal: Proposal): Promise<Reading | null> {
  const near = Between(new Date(proposal.at.getTime() - DAY), new Date(proposal.at.getTime() + DAY));
  const account = { id: proposal.accountId };
  const others = await manager.find(Reading, {
    where: [
      { account, at: near, status: 'pending' },
      { account, at: near, status: 'counted' },
    ],
    // A moderator who decides on one of them at this moment goes first.
    lock: { mode: 'pessimistic_write' },
  });
  return corroborates(others, proposal);
}

/** Holds the account until the transaction ends, so that two people who agree at once do see each other. */
async function lockAccount(manager: EntityManager, id: string): Promise<boolean> {
  const lock = { mode: 'pessimistic_write' } as const;
  return (await manager.findOne(Account, { select: { id: true }, where: { id }, lock })) !== null;
}

async function lockReading(manager: EntityManager, id: string): Promise<Reading | null> {
  return manager.findOne(Reading, {
    where: { id },
    lock: { mode: 'pessimistic_write' },
    loadRelationIds: { relations: ['account'], disableMixedMap: true },
  });
}
