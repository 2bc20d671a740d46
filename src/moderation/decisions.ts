import type { DataSource, EntityManager, QueryDeepPartialEntity } from 'typeorm';
import { v7 as newId } from 'uuid';
import type { Failed, Result } from '../domain/result.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { Claim } from './claim.entity.ts';
import { Decision, type DecisionSubject } from './decision.entity.ts';

/** A decision about to be written into the log. */
export interface NewDecision {
  by: Pick<StaffMember, 'id'>;
  subject: DecisionSubject;
  subjectId: string;
  action: string;
  reason: string | null;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  at: Date;
}

/** Undoes the transaction; turned back into the failure that it carries. */
class Refused extends Error {
  constructor(readonly failed: Failed<unknown>) {
    super('refused');
  }
}

/** Runs `work` in a transaction that a failure undoes, so that nothing is left of a refused decision. */
export async function decideWhole<T, E>(
  database: DataSource,
  work: (manager: EntityManager) => Promise<Result<T, E>>,
): Promise<Result<T, E>> {
  try {
    return await database.transaction(async (manager) => {
      const result = await work(manager);
      if (!result.ok) throw new Refused(result);
      return result;
    });
  } catch (error) {
    if (error instanceof Refused) return error.failed as Failed<E>;
    throw error;
  }
}

/** Writes the log, and lets go of the claim: there is nothing left to look at. */
export async function record(manager: EntityManager, { by, ...decision }: NewDecision): Promise<void> {
  const row = manager.create(Decision, { id: newId(), staff: { id: by.id }, ...decision });
  // TypeORM's type for inserts wants to know what is inside of a JSON column.
  await manager.insert(Decision, row as QueryDeepPartialEntity<Decision>);
  await manager.delete(Claim, { subjectId: decision.subjectId });
}
