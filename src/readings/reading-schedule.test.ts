import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { HOUR, MINUTE } from '../domain/durations.ts';
import { Account } from '../institutions/account.entity.ts';
import { createLog } from '../platform/log.ts';
import { Queue } from '../platform/queue.ts';
import { ReadingSchedule, TAKE_READING_QUEUE } from './reading-schedule.service.ts';

const NOW = new Date('2023-09-02T10:00:00Z');
const ACCOUNTS = 7;

let database: TestDatabase;
let queue: Queue;
let schedule: ReadingSchedule;
let ids: string[];

beforeAll(async () => {
  database = await openTestDatabase();
  queue = new Queue(database.dataSource, createLog('silent'));
  await queue.start([TAKE_READING_QUEUE]);
  // The first job of a queue looks its queue up on a connection of its own, which no transaction may wait for.
  await queue.send(TAKE_READING_QUEUE, {});
  schedule = new ReadingSchedule(database.dataSource, queue);
});
afterAll(async () => {
  await queue.stop();
  await database.close();
});

beforeEach(async () => {
  await database.dataSource.query('TRUNCATE institution CASCADE');
  await database.dataSource.query('DELETE FROM pgboss.job');
  ids = [];
  for (let index = 0; index < ACCOUNTS; index += 1) {
    const seed = { fediverse: `a${index}@social.example`, now: NOW };
    const { fediverseAccount } = await addCampaign(database.dataSource, seed);
    ids.push(fediverseAccount?.id ?? '');
  }
});

async function sent(): Promise<string[]> {
  const rows = await database.dataSource.query<{ id: string }[]>(`SELECT data->>'accountId' AS id FROM pgboss.job`);
  return rows.map(({ id }) => id).sort();
}

async function planAll(at: Date): Promise<void> {
  for (const id of ids) await schedule.plan(id, at);
}

test('an account that nobody planned, or that is planned for later, is not due', async () => {
  await schedule.plan(ids[0] ?? '', new Date(NOW.getTime() + 1));
  expect(await schedule.claimDue(NOW, 10)).toBe(0);
  expect(await sent()).toEqual([]);
});

test('accounts that are due are sent once, the longest due first', async () => {
  await planAll(NOW);
  await schedule.plan(ids[3] ?? '', new Date(NOW.getTime() - HOUR));
  expect(await schedule.claimDue(NOW, 1)).toBe(1);
  expect(await sent()).toEqual([ids[3]]);
  expect(await schedule.claimDue(NOW, 100)).toBe(ACCOUNTS - 1);
  expect(await schedule.claimDue(NOW, 100)).toBe(0);
  expect(await sent()).toEqual(ids.toSorted());
});

test('workers that look at the same time share the accounts', async () => {
  await planAll(NOW);
  const claimed = await Promise.all(Array.from({ length: 4 }, () => schedule.claimDue(NOW, 3)));
  expect(claimed.reduce((sum, each) => sum + each, 0)).toBe(ACCOUNTS);
  expect(await sent()).toEqual(ids.toSorted());
});

test('an account whose worker died is due again later', async () => {
  await schedule.plan(ids[0] ?? '', NOW);
  await schedule.claimDue(NOW, 10);
  const { nextReadingAt } = await database.dataSource.getRepository(Account).findOneByOrFail({ id: ids[0] ?? '' });
  expect(nextReadingAt?.getTime()).toBeGreaterThan(NOW.getTime() + MINUTE);
  expect(await schedule.claimDue(nextReadingAt ?? NOW, 10)).toBe(1);
});

test('an account that is planned no more is never due', async () => {
  await schedule.plan(ids[0] ?? '', NOW);
  await schedule.plan(ids[0] ?? '', null);
  expect(await schedule.claimDue(NOW, 10)).toBe(0);
});

test('a plan is part of the transaction it is made in', async () => {
  await expect(
    database.dataSource.transaction(async (manager) => {
      await schedule.plan(ids[0] ?? '', NOW, manager);
      throw new Error('undone');
    }),
  ).rejects.toThrow('undone');
  expect(await schedule.claimDue(NOW, 10)).toBe(0);
});
