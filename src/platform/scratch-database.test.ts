import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { migrate, schemaDrift } from './database.ts';
import { emptyScratch, markScratch, scratchState } from './scratch-database.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

test('a database that nobody marked is never emptied', async () => {
  const { dataSource } = database;
  await dataSource.query(`INSERT INTO secret VALUES ('key', 'value')`);
  expect(await scratchState(dataSource)).toBe('in-use');
  await expect(emptyScratch(dataSource)).rejects.toThrow('may not be emptied');
  expect(await dataSource.query('SELECT name FROM secret')).toHaveLength(1);
});

test('a marked one is emptied to nothing, and can be migrated again', async () => {
  const { dataSource } = database;
  await dataSource.query(`INSERT INTO secret VALUES ('key', 'value')`);
  await markScratch(dataSource);
  expect(await scratchState(dataSource)).toBe('scratch');

  await emptyScratch(dataSource);
  expect(await scratchState(dataSource)).toBe('empty');
  await migrate(dataSource);
  expect(await schemaDrift(dataSource)).toEqual([]);
  expect(await dataSource.query('SELECT name FROM secret')).toEqual([]);
  expect(await scratchState(dataSource)).toBe('in-use');
});
