import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { DAY, HOUR, MINUTE } from '../domain/durations.ts';
import type { ReadingStatus } from './reading.entity.ts';
import { ReadingsQuery } from './readings.query.ts';

const START = new Date('2023-08-30T08:00:00Z');
const SPAN = 100;

let database: TestDatabase;
let query: ReadingsQuery;
let account: string;
let other: string;

beforeAll(async () => {
  database = await openTestDatabase();
  query = new ReadingsQuery(database.dataSource);
  const campaign = await addCampaign(database.dataSource, { now: START });
  account = campaign.fediverseAccount?.id ?? '';
  other = campaign.xAccount?.id ?? '';
});
afterAll(() => database.close());
beforeEach(() => database.dataSource.query('TRUNCATE reading'));

const after = (milliseconds: number): Date => new Date(START.getTime() + milliseconds);

/** Adds a reading for each offset from the start, in milliseconds; its count is its place in the list. */
async function add(offsets: readonly number[], status: ReadingStatus = 'counted', accountId = account): Promise<void> {
  await database.dataSource.query(
    `INSERT INTO reading (id, account_id, at, count, source, evidence_url, reader, status, created_at)
     SELECT gen_random_uuid(), $1, at, place, 'network', NULL, '', $3, at
     FROM unnest($2::timestamptz[]) WITH ORDINALITY AS given (at, place)`,
    [accountId, offsets.map(after), status],
  );
}

describe('the latest reading', () => {
  test('is the last that counts, beside what was known a day before', async () => {
    await add([0, HOUR, DAY, DAY + HOUR, DAY + 2 * HOUR]);
    await add([3 * DAY], 'pending');
    await add([3 * DAY + 1], 'rejected');
    const latest = await query.latest([account, other]);
    expect([...latest.keys()]).toEqual([account]);
    expect(latest.get(account)).toEqual({
      id: expect.any(String),
      number: 5,
      at: after(DAY + 2 * HOUR),
      count: 5,
      source: 'network',
      evidenceUrl: null,
      dayBefore: { at: after(HOUR), count: 2 },
    });
  });

  test('has nothing beside it in the first 24 hours', async () => {
    await add([0, DAY - 1]);
    expect((await query.latest([account])).get(account)).toMatchObject({ count: 2, dayBefore: null });
  });

  test('is the one that was the latest at a moment of the past', async () => {
    await add([0, HOUR, 2 * HOUR]);
    expect((await query.latest([account], after(HOUR))).get(account)).toMatchObject({ count: 2 });
    expect(await query.latest([account], after(-1))).toEqual(new Map());
  });

  test('of nothing is nothing', async () => {
    expect(await query.latest([])).toEqual(new Map());
  });

  test('of several moments is told for each, in the order in which it was asked', async () => {
    await add([0, HOUR, 2 * HOUR]);
    const asked = [after(HOUR), null, after(-1), after(0)].map((until) => ({ accountId: account, until }));
    const found = await query.latestAt([...asked, { accountId: other, until: null }]);
    expect(found.map((reading) => reading?.count ?? null)).toEqual([2, 3, null, 1, null]);
  });
});

