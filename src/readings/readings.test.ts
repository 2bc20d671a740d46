import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { DAY, HOUR, MINUTE } from '../domain/durations.ts';
import { SettableClock } from '../platform/clock.ts';
import { Reading } from './reading.entity.ts';
import { ReadingsQuery } from './readings.query.ts';
import { Readings, type Proposal } from './readings.service.ts';

const HANDLE = 'lelibreedu@social.example';
const START = new Date('2023-09-02T10:00:00Z');

let database: TestDatabase;
const clock = new SettableClock(START);
let readings: Readings;
let query: ReadingsQuery;
let fediverseAccount: string;
let xAccount: string;

beforeAll(async () => {
  database = await openTestDatabase();
  readings = new Readings(database.dataSource, clock);
  query = new ReadingsQuery(database.dataSource);
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

async function propose(proposal: Partial<Proposal> = {}) {
  const given = { accountId: xAccount, count: 5_840, at: ago(HOUR), reader: 'anna', evidenceUrl: null, ...proposal };
  const proposed = await readings.propose(given);
  if (!proposed.ok) throw new Error(proposed.error.type);
  return proposed.value;
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

describe('a number that a person read', () => {
  test('waits until a second person says nearly the same, then both count', async () => {
    expect(await propose()).toMatchObject({ reading: { status: 'pending', source: 'manual' }, changedAccounts: [] });
    const second = await propose({ count: 5_842, reader: 'bob', at: ago(MINUTE) });
    expect(second).toMatchObject({ reading: { status: 'counted' }, changedAccounts: [xAccount] });
    expect((await allReadings()).map(({ status }) => status)).toEqual(['counted', 'counted']);
  });

  test.each([
    ['the same person again', { reader: 'anna', count: 5_841 }],
    ['a number far from it', { reader: 'bob', count: 6_200 }],
    ['a number of another day', { reader: 'bob', at: ago(2 * DAY) }],
  ])('is not confirmed by %s', async (_what, proposal) => {
    await propose();
    expect(await propose(proposal)).toMatchObject({ reading: { status: 'pending' }, changedAccounts: [] });
    expect((await allReadings()).map(({ status }) => status)).toEqual(['pending', 'pending']);
  });

  test('counts at once when it agrees with what counts already', async () => {
    await propose();
    await propose({ reader: 'bob' });
    expect(await propose({ reader: 'chloé', count: 5_845 })).toMatchObject({ changedAccounts: [xAccount] });
  });

  test('that comes twice from one person is kept once', async () => {
    const first = await propose();
    expect((await propose()).reading.id).toBe(first.reading.id);
  });

  test('is confirmed by people who send it at the same time', async () => {
    await Promise.all(['anna', 'bob', 'chloé'].map((reader) => propose({ reader })));
    expect((await allReadings()).map(({ status }) => status)).toEqual(['counted', 'counted', 'counted']);
  });

  test.each([
    [{ at: new Date(START.getTime() + 1) }, 'in-the-future'],
    [{ at: new Date('2005-01-01T00:00:00Z') }, 'before-social-networks'],
    [{ count: 2_000_000_000 }, 'count-too-large'],
    [{ count: -3 }, 'not-a-count'],
    [{ evidenceUrl: 'screenshot.png' }, 'not-a-web-address'],
    [{ accountId: '00000000-0000-7000-8000-000000000000' }, 'no-such-account'],
  ])('with %j is refused', async (proposal, type) => {
    const given = { accountId: xAccount, count: 5_840, at: START, reader: 'anna', evidenceUrl: null, ...proposal };
    expect(await readings.propose(given)).toEqual({ ok: false, error: { type } });
    expect(await allReadings()).toEqual([]);
  });

  test('waits in front of moderators, longest first', async () => {
    await propose({ at: ago(MINUTE) });
    clock.advance(MINUTE);
    await propose({ at: ago(2 * DAY), reader: 'bob' });
    const waiting = await query.pending();
    expect(waiting.map(({ reader }) => reader)).toEqual(['anna', 'bob']);
    expect(waiting[0]?.account.institution.country).toBe('FR');
  });

  test.each([
    ['confirm', 'counted', 1],
    ['reject', 'rejected', 0],
  ] as const)('that a moderator decides to %s is %s, once', async (decision, status, changed) => {
    const { reading } = await propose();
    const decide = () => database.dataSource.transaction((manager) => readings.decide(manager, reading.id, decision));
    const decided = await decide();
    expect(decided).toMatchObject({ ok: true, value: { reading: { id: reading.id, status } } });
    expect(decided.ok && decided.value.changedAccounts).toEqual(Array(changed).fill(xAccount));
    expect(await decide()).toEqual({ ok: false, error: { type: 'already-decided' } });
    expect(await query.pending()).toEqual([]);
  });

  test('that nobody knows cannot be decided', async () => {
    const decided = await database.dataSource.transaction((manager) =>
      readings.decide(manager, '00000000-0000-7000-8000-000000000000', 'confirm'),
    );
    expect(decided).toEqual({ ok: false, error: { type: 'not-found' } });
  });
});

describe('a correction', () => {
  const correct = (id: string, right: Partial<Proposal>) =>
    database.dataSource.transaction((manager) =>
      readings.correct(manager, id, { count: 5_840, at: ago(HOUR), reader: 'moderator', evidenceUrl: null, ...right }),
    );

  test('counts at once, and may be taken back', async () => {
    const { reading } = await propose({ count: 58_400, reader: 'moderator' });
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
    const { reading } = await propose({ reader: 'moderator' });
    expect(await correct(reading.id, {})).toMatchObject({ ok: true, value: { reading: { status: 'counted' } } });
    expect(await allReadings()).toHaveLength(1);
  });

  test('of what no longer counts, or to what cannot be, is refused', async () => {
    const { reading } = await propose();
    expect(await correct(reading.id, { count: -1 })).toMatchObject({ error: { type: 'not-a-count' } });
    await correct(reading.id, { count: 5_841 });
    expect(await correct(reading.id, { count: 5_842 })).toEqual({ ok: false, error: { type: 'already-decided' } });
    expect(await correct(xAccount, {})).toEqual({ ok: false, error: { type: 'not-found' } });
  });
});
