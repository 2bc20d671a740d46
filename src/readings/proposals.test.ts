import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { DAY, HOUR, MINUTE } from '../domain/durations.ts';
import { SettableClock } from '../platform/clock.ts';
import { Evidence } from './evidence.entity.ts';
import { EvidenceStore } from './evidence.service.ts';
import { Proposals, type Proposal } from './proposals.service.ts';
import type { ReaderKind } from './readers.ts';
import { Readers } from './readers.service.ts';
import { Reading } from './reading.entity.ts';
import { ReadingsQuery } from './readings.query.ts';
import { Readings } from './readings.service.ts';

const START = new Date('2023-09-02T10:00:00Z');
const ARCHIVE = 'https://archive.ph/AbC12';

const clock = new SettableClock(START);
let database: TestDatabase;
let readings: Readings;
let proposals: Proposals;
let evidence: EvidenceStore;
let readers: Readers;
let account: string;

beforeAll(async () => {
  database = await openTestDatabase();
  readings = new Readings(clock);
  evidence = new EvidenceStore(database.dataSource, clock, { publicUrl: 'https://chiche.example' });
  proposals = new Proposals(database.dataSource, clock, readings, evidence);
  readers = new Readers(database.dataSource, clock);
});
afterAll(async () => {
  await database.close();
});
beforeEach(async () => {
  await database.dataSource.query('TRUNCATE institution, evidence, reader_key CASCADE');
  clock.set(START);
  const campaign = await addCampaign(database.dataSource, { x: 'lelibreedu', now: START });
  account = campaign.xAccount?.id ?? '';
});

const ago = (milliseconds: number): Date => new Date(clock.now().getTime() - milliseconds);
const stranger = (...names: string[]) => ({ kind: 'stranger' as ReaderKind, names });

function offer(proposal: Partial<Proposal> = {}) {
  const seen = { count: 5_840, at: clock.now(), source: 'archive' as const, evidenceUrl: ARCHIVE, picture: null };
  return proposals.propose({ ...seen, accountId: account, reader: stranger('anna'), rivals: [], ...proposal });
}

async function propose(proposal: Partial<Proposal> = {}) {
  const proposed = await offer(proposal);
  if (!proposed.ok) throw new Error(proposed.error.type);
  return proposed.value;
}

/** A reading that an operator stands behind. */
async function trusted(count: number, at: Date): Promise<void> {
  const facts = { accountId: account, count, at, source: 'import', reader: '', evidenceUrl: null } as const;
  await readings.record(database.dataSource.manager, { ...facts, status: 'counted' });
}

function decide(id: string, decision: 'confirm' | 'reject') {
  return database.dataSource.transaction((manager) => proposals.decide(manager, id, decision, []));
}

async function told(): Promise<Pick<Reading, 'count' | 'status' | 'reader'>[]> {
  const rows = await database.dataSource.getRepository(Reading).find({ order: { createdAt: 'ASC', id: 'ASC' } });
  return rows.filter(({ source }) => source !== 'import').map(({ count, status, reader }) => ({ count, status, reader }));
}

async function statuses(): Promise<string[]> {
  return (await told()).map(({ status }) => status);
}

async function screenshot(colour: string): Promise<Evidence> {
  const file = await sharp({ create: { width: 60, height: 40, channels: 3, background: colour } }).png().toBuffer();
  const kept = await evidence.keep(file);
  if (!kept.ok) throw new Error(kept.error.type);
  return kept.value;
}

