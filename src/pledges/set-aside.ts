import type { EntityManager } from 'typeorm';
import { STANDING_STATES } from '../domain/pledge-lifecycle.ts';
import type { PledgeBlock } from './pledge-block.entity.ts';
import type { PledgeCrowd } from './pledge-crowd.entity.ts';

/** Which pledges of a crowd are set aside: those by typing alone, which count again once shown to be real, or all of them. */
export const SET_ASIDE_SCOPES = ['unproven', 'all'] as const;
export type SetAsideScope = (typeof SET_ASIDE_SCOPES)[number];

const CROWD = `
  UPDATE pledge SET counts = false, set_aside_id = $1, changed_at = $2
  WHERE campaign_id = $3 AND host_hash = ANY($4) AND created_at > $5 AND counts
    AND ($6 OR (confirmed_at IS NULL AND kept_at IS NULL))
  RETURNING id`;

const BLOCKED = `
  UPDATE pledge SET counts = false, set_aside_id = $1, changed_at = $2
  WHERE counts AND (handle_hash = $3 OR host_hash = $3)
  RETURNING id`;

/** Those that were withdrawn or forgotten meanwhile stay so, and those that another decision holds are not its own. */
const BACK = `
  UPDATE pledge SET counts = true, set_aside_id = NULL, changed_at = $2
  WHERE set_aside_id = $1 AND state = ANY($3)
  RETURNING id`;

/** Sets aside what the servers of a crowd brought since it began, within the decision of which this is part; how many they are. */
export async function setCrowdAside(
  manager: EntityManager,
  crowd: PledgeCrowd,
  hostHashes: readonly string[],
  scope: SetAsideScope,
  at: Date,
): Promise<number> {
  const { id, campaign, fromAt } = crowd;
  return touched(manager, CROWD, [id, at, campaign.id, hostHashes, fromAt, scope === 'all']);
}

/** Sets aside what came in a name or from a server that is blocked now. */
export async function setBlockedAside(manager: EntityManager, { id, hash }: Pick<PledgeBlock, 'id' | 'hash'>, at: Date): Promise<number> {
  return touched(manager, BLOCKED, [id, at, hash]);
}

/** Undoes what was set aside by the crowd or block of this id. */
export async function takeBack(manager: EntityManager, id: string, at: Date): Promise<number> {
  return touched(manager, BACK, [id, at, [...STANDING_STATES]]);
}

async function touched(manager: EntityManager, statement: string, parameters: unknown[]): Promise<number> {
  // TypeORM answers an UPDATE with its rows and their number.
  const [, n] = await manager.query<[unknown[], number]>(statement, parameters);
  return n;
}
