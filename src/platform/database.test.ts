import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { SCHEMA } from '../schema.ts';
import { migrate, openDatabase, runAlone, schemaDrift } from './database.ts';

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await openTestDatabase();
  dataSource = database.dataSource;
});
afterAll(() => database.close());

test('entities and migrations agree', async () => {
  expect(await schemaDrift(dataSource)).toEqual([]);
});

test('migrating twice at once changes nothing', async () => {
  await Promise.all([migrate(dataSource), migrate(dataSource)]);
  const rows = await dataSource.query('SELECT name FROM migration');
  expect(rows).toHaveLength(SCHEMA.migrations.length);
});

test('answers of clients that ask at the same time are not mixed up', async () => {
  const answers = await Promise.all(
    Array.from({ length: 300 }, (_, index) => dataSource.query('SELECT $1::int AS n, $2::text AS t', [index, `t${index}`])),
  );
  answers.forEach((rows, index) => expect(rows).toEqual([{ n: index, t: `t${index}` }]));
});

test('transactions that run at the same time do not see each other', async () => {
  await dataSource.query('CREATE TABLE purse (owner int PRIMARY KEY, coins int)');
  const attempts = Array.from({ length: 40 }, (_, owner) =>
    dataSource.transaction(async (manager) => {
      await manager.query('INSERT INTO purse VALUES ($1, 1)', [owner]);
      if (owner % 2 === 1) throw new Error('undone');
      await manager.query('UPDATE purse SET coins = coins + 1 WHERE owner = $1', [owner]);
    }),
  );
  await Promise.allSettled(attempts);
  const [row] = await dataSource.query('SELECT count(*)::int AS owners, sum(coins)::int AS coins FROM purse');
  expect(row).toEqual({ owners: 20, coins: 40 });
});

test('a statement that fails leaves its connection usable', async () => {
  await expect(dataSource.query('SELECT nonsense')).rejects.toThrow('nonsense');
  expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('work that must run alone does not run twice at once', async () => {
  let inside = 0;
  const work = async () => {
    inside += 1;
  };
  expect(await runAlone(dataSource, 7, work)).toBe(true);
  expect(inside).toBe(1);
});

test('a database that does not answer is a failure, not a reason to use another', async () => {
  const opened = await openDatabase({ databaseUrl: 'postgres://127.0.0.1:1/none', dataDirectory: '' }, SCHEMA);
  expect(opened).toMatchObject({ ok: false, error: { type: 'unreachable' } });
});
