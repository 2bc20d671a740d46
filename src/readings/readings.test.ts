import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { HOUR } from '../domain/durations.ts';
import { SettableClock } from '../platform/clock.ts';
import { Reading } from './reading.entity.ts';
import { Readings, type RightReading } from './readings.service.ts';

const HANDLE = 'lelibreedu@social.example';
const START = new Date('2023-09-02T10:00:00Z');

let database: TestDatabase;
const clock = new SettableClock(START);
let readings: Readings;
let fediverseAccount: string;
let xAccount: string;

beforeAll(async () => {
  database = await openTestDatabase();
  readings = new Readings(clock);
});
afterAll(async () => {
  await database.close();
});

beforeEach(async () => {
  await database.dataSource.query('TRUNCATE institution CASCADE');
  clock.set(START);
  const campaign = await addCampaign(database.dataSource, { fediverse: HANDLE, x: 'lelibreedu', now: START });
  fediverseAccount = campaign.fediverseAccount?.id ?? '';
  xAccount = campaign.xAccount?.id ?? '';
});

function allReadings(): Promise<Reading[]> {
  return database.dataSource.getRepository(Reading).find({ order: { id: 'ASC' } });
}

const ago = (milliseconds: number): Date => new Date(START.getTime() - milliseconds);

/** A reading of a person that nobody has confirmed yet. */
function told(count: number, reader: string): Promise<Reading> {
  const facts = { accountId: xAccount, count, at: ago(HOUR), source: 'manual', reader, evidenceUrl: null } as const;
  return readings.record(database.dataSource.manager, { ...facts, status: 'pending' });
}

describe('a reading', () => {
  const found = { at: START, count: 5_090, source: 'network', reader: '', evidenceUrl: null } as const;
  const network = { ...found, status: 'counted' } as const;

  test('that is recorded twice is kept once', async () => {
    const { manager } = database.dataSource;
    const first = await readings.record(manager, { ...network, accountId: fediverseAccount });
    const second = await readings.record(manager, { ...network, accountId: fediverseAccount });
    expect(second.id).toBe(first.id);
    expect(await allReadings()).toHaveLength(1);
  });

  test('that replaces another leaves it in the table', async () => {
    const { manager } = database.dataSource;
    const wrong = await readings.record(manager, { ...network, accountId: fediverseAccount });
    const right = { ...network, accountId: fediverseAccount, count: 5_091, replacesId: wrong.id };
    await readings.record(manager, right);
    expect(await allReadings()).toMatchObject([
      { count: 5_090, status: 'replaced' },
      { count: 5_091, status: 'counted', replacesId: wrong.id },
    ]);
  });
});

describe('a correction', () => {
  const correct = (id: string, right: Partial<RightReading>) =>
    database.dataSource.transaction((manager) =>
      readings.correct(manager, id, { count: 5_840, at: ago(HOUR), reader: 'moderator', evidenceUrl: null, ...right }),
    );

  test('counts at once, and may be taken back', async () => {
    const reading = await told(58_400, 'moderator');
    const corrected = await correct(reading.id, {});
    expect(corrected).toMatchObject({ ok: true, value: { reading: { count: 5_840, status: 'counted' } } });
    expect(corrected.ok && corrected.value.changedAccounts).toEqual([xAccount]);
    await correct(corrected.ok ? corrected.value.reading.id : '', { count: 58_400 });
    expect(await allReadings()).toMatchObject([
      { count: 58_400, status: 'counted' },
      { count: 5_840, status: 'replaced' },
    ]);
  });

  test('that says the same changes nothing', async () => {
    const reading = await told(5_840, 'moderator');
    expect(await correct(reading.id, {})).toMatchObject({ ok: true, value: { reading: { status: 'counted' } } });
    expect(await allReadings()).toHaveLength(1);
  });

  test('of what no longer counts, or to what cannot be, is refused', async () => {
    const reading = await told(5_840, 'stranger #anna');
    expect(await correct(reading.id, { count: -1 })).toMatchObject({ error: { type: 'not-a-count' } });
    await correct(reading.id, { count: 5_841 });
    expect(await correct(reading.id, { count: 5_842 })).toEqual({ ok: false, error: { type: 'already-decided' } });
    expect(await correct(xAccount, {})).toEqual({ ok: false, error: { type: 'not-found' } });
  });
});
