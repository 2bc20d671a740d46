import type { EntityManager } from 'typeorm';
import { Account } from '../institutions/account.entity.ts';
import { Reading } from './reading.entity.ts';

/** Holds the account until the transaction ends, so that two people who change its readings at once do see each other. */
export async function lockAccount(manager: EntityManager, id: string): Promise<boolean> {
  const lock = { mode: 'pessimistic_write' } as const;
  return (await manager.findOne(Account, { select: { id: true }, where: { id }, lock })) !== null;
}

/** Holds a reading and, before it, its account: everyone takes the two in this order. Null for no such reading. */
export async function lockReading(manager: EntityManager, id: string): Promise<Reading | null> {
  const find = { where: { id }, loadRelationIds: { relations: ['account'], disableMixedMap: true } };
  const known = await manager.findOne(Reading, find);
  if (known === null) return null;
  await lockAccount(manager, known.account.id);
  return manager.findOne(Reading, { ...find, lock: { mode: 'pessimistic_write' } });
}
