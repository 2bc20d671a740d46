import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DataSource, EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { DAY, HOUR } from '../domain/durations.ts';
import { SettableClock } from '../platform/clock.ts';
import { compareChains } from './chain-comparison.ts';
import { READING_SOURCES, READING_STATUSES } from './reading.entity.ts';
import { ReadingsChain } from './readings-chain.query.ts';
import { ReadingsFile } from './readings-file.service.ts';
import { ReadingsQuery } from './readings.query.ts';
import { Thinning, type WhatStands } from './thinning.service.ts';

const START = new Date('2023-09-01T00:00:00Z');
/** The day on which the first hours are old enough. */
const LATER = new Date(START.getTime() + 91 * DAY);
const nothing: WhatStands = () => Promise.resolve({ instants: [], calendars: [] });

let database: TestDatabase;
let file: ReadingsFile;
let accounts: string[];

beforeAll(async () => {
  database = await openTestDatabase();
  const { dataSource } = database;
  file = new ReadingsFile(dataSource, new ReadingsQuery(dataSource), new ReadingsChain(dataSource), new SettableClock(LATER));
});
afterAll(() => database.close());
beforeEach(() => empty());

async function empty(): Promise<void> {
  await database.dataSource.query('TRUNCATE institution CASCADE');
  const campaign = await addCampaign(database.dataSource, { now: START });
  accounts = [campaign.fediverseAccount?.id ?? '', campaign.xAccount?.id ?? ''].toSorted();
}

interface Given {
  account: number;
  hour: number;
  count: number;
  source: string;
  status: string;
  /** Corrects the reading before it. */
  corrects: boolean;
}

const hourly = (hours: number[], account = 0): Given[] =>
  hours.map((hour) => ({ account, hour, count: hour, source: 'network', status: 'counted', corrects: false }));

/** Adds readings one after the other, as they come to be known. */
async function add(given: readonly Given[]): Promise<void> {
  const before = new Map<number, string>();
  const rows = given.map(({ account, hour, corrects, ...rest }) => {
    const row = { id: newId(), account: accounts[account], at: new Date(START.getTime() + hour * HOUR), ...rest };
    const replaces = corrects ? (before.get(account) ?? null) : null;
    before.set(account, row.id);
    return { ...row, replaces };
  });
  for (const part of [rows.filter(({ replaces }) => replaces === null), rows.filter(({ replaces }) => replaces !== null)]) {
    await database.dataSource.query(
      `INSERT INTO reading (id, account_id, at, count, source, reader, status, replaces_id, created_at)
       SELECT id, account, at, count, source, '', status, replaces, now()
       FROM jsonb_to_recordset($1::jsonb) AS given
         (id uuid, account uuid, at timestamptz, count bigint, source text, status text, replaces uuid)
       WHERE replaces IS NULL OR EXISTS (SELECT FROM reading WHERE reading.id = replaces)
       ON CONFLICT DO NOTHING`,
      [JSON.stringify(part)],
    );
  }
  await database.dataSource.query(
    `UPDATE reading SET status = 'replaced' WHERE id IN (SELECT replaces_id FROM reading) AND source <> 'network'`,
  );
}

async function exported(): Promise<string> {
  let text = '';
  for await (const chunk of file.exportChain(null)) text += chunk;
  return text;
}

/** Every row of a query as text, in order. */
async function rows(sql: string): Promise<string[]> {
  const found = await database.dataSource.query<{ row: string }[]>(`SELECT found::text AS row FROM (${sql}) found ORDER BY 1`);
  return found.map(({ row }) => row);
}

/** The last counted reading of each day: what a series of days shows. */
const DAYS = `SELECT DISTINCT ON (account_id, date_trunc('day', at, 'UTC')) account_id, at, count
  FROM reading WHERE status = 'counted' ORDER BY account_id, date_trunc('day', at, 'UTC'), at DESC, number DESC`;