describe('a number that a person read', () => {
  beforeEach(() => trusted(5_850, ago(2 * DAY)));

  test('waits until a second person says nearly the same, then both count', async () => {
    expect(await propose()).toMatchObject({ reading: { status: 'pending' }, verdict: { type: 'alone' }, changedAccounts: [] });
    const second = await propose({ count: 5_842, reader: stranger('bob'), at: ago(MINUTE) });
    expect(second).toMatchObject({ reading: { status: 'counted' }, verdict: { type: 'counts' }, changedAccounts: [account] });
    expect(await statuses()).toEqual(['counted', 'counted']);
  });

  test.each([
    ['another of their names', { reader: stranger('anna', 'bob') }, 'alone'],
    ['a number of another day', { reader: stranger('bob'), at: ago(2 * DAY - HOUR) }, 'counts'],
    ['a number far from it', { reader: stranger('bob'), count: 5_990 }, 'disputed'],
  ])('is not confirmed by %s', async (_what, proposal, verdict) => {
    await propose();
    expect((await propose(proposal)).verdict.type).toBe(verdict);
    expect((await told())[0]?.status).not.toBe('counted');
  });

  test('is the last one that this person saw: what they said a moment before is taken back', async () => {
    const picture = await screenshot('red');
    await propose({ count: 5_480, picture });
    await propose({ count: 5_840, picture });
    expect(await statuses()).toEqual(['replaced', 'pending']);
    expect(await evidence.find(picture.id)).not.toBeNull();
    await propose({ count: 5_841 });
    expect(await evidence.find(picture.id)).toBeNull();
    expect(await propose({ count: 5_841, reader: stranger('bob') })).toMatchObject({ reading: { status: 'counted' } });
  });

  test('that comes twice from one person is kept once', async () => {
    const first = await propose();
    expect((await propose()).reading.id).toBe(first.reading.id);
    expect(await statuses()).toEqual(['pending']);
  });

  test('is confirmed by people who send it at the same time', async () => {
    await Promise.all(['anna', 'bob', 'chloé'].map((name) => propose({ reader: stranger(name) })));
    expect(await statuses()).toEqual(['counted', 'counted', 'counted']);
  });

  test('waits with whoever read something else, until a moderator decides; then those who were right count', async () => {
    await propose();
    const wrong = await propose({ count: 5_990, reader: stranger('bob') });
    expect(wrong.verdict.type).toBe('disputed');
    expect((await propose({ reader: stranger('chloé') })).verdict.type).toBe('disputed');
    expect(await decide(wrong.reading.id, 'reject')).toMatchObject({ ok: true, value: { changedAccounts: [account] } });
    expect(await statuses()).toEqual(['counted', 'rejected', 'counted']);
  });

  test('waits for a moderator where the account has never moved like this, and vouched for, is one to compare with', async () => {
    const first = await propose({ count: 7_000 });
    expect((await propose({ count: 7_001, reader: stranger('bob') })).verdict.type).toBe('unlikely');
    await decide(first.reading.id, 'confirm');
    expect(await statuses()).toEqual(['counted', 'counted']);
    clock.advance(HOUR);
    expect(await propose({ count: 7_010, reader: stranger('chloé') })).toMatchObject({ verdict: { type: 'counts' } });
  });

  test('waits for a moderator where it would turn a dare', async () => {
    const rivals = [5_845];
    await propose({ rivals });
    expect((await propose({ rivals, reader: stranger('bob') })).verdict.type).toBe('decisive');
    expect(await statuses()).toEqual(['pending', 'pending']);
  });

  test('that equals the last one counts for its own moment', async () => {
    for (const name of ['anna', 'bob']) await propose({ count: 5_850, reader: stranger(name) });
    const latest = await new ReadingsQuery(database.dataSource).latest([account]);
    expect(latest.get(account)).toMatchObject({ count: 5_850, at: START });
  });

  test.each([
    [{ at: new Date(START.getTime() + 1) }, 'in-the-future'],
    [{ at: new Date('2005-01-01T00:00:00Z') }, 'before-social-networks'],
    [{ count: 2_000_000_000 }, 'count-too-large'],
    [{ count: -3 }, 'not-a-count'],
    [{ evidenceUrl: 'screenshot.png' }, 'not-a-web-address'],
    [{ evidenceUrl: null }, 'no-evidence'],
    [{ accountId: '00000000-0000-7000-8000-000000000000' }, 'no-such-account'],
  ])('with %j is refused', async (proposal, type) => {
    expect(await offer(proposal)).toEqual({ ok: false, error: { type } });
    expect(await told()).toEqual([]);
  });

  test('needs no evidence from those whom a moderator let through', async () => {
    const reader = { kind: 'campaigner' as const, names: ['campaign', 'anna'] };
    expect(await propose({ reader, evidenceUrl: null })).toMatchObject({ reading: { status: 'pending' } });
    expect((await propose({ reader: stranger('anna') })).verdict.type).toBe('alone');
  });

  test.each([
    ['confirm', 'counted', 1],
    ['reject', 'rejected', 0],
  ] as const)('that a moderator decides to %s is %s, once, and its reader forgotten', async (decision, status, changed) => {
    const { reading } = await propose();
    const decided = await decide(reading.id, decision);
    expect(decided).toMatchObject({ ok: true, value: { reading: { id: reading.id, status } } });
    expect(decided.ok && decided.value.changedAccounts).toEqual(Array(changed).fill(account));
    expect((await told())[0]?.reader).toBe(`stranger ${decision === 'confirm' ? 'checked' : 'forgotten'} ${reading.id}`);
    expect(await decide(reading.id, decision)).toEqual({ ok: false, error: { type: 'already-decided' } });
  });

  test('that nobody knows cannot be decided', async () => {
    expect(await decide('00000000-0000-7000-8000-000000000000', 'confirm')).toEqual({ ok: false, error: { type: 'not-found' } });
  });
});

