import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { KnownKey } from './known-key.entity.ts';
import { Prepared, Selected } from './prepared.ts';

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await openTestDatabase();
  dataSource = database.dataSource;
});
afterAll(() => database.close());

test('a statement is asked on all connections at once, and answers each with its own', async () => {
  const statement = new Prepared('SELECT $1::int AS n');
  const answers = await Promise.all(Array.from({ length: 300 }, (_, n) => statement.rows(dataSource, [n])));
  answers.forEach((rows, n) => expect(rows).toEqual([{ n }]));
});

test('a statement that failed can be asked again', async () => {
  const statement = new Prepared('SELECT 10 / $1::int AS n');
  for (let time = 0; time < 20; time += 1) {
    await expect(statement.rows(dataSource, [0])).rejects.toThrow('division by zero');
    expect(await statement.rows(dataSource, [5])).toEqual([{ n: 2 }]);
  }
});

test('an entity of a row that was selected by hand is the one that TypeORM reads', async () => {
  await dataSource.getRepository(KnownKey).insert({ id: 'abc', state: 'old', since: new Date('2026-11-28T02:00:00Z') });
  const known = new Selected(dataSource, KnownKey, 'known');
  const statement = new Prepared(`SELECT ${known.columns} FROM (VALUES (1)) AS one LEFT JOIN known_key known ON known.id = $1`);
  const [row = {}] = await statement.rows(dataSource, ['abc']);
  expect(known.of(row)).toEqual(await dataSource.getRepository(KnownKey).findOneBy({ id: 'abc' }));
  const [none = {}] = await statement.rows(dataSource, ['xyz']);
  expect(known.maybeOf(none)).toBeNull();
});
