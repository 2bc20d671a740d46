import type { EntityManager } from 'typeorm';
import { judge, WINDOW, type Known, type Verdict } from '../domain/corroboration.ts';
import { Reading, type ReadingStatus } from './reading.entity.ts';
import { isTrusted, namelessText, readerOf, TRUSTED } from './readers.ts';

/** A reading as the rules of corroboration see it. */
export type ReadingClaim = Known & { readonly id: string; readonly status: ReadingStatus; readonly reader: string };

/** What a claim is held against. */
export interface Surroundings {
  pending: ReadingClaim[];
  counted: ReadingClaim[];
}

type Row = Pick<ReadingClaim, 'id' | 'at' | 'reader' | 'status' | 'picture'> & { count: string };

const COLUMNS = 'id, at, count, reader, status, evidence_id AS picture';

const PENDING = `
  SELECT ${COLUMNS} FROM reading WHERE account_id = $1 AND status = 'pending' AND at BETWEEN $2 AND $3 ORDER BY at, id`;

const ALL_PENDING = `SELECT ${COLUMNS} FROM reading WHERE account_id = $1 AND status = 'pending' ORDER BY at, id`;

const WAITED_FOR = `SELECT DISTINCT account_id AS id FROM reading WHERE account_id = ANY($1) AND status = 'pending' ORDER BY 1`;

/** Readings around a moment, the last one of each day of the month before, and the last one that is trusted. */
const COUNTED = `
  (SELECT ${COLUMNS} FROM reading WHERE account_id = $1 AND status = 'counted' AND at <= $2 ORDER BY at DESC LIMIT 30)
  UNION
  (SELECT ${COLUMNS} FROM reading WHERE account_id = $1 AND status = 'counted' AND at > $2 ORDER BY at LIMIT 30)
  UNION
  (SELECT ${COLUMNS} FROM reading WHERE account_id = $1 AND status = 'counted' AND at <= $2 AND ${TRUSTED} ORDER BY at DESC LIMIT 1)
  UNION
  SELECT last.* FROM generate_series(0, 30) AS day CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM reading
    WHERE account_id = $1 AND status = 'counted' AND at <= $2::timestamptz - day * interval '1 day'
    ORDER BY at DESC LIMIT 1) last`;

/** All that decides about a claim on an account at a moment. */
export async function surroundings(manager: EntityManager, accountId: string, at: Date): Promise<Surroundings> {
  const [pending, counted] = [await pendingNear(manager, accountId, at), await manager.query<Row[]>(COUNTED, [accountId, at])];
  return { pending, counted: counted.map(claimOf) };
}

/** The claims on an account that wait, within a day of a moment. */
export async function pendingNear(manager: EntityManager, accountId: string, at: Date): Promise<ReadingClaim[]> {
  const [from, to] = [new Date(at.getTime() - WINDOW), new Date(at.getTime() + WINDOW)];
  const rows = await manager.query<Row[]>(PENDING, [accountId, from, to]);
  return rows.map(claimOf);
}

/** What becomes of one claim; `rivals` as for {@link judge}. */
export async function verdictOf(
  manager: EntityManager,
  accountId: string,
  claim: ReadingClaim,
  rivals: readonly number[],
): Promise<Verdict<ReadingClaim>> {
  return judge(claim, await surroundings(manager, accountId, claim.at), rivals);
}

/**
 * Lets those claims count that may, now that something changed around `at`; the account must be locked. All are judged
 * before any counts, so that it matters not who was first.
 */
export async function settle(manager: EntityManager, accountId: string, at: Date, rivals: readonly number[]): Promise<string[]> {
  return settleThese(manager, accountId, await pendingNear(manager, accountId, at), rivals);
}

/** As {@link settle}, for all that waits on an account: readings of any time may have come, as by an import. */
export async function settleAll(manager: EntityManager, accountId: string, rivals: readonly number[]): Promise<string[]> {
  const rows = await manager.query<Row[]>(ALL_PENDING, [accountId]);
  return settleThese(manager, accountId, rows.map(claimOf), rivals);
}

/** Those of these accounts on which claims wait. */
export async function waitedFor(manager: EntityManager, accountIds: readonly string[]): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(WAITED_FOR, [accountIds]);
  return rows.map(({ id }) => id);
}

async function settleThese(
  manager: EntityManager,
  accountId: string,
  claims: readonly ReadingClaim[],
  rivals: readonly number[],
): Promise<string[]> {
  const counting: string[] = [];
  for (const claim of claims) {
    const verdict = await verdictOf(manager, accountId, claim, rivals);
    if (verdict.type === 'counts') counting.push(claim.id);
  }
  for (const id of counting) await manager.update(Reading, { id }, { status: 'counted' });
  return counting;
}

/** Sets what a moderator said of a reading, whose reader need not be known any more. */
export async function markDecided(manager: EntityManager, reading: Reading, status: 'counted' | 'rejected'): Promise<void> {
  reading.status = status;
  reading.reader = namelessText(reading.reader, reading.id, status === 'counted' ? 'checked' : 'forgotten');
  await manager.update(Reading, { id: reading.id }, { status, reader: reading.reader });
}

function claimOf({ count, ...row }: Row): ReadingClaim {
  return { ...row, count: Number(count), names: readerOf(row.reader)?.names ?? [], trusted: isTrusted(row.reader) };
}