test('the first number of an account waits for a moderator', async () => {
  await propose();
  expect(await propose({ reader: stranger('bob') })).toMatchObject({ verdict: { type: 'unlikely', with: null } });
});

describe('the queue is not flooded', () => {
  beforeEach(() => trusted(5_850, ago(2 * DAY)));
  const earlier = (n: number) => ({ at: ago(3 * n * HOUR) });

  test('by one person', async () => {
    for (let n = 0; n < 4; n += 1) await propose({ ...earlier(n), count: 5_700 + n });
    expect(await offer(earlier(5))).toEqual({ ok: false, error: { type: 'enough-of-yours' } });
    expect(await offer({ count: 5_701 })).toMatchObject({ ok: true });
    expect(await statuses()).toEqual(['replaced', 'pending', 'pending', 'pending', 'pending']);
  });

  test('by many, and one more still counts where it is the second of its kind', async () => {
    for (let n = 0; n < 12; n += 1) await propose({ at: ago(47 * HOUR), count: 9_000 + 100 * n, reader: stranger(`troll ${n}`) });
    expect(await offer({ reader: stranger('anna') })).toEqual({ ok: false, error: { type: 'enough-for-now' } });
    const campaigner = { kind: 'campaigner' as const, names: ['campaign'] };
    await propose({ reader: campaigner });
    expect(await propose({ reader: stranger('anna') })).toMatchObject({ reading: { status: 'counted' } });
  });
});

describe('a moderator’s own number', () => {
  const tell = (count: number) =>
    database.dataSource.transaction((manager) => {
      const seen = { accountId: account, count, at: START, source: 'manual' as const, evidenceUrl: null, picture: null };
      return proposals.tell(manager, seen, { staffId: '00000000-0000-7000-8000-000000000001', rivals: [] });
    });

  test('counts at once, the first one of its account too, and confirms whoever waited for it', async () => {
    await propose();
    expect(await tell(5_841)).toMatchObject({ ok: true, value: { reading: { status: 'counted' }, changedAccounts: [account] } });
    expect(await statuses()).toEqual(['counted', 'counted']);
    expect(await tell(-1)).toEqual({ ok: false, error: { type: 'not-a-count' } });
  });
});