const BY_PEOPLE = `SELECT * FROM reading WHERE source <> 'network' OR status <> 'counted' OR replaces_id IS NOT NULL
  OR id IN (SELECT replaces_id FROM reading)`;
const ALL = 'SELECT number, account_id FROM reading';

async function hoursLeft(account = 0): Promise<number[]> {
  const left = await database.dataSource.query<{ at: Date }[]>('SELECT at FROM reading WHERE account_id = $1 ORDER BY at', [accounts[account]]);
  return left.map(({ at }) => (at.getTime() - START.getTime()) / HOUR);
}

function thin(now = LATER, stands = nothing): Promise<number> {
  return new Thinning(database.dataSource).thin(now, stands);
}

describe('of readings that are 90 days old', () => {
  test('the last one of each day stays, and all that came since', async () => {
    await add(hourly([0, 1, 22, 23, 24, 30, 31, 91 * 24]));
    expect(await thin()).toBe(3);
    expect(await hoursLeft()).toEqual([23, 24, 30, 31, 91 * 24]);
    expect(await thin(new Date(LATER.getTime() + DAY))).toBe(2);
    expect(await hoursLeft()).toEqual([23, 31, 91 * 24]);
  });

  test('what something stands on stays, and the last of each of its days', async () => {
    await add([...hourly([0, 1, 2, 3, 20, 21, 22, 23, 999 * 24]), ...hourly([0, 1, 2], 1)]);
    const [first = ''] = accounts;
    const stands: WhatStands = () =>
      Promise.resolve({
        instants: [{ accountId: first, at: new Date(START.getTime() + HOUR) }],
        calendars: [{ accountId: first, dayOf: (at) => new Date(at.getTime() + 2 * HOUR).toISOString().slice(0, 10) }],
      });
    await thin(LATER, stands);
    expect(await hoursLeft()).toEqual([1, 21, 23, 999 * 24]);
    expect(await hoursLeft(1)).toEqual([2]);
  });

  test('an import of old ones is thinned as well, once nothing younger came before it', async () => {
    await add(hourly([23, 100 * 24]));
    await thin(new Date(START.getTime() + 101 * DAY));
    await add(hourly([1, 2, 22]));
    expect(await thin(new Date(START.getTime() + 102 * DAY))).toBe(0);
    // The last of a chain stays whatever it is.
    expect(await thin(new Date(START.getTime() + 191 * DAY))).toBe(2);
    expect(await hoursLeft()).toEqual([22, 23, 100 * 24]);
  });

  test('many accounts with long histories are done by many transactions', async () => {
    const hours = 5 * 24;
    const seeds = Array.from({ length: 60 }, (_, index) => 
      addCampaign(database.dataSource, { now: START, fediverse: `a${index}@a.example` }),
    );
    const ids = (await Promise.all(seeds)).map(({ fediverseAccount }) => fediverseAccount?.id ?? '');
    await database.dataSource.query(
      `INSERT INTO reading (id, account_id, at, count, source, reader, status, created_at)
       SELECT gen_random_uuid(), id, $2::timestamptz + hour * interval '1 hour', hour, 'network', '', 'counted', now()
       FROM unnest($1::uuid[]) AS id, generate_series(0, $3::int - 1) hour ORDER BY id, hour`,
      [ids, START, hours],
    );
    expect(await thin(new Date(START.getTime() + 300 * DAY))).toBe(60 * (hours - 5));
    expect(await rows(`SELECT count(*) FROM reading`)).toEqual(['(300)']);
    expect(await thin(new Date(START.getTime() + 300 * DAY))).toBe(0);
  });

  test('one that is corrected at this moment stays', async () => {
    await add(hourly([0, 1, 2, 300 * 24]));
    const correct: WhatStands = async (manager) => {
      await manager.query(`UPDATE reading SET status = 'replaced' WHERE count = 1`);
      return { instants: [], calendars: [] };
    };
    await thin(LATER, correct);
    expect(await hoursLeft()).toEqual([1, 2, 300 * 24]);
  });

  test('nothing is done once it was told to stop', async () => {
    await add(hourly([0, 1, 2, 300 * 24]));
    const stopped = AbortSignal.abort();
    expect(await new Thinning(database.dataSource).thin(LATER, nothing, stopped)).toBe(0);
    expect(await hoursLeft()).toHaveLength(4);
  });
});

