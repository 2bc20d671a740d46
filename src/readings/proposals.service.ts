import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Verdict } from '../domain/corroboration.ts';
import { HOUR } from '../domain/durations.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { Clock } from '../platform/clock.ts';
import { markDecided, pendingNear, settle, verdictOf, type ReadingClaim } from './claims.ts';
import { EvidenceStore, type Picture } from './evidence.service.ts';
import { moderatorText, readerText, type Reader } from './readers.ts';
import { checkReading, type ReadingProblem } from './reading-bounds.ts';
import { Reading } from './reading.entity.ts';
import { lockAccount, lockReading } from './reading-lock.ts';
import { Readings, type ReadingChange, type ReviewFailure } from './readings.service.ts';

/** A count that a person read with their own eyes. */
export interface SeenCount {
  accountId: string;
  count: number;
  at: Date;
  source: 'manual' | 'archive';
  /** A page of an archive. */
  evidenceUrl: string | null;
  picture: Picture | null;
}

export interface Proposal extends SeenCount {
  reader: Reader;
  /** The counts that the account is measured against in dares that run. */
  rivals: readonly number[];
}

export interface Proposed extends ReadingChange {
  verdict: Verdict;
}

export type ProposalFailure =
  | ReadingProblem
  | { type: 'no-such-account' }
  | { type: 'no-evidence' }
  /** So many wait for a moderator already, of this person or of all, that one more would not help. */
  | { type: 'enough-of-yours' | 'enough-for-now' };

/** A second look of the same person within this time puts the first one right. */
const SECOND_LOOK = HOUR;
/** Numbers that wait on one account: of one person, and of all who came without an invitation. */
const MOST_OF_ONE = 4;
const MOST_OF_STRANGERS = 12;

const WAITING = `SELECT reader FROM reading WHERE account_id = $1 AND status = 'pending' AND NOT id = ANY($2)`;

/** Numbers that people read, until they count or do not. */
@Injectable()
export class Proposals {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly readings: Readings,
    private readonly evidence: EvidenceStore,
  ) {}

  /** Keeps what a person read, and lets it count at once when the rules of corroboration say so. */
  async propose(proposal: Proposal): Promise<Result<Proposed, ProposalFailure>> {
    const checked = checkReading(proposal, this.clock.now());
    if (!checked.ok) return checked;
    if (proposal.reader.kind === 'stranger' && proposal.evidenceUrl === null && proposal.picture === null) {
      return fail({ type: 'no-evidence' });
    }
    const { accountId, at, rivals } = proposal;
    return this.database.transaction(async (manager) => {
      if (!(await lockAccount(manager, accountId))) return fail({ type: 'no-such-account' });
      const former = await formerOf(manager, proposal);
      const verdict = await verdictOf(manager, accountId, claimOf(proposal), rivals);
      const full = verdict.type === 'counts' ? null : await whyFull(manager, proposal, former);
      if (full !== null) return fail(full);
      const reading = await this.readings.record(manager, { ...this.factsOf(proposal), reader: readerText(proposal.reader), status: 'pending' });
      for (const { id } of former) await this.takeBack(manager, id);
      const counting = await settle(manager, accountId, at, rivals);
      if (counting.includes(reading.id)) reading.status = 'counted';
      return ok({ reading, verdict, changedAccounts: counting.length > 0 ? [accountId] : [] });
    });
  }

  /** A moderator's word on a pending reading; what waited for it is settled too. */
  async decide(
    manager: EntityManager,
    readingId: string,
    decision: 'confirm' | 'reject',
    rivals: readonly number[],
  ): Promise<Result<ReadingChange, ReviewFailure>> {
    const reading = await lockReading(manager, readingId);
    if (reading === null) return fail({ type: 'not-found' });
    if (reading.status !== 'pending') return fail({ type: 'already-decided' });
    await markDecided(manager, reading, decision === 'confirm' ? 'counted' : 'rejected');
    if (decision === 'reject') await this.evidence.drop(manager, readingId);
    const counting = await settle(manager, reading.account.id, reading.at, rivals);
    const changed = decision === 'confirm' || counting.length > 0;
    return ok({ reading, changedAccounts: changed ? [reading.account.id] : [] });
  }

  /** A number that a moderator read, which counts at once. */
  async tell(
    manager: EntityManager,
    seen: SeenCount,
    { staffId, rivals }: { staffId: string; rivals: readonly number[] },
  ): Promise<Result<ReadingChange, ReadingProblem | { type: 'no-such-account' }>> {
    const checked = checkReading(seen, this.clock.now());
    if (!checked.ok) return checked;
    if (!(await lockAccount(manager, seen.accountId))) return fail({ type: 'no-such-account' });
    const reading = await this.readings.record(manager, { ...this.factsOf(seen), reader: moderatorText(staffId), status: 'counted' });
    await settle(manager, seen.accountId, seen.at, rivals);
    return ok({ reading, changedAccounts: [seen.accountId] });
  }

  /** Forgets the picture of a reading, whatever else it shows; false: there is none. */
  async eraseEvidence(manager: EntityManager, readingId: string): Promise<boolean> {
    const reading = await manager.findOne(Reading, { where: { id: readingId }, relations: { evidence: true } });
    if (!reading?.evidence) return false;
    await manager.remove(reading.evidence);
    return true;
  }

  private factsOf({ accountId, count, at, source, evidenceUrl, picture }: SeenCount) {
    const url = evidenceUrl ?? (picture && this.evidence.urlOf(picture));
    return { accountId, count, at, source, evidenceUrl: url, evidenceId: picture?.id ?? null };
  }

  private async takeBack(manager: EntityManager, id: string): Promise<void> {
    await manager.update(Reading, { id }, { status: 'replaced' });
    await this.evidence.drop(manager, id);
  }
}

/** Whoever looks again has seen better: what they said a moment ago need not wait any more. */
async function formerOf(manager: EntityManager, { accountId, at, count, reader }: Proposal): Promise<ReadingClaim[]> {
  const near = await pendingNear(manager, accountId, at);
  return near.filter(({ names, ...claim }) => {
    const away = Math.abs(claim.at.getTime() - at.getTime());
    return names.some((name) => reader.names.includes(name)) && away <= SECOND_LOOK && (claim.count !== count || away > 0);
  });
}

/** As it will be once it is recorded. */
function claimOf({ count, at, reader, picture }: Proposal): ReadingClaim {
  return { id: '', count, at, names: reader.names, picture: picture?.id ?? null, trusted: false, status: 'pending', reader: '' };
}

async function whyFull(manager: EntityManager, { accountId, reader }: Proposal, former: readonly ReadingClaim[]): Promise<ProposalFailure | null> {
  const waiting = await manager.query<{ reader: string }[]>(WAITING, [accountId, former.map(({ id }) => id)]);
  const own = waiting.filter((row) => reader.names.some((name) => row.reader.split(' ').includes(`#${name}`)));
  if (own.length >= MOST_OF_ONE) return { type: 'enough-of-yours' };
  const strangers = waiting.filter((row) => row.reader.startsWith('stranger '));
  return reader.kind === 'stranger' && strangers.length >= MOST_OF_STRANGERS ? { type: 'enough-for-now' } : null;
}