describe('readers', () => {
  beforeEach(() => trusted(5_850, ago(2 * DAY)));
  const from = async (address: string) => ({ reader: stranger(...(await readers.namesOf(address))) });

  test('are the same person in every process, across midnight, and from their whole household', async () => {
    clock.set(new Date('2023-09-02T23:59:00Z'));
    await propose(await from('2001:db8:7:1::1'));
    clock.set(new Date('2023-09-03T00:01:00Z'));
    const tomorrow = stranger(...(await new Readers(database.dataSource, clock).namesOf('2001:db8:7:2::9')));
    expect(await propose({ reader: tomorrow })).toMatchObject({ reading: { status: 'pending' } });
    expect(await propose(await from('2001:db8:8::1'))).toMatchObject({ reading: { status: 'counted' } });
  });

  test('are made the same key by processes that start together', async () => {
    const names = await Promise.all([1, 2, 3].map(() => new Readers(database.dataSource, clock).namesOf('192.0.2.1')));
    expect(new Set(names.map(String)).size).toBe(1);
  });

  test('keep no address, and are forgotten after three days, keys and all', async () => {
    await propose(await from('192.0.2.1'));
    const [{ reader }] = (await told()) as [Reading];
    expect(reader).toMatch(/^stranger #[\w-]{16}$/);
    clock.advance(3 * DAY - 1);
    await readers.forget(clock.now());
    expect((await told())[0]?.reader).toBe(reader);
    clock.advance(1);
    await readers.forget(clock.now());
    expect((await told())[0]?.reader).toMatch(/^stranger forgotten /);
    clock.advance(DAY);
    await readers.forget(clock.now());
    expect(await database.dataSource.query('SELECT * FROM reader_key')).toEqual([]);
    // Perhaps the same person: it confirms nothing.
    expect(await propose({ ...(await from('192.0.2.9')), at: START })).toMatchObject({ reading: { status: 'pending' } });
  });

  test('of what counts are forgotten once it confirms nothing more', async () => {
    for (const address of ['192.0.2.1', '192.0.2.2']) await propose(await from(address));
    clock.advance(DAY);
    await readers.forget(clock.now());
    for (const { reader } of await told()) expect(reader).toMatch(/^stranger forgotten /);
    expect(await statuses()).toEqual(['counted', 'counted']);
  });

  test('of one and the same archived page stay two readings when they are forgotten', async () => {
    for (const address of ['192.0.2.1', '192.0.2.2']) await propose(await from(address));
    clock.advance(4 * DAY);
    await readers.forget(clock.now());
    expect(await statuses()).toHaveLength(2);
  });
});

describe('evidence', () => {
  beforeEach(() => trusted(5_850, ago(2 * DAY)));

  test('is kept once, shown to everyone when its number counts, and to nobody before', async () => {
    const picture = await screenshot('red');
    expect((await screenshot('red')).id).toBe(picture.id);
    await propose({ source: 'manual', evidenceUrl: null, picture });
    expect(await evidence.shown(picture.id)).toBeNull();
    expect(await evidence.find(picture.id)).toMatchObject({ type: 'webp' });
    await propose({ at: ago(MINUTE), reader: stranger('bob') });
    const shown = await evidence.shown(picture.id);
    const latest = await new ReadingsQuery(database.dataSource).latest([account]);
    expect(latest.get(account)?.evidenceUrl).toBe(`https://chiche.example/evidence/${picture.id}.webp`);
    expect(await sharp(shown?.bytes).metadata()).toMatchObject({ format: 'webp', width: 60, height: 40 });
  });

  test('of a rejected number is deleted, while the number stays', async () => {
    const picture = await screenshot('red');
    const { reading } = await propose({ picture });
    await decide(reading.id, 'reject');
    expect(await evidence.find(picture.id)).toBeNull();
    expect(await statuses()).toEqual(['rejected']);
  });

  test('that two numbers share goes with the last of them', async () => {
    const picture = await screenshot('red');
    const first = await propose({ picture });
    const second = await propose({ picture, reader: stranger('bob') });
    expect(second).toMatchObject({ reading: { status: 'pending' }, verdict: { type: 'alone' } });
    await decide(first.reading.id, 'reject');
    expect(await evidence.find(picture.id)).not.toBeNull();
    await decide(second.reading.id, 'reject');
    expect(await evidence.find(picture.id)).toBeNull();
  });

  test('that no number was sent with is forgotten after a while', async () => {
    const [used, unused] = [await screenshot('red'), await screenshot('blue')];
    await propose({ picture: used });
    clock.advance(2 * HOUR);
    await evidence.forgetUnused(clock.now());
    expect(await evidence.find(used.id)).not.toBeNull();
    expect(await evidence.find(unused.id)).toBeNull();
  });

  test('is none when it is no picture', async () => {
    expect(await evidence.keep(Buffer.from('<svg/>'))).toEqual({ ok: false, error: { type: 'not-a-picture' } });
  });
});