/** The same database, whose process dies before its `last`th statement from now. */
function dyingAt(dataSource: DataSource, last: number): DataSource {
  let left = last;
  const dying = (manager: EntityManager): EntityManager =>
    new Proxy(manager, {
      get(target, property, receiver) {
        if (property !== 'query') return Reflect.get(target, property, receiver) as unknown;
        return (sql: string, values: unknown[]) => {
          left -= 1;
          return left < 0 ? Promise.reject(new Error('killed')) : target.query(sql, values);
        };
      },
    });
  const transaction = (work: (manager: EntityManager) => Promise<unknown>) => dataSource.transaction((manager) => work(dying(manager)));
  return { transaction } as unknown as DataSource;
}

test('whatever was read, and whenever it is killed: days, people and the chain are as before', async () => {
  const reading = fc.record({
    account: fc.nat(1),
    // Most readings come hour by hour, some of the same hour, some long after.
    hour: fc.oneof({ weight: 5, arbitrary: fc.nat(120) }, fc.nat(100 * 24)),
    count: fc.nat(5),
    source: fc.oneof({ weight: 4, arbitrary: fc.constant('network') }, fc.constantFrom(...READING_SOURCES)),
    status: fc.oneof({ weight: 5, arbitrary: fc.constant('counted') }, fc.constantFrom(...READING_STATUSES)),
    corrects: fc.constant(false),
  });
  const correction = reading.map((each) => ({ ...each, source: 'manual', corrects: true }));
  const history = fc.array(fc.oneof({ weight: 9, arbitrary: reading }, correction), { minLength: 30, maxLength: 120, size: 'max' });
  const moments = fc.array(fc.record({ day: fc.integer({ min: 85, max: 200 }), killedAt: fc.option(fc.nat(14)) }), { minLength: 1, maxLength: 3 });
  let thinned = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(history, { minLength: 1, maxLength: 2 }), moments, fc.nat(120), async (histories, runs, hour) => {
      await empty();
      const standing = new Date(START.getTime() + hour * HOUR);
      const stands: WhatStands = (_, ids) =>
        Promise.resolve({ instants: ids.map((accountId) => ({ accountId, at: standing })), calendars: [] });
      const here = `SELECT * FROM reading WHERE at = '${standing.toISOString()}'`;
      for (const given of histories) {
        await add(given);
        const before = { chain: await exported(), days: await rows(DAYS), people: await rows(BY_PEOPLE), standing: await rows(here) };
        for (const { day, killedAt } of runs) {
          const now = new Date(START.getTime() + day * DAY);
          const where = killedAt === null ? database.dataSource : dyingAt(database.dataSource, killedAt);
          thinned += await new Thinning(where).thin(now, stands).catch(() => 0);
          const compared = await compareChains(Readable.from([before.chain]), Readable.from([await exported()]));
          expect(compared).toMatchObject({ ok: true, value: { newer: { problem: null }, differences: [], added: 0, judged: 0 } });
        }
        expect(await rows(DAYS)).toEqual(before.days);
        expect(await rows(BY_PEOPLE)).toEqual(before.people);
        expect(await rows(here)).toEqual(before.standing);
      }
      const last = new Date(START.getTime() + 400 * DAY);
      thinned += await thin(last, stands);
      const left = await rows(ALL);
      expect(await thin(last, stands)).toBe(0);
      expect(await rows(ALL)).toEqual(left);
    }),
    { numRuns: 10, endOnFailure: true },
  );
  expect(thinned).toBeGreaterThan(10);
}, 120_000);