describe('a series', () => {
  test('is the first reading and the last of each part', async () => {
    await add([0, 10, 20, 29, 30, 31, 60, 90, 99].map((minutes) => minutes * MINUTE));
    await add([95 * MINUTE], 'pending');
    await add([50 * MINUTE], 'counted', other);
    const series = await query.series(account, { from: START, to: after(90 * MINUTE), points: 3 });
    expect(series.map(({ at }) => (at.getTime() - START.getTime()) / MINUTE)).toEqual([0, 30, 60, 90]);
    expect(series[1]).toMatchObject({ count: 5, source: 'network', evidenceUrl: null });
  });

  test('goes from the very first reading when no beginning is asked for', async () => {
    await add([0, 1, 50, 100].map((hours) => hours * HOUR));
    const series = await query.series(account, { from: null, to: after(100 * HOUR), points: 2 });
    expect(series.map(({ count }) => count)).toEqual([1, 3, 4]);
  });

  test('has parts of one length, also where clocks change between them', async () => {
    const offsets = [0, 50 * DAY - 30 * MINUTE, 51 * DAY, 100 * DAY];
    await add(offsets);
    const series = await database.dataSource.transaction(async (manager) => {
      await manager.query(`SET LOCAL timezone = 'Europe/Paris'`);
      // Only a query within this transaction sees its time zone.
      const inParis = new ReadingsQuery(manager as unknown as DataSource);
      return inParis.series(account, { from: START, to: after(100 * DAY), points: 10 });
    });
    expect(series.map(({ at }) => at)).toEqual(offsets.map(after));
  });

  test.each([
    [[], null],
    [[], START],
    [[5 * HOUR], START],
  ])('of %j from %j on before there is any is empty', async (offsets, from) => {
    await add(offsets);
    expect(await query.series(account, { from, to: after(HOUR), points: 5 })).toEqual([]);
  });

  test('of one reading is that reading', async () => {
    await add([HOUR]);
    expect(await query.series(account, { from: null, to: after(HOUR), points: 5 })).toHaveLength(1);
  });

  test('is the same alone and among others', async () => {
    await add([0, 10, 20, 30].map((minutes) => minutes * MINUTE));
    await add([5, 25].map((minutes) => minutes * MINUTE), 'counted', other);
    const ranges = [
      { accountId: other, from: null, to: after(HOUR), points: 4 },
      { accountId: account, from: START, to: after(HOUR), points: 3 },
      { accountId: other, from: after(HOUR), to: after(2 * HOUR), points: 4 },
      { accountId: account, from: null, to: after(15 * MINUTE), points: 1 },
    ];
    const alone = await Promise.all(ranges.map(({ accountId, ...range }) => query.series(accountId, range)));
    expect(alone.map(({ length }) => length)).toEqual([2, 3, 0, 2]);
    expect(await query.seriesOf(ranges)).toEqual(alone);
  });

  test('of any readings holds the first, and the last of each part, and nothing else', async () => {
    const offsets = fc.uniqueArray(fc.integer({ min: -20, max: SPAN + 20 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(offsets, fc.constantFrom(1, 2, 4, 5, 10, 20, 50), async (minutes, points) => {
        await database.dataSource.query('TRUNCATE reading');
        await add(minutes.map((minute) => minute * MINUTE));
        const series = await query.series(account, { from: START, to: after(SPAN * MINUTE), points });
        const found = series.map(({ at }) => (at.getTime() - START.getTime()) / MINUTE);
        expect(found).toEqual(thinned(minutes, SPAN / points));
      }),
      { numRuns: 60 },
    );
  });
});

/** What a series should be, said in another way: the minutes of each part of `length` minutes, up to its end. */
function thinned(minutes: readonly number[], length: number): number[] {
  const inside = minutes.filter((minute) => minute >= 0 && minute <= SPAN).sort((a, b) => a - b);
  const lastOfPart = new Map(inside.map((minute) => [Math.ceil(minute / length), minute]));
  return [...new Set([...inside.slice(0, 1), ...lastOfPart.values()])].sort((a, b) => a - b);
}

async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('all readings', () => {
  test('come in order of time, page after page, and none twice', async () => {
    await add(Array.from({ length: 2_500 }, (_, index) => (index % 1_300) * MINUTE));
    await add([MINUTE], 'rejected');
    const all = await listOf(query.all(account, null, null));
    expect(all).toHaveLength(2_500);
    expect(new Set(all.map(({ id }) => id)).size).toBe(2_500);
    expect(all.every(({ at }, index) => index === 0 || at >= (all[index - 1]?.at ?? at))).toBe(true);
  });

  test('are cut at both ends, which belong to them', async () => {
    await add([0, 1, 2, 3, 4].map((hours) => hours * HOUR));
    const some = await listOf(query.all(account, after(HOUR), after(3 * HOUR)));
    expect(some.map(({ count }) => count)).toEqual([2, 3, 4]);
  });

  test('are read to the end even when times are finer than a millisecond', async () => {
    await database.dataSource.query(
      `INSERT INTO reading (id, account_id, at, count, source, reader, status, created_at)
       SELECT gen_random_uuid(), $1, $2::timestamptz + n * interval '1 microsecond', n, 'network', '', 'counted', $2
       FROM generate_series(1, 2000) AS n`,
      [account, START],
    );
    expect(await listOf(query.all(account, null, null))).toHaveLength(2_000);
  });
});
