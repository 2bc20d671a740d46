import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { HOUR } from '../domain/durations.ts';
import { SettableClock } from '../platform/clock.ts';
import { Corrections, type RightCount } from './corrections.service.ts';
import { EvidenceStore } from './evidence.service.ts';
import { Reading } from './reading.entity.ts';
import { Readings } from './readings.service.ts';

const HANDLE = 'lelibreedu@social.example';
const START = new Date('2023-09-02T10:00:00Z');

let database: TestDatabase;
const clock = new SettableClock(START);
let readings: Readings;
let corrections: Corrections;
let fediverseAccount: string;
let xAccount: string;

beforeAll(async () => {
  database = await openTestDatabase();
  readings = new Readings(clock);
  corrections = new Corrections(clock, readings, new EvidenceStore(database.dataSource, clock, { publicUrl: 'https://chiche.example' }));
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
  return database.dataSource.getRepository(Reading).find({ order: { number: 'ASC' } });
}

const ago = (milliseconds: number): Date => new Date(START.getTime() - milliseconds);

/** A reading of a person that counts. */
function told(count: number, at = ago(HOUR)): Promise<Reading> {
  const facts = { accountId: xAccount, count, at, source: 'manual', reader: 'moderator checked camille', evidenceUrl: null } as const;
  return readings.record(database.dataSource.manager, { ...facts, status: 'counted' });
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
});

describe('a correction', () => {
  const correct = (id: string, right: Partial<RightCount> = {}) =>
    database.dataSource.transaction((manager) =>
      corrections.correct(manager, id, { count: 5_840, evidenceUrl: null, picture: null, ...right }, { staffId: 'camille', rivals: [] }),
    );
  const turn = (how: 'strike' | 'restore', id: string) =>
    database.dataSource.transaction((manager) => corrections[how](manager, id, []));
  const statuses = async () => (await allReadings()).map(({ count, status }) => [count, status]);

  test('counts at once in the place of the wrong one, at its moment', async () => {
    const reading = await told(58_400);
    const corrected = await correct(reading.id);
    expect(corrected).toMatchObject({ ok: true, value: { reading: { count: 5_840, status: 'counted', at: ago(HOUR), source: 'manual' } } });
    expect(corrected.ok && corrected.value.changedAccounts).toEqual([xAccount]);
    expect(await allReadings()).toMatchObject([
      { count: 58_400, status: 'replaced' },
      { count: 5_840, status: 'counted', replacesId: reading.id, reader: 'moderator checked camille' },
    ]);
  });

  test('that goes back to what was said before is a reading of its own, and what was replaced stays so', async () => {
    const first = await told(5_840);
    const ids = [first.id];
    for (const count of [58_400, 5_840, 58_400, 5_840]) {
      const corrected = await correct(ids.at(-1) ?? '', { count });
      ids.push(corrected.ok ? corrected.value.reading.id : '');
    }
    const all = await allReadings();
    expect(all.map(({ id }) => id)).toEqual(ids);
    expect(all.map(({ replacesId }) => replacesId)).toEqual([null, ...ids.slice(0, -1)]);
    expect(all.map(({ status }) => status)).toEqual(['replaced', 'replaced', 'replaced', 'replaced', 'counted']);
    for (const { id } of all.slice(0, -1)) expect(await correct(id, { count: 1 })).toEqual({ ok: false, error: { type: 'already-decided' } });
  });

  test('follows any way of corrections to the one that counts', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 8 }), async (counts) => {
        const before = (await allReadings()).length;
        const first = await told(0, ago(HOUR + before));
        let last = first;
        for (const count of counts) {
          const corrected = await correct(last.id, { count });
          expect(corrected.ok).toBe(count !== last.count);
          if (corrected.ok) last = corrected.value.reading;
        }
        const all = (await allReadings()).slice(before);
        expect(all.filter(({ status }) => status === 'counted').map(({ id }) => id)).toEqual([last.id]);
        const replaced = all.filter(({ status }) => status === 'replaced').map(({ id }) => id);
        expect(all.flatMap(({ replacesId }) => replacesId ?? []).sort()).toEqual(replaced.sort());
      }),
      { numRuns: 15 },
    ));

  test('that says the same is none, unless it brings what shows it', async () => {
    const reading = await told(5_840);
    expect(await correct(reading.id)).toEqual({ ok: false, error: { type: 'nothing-changed' } });
    expect(await allReadings()).toHaveLength(1);
    expect(await correct(reading.id, { evidenceUrl: 'https://archive.ph/AbC12' })).toMatchObject({ ok: true });
  });

  test('of what does not count, or to what cannot be, is refused', async () => {
    const reading = await told(5_840);
    expect(await correct(reading.id, { count: -1 })).toMatchObject({ error: { type: 'not-a-count' } });
    expect(await correct(reading.id, { count: 5_841, evidenceUrl: 'nowhere' })).toMatchObject({ error: { type: 'not-a-web-address' } });
    await database.dataSource.getRepository(Reading).update({ id: reading.id }, { status: 'pending' });
    expect(await correct(reading.id, { count: 5_842 })).toEqual({ ok: false, error: { type: 'already-decided' } });
    expect(await correct(xAccount)).toEqual({ ok: false, error: { type: 'not-found' } });
  });

  test('is not the only way: a number may be struck out, and restored', async () => {
    const reading = await told(58_400);
    expect(await turn('restore', reading.id)).toEqual({ ok: false, error: { type: 'already-decided' } });
    expect(await turn('strike', reading.id)).toMatchObject({ ok: true, value: { changedAccounts: [xAccount] } });
    expect(await statuses()).toEqual([[58_400, 'struck']]);
    expect(await turn('strike', reading.id)).toEqual({ ok: false, error: { type: 'already-decided' } });
    expect(await correct(reading.id)).toEqual({ ok: false, error: { type: 'already-decided' } });
    expect(await turn('restore', reading.id)).toMatchObject({ ok: true });
    expect(await statuses()).toEqual([[58_400, 'counted']]);
    expect(await turn('strike', xAccount)).toEqual({ ok: false, error: { type: 'not-found' } });
  });

  test('cannot replace what is replaced already, whoever writes it', async () => {
    const reading = await told(58_400);
    await correct(reading.id);
    const facts = { accountId: xAccount, count: 1, at: ago(HOUR), source: 'manual', reader: '', evidenceUrl: null, status: 'counted' } as const;
    await expect(readings.replace(database.dataSource.manager, reading.id, facts)).rejects.toThrow('reading_replaces');
  });
});
