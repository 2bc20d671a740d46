import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { DAY, MINUTE } from '../domain/durations.ts';
import { SettableClock } from '../platform/clock.ts';
import { FlagNotes } from '../readings/flag-notes.query.ts';
import { ReadingsQuery } from '../readings/readings.query.ts';
import { CampaignStandings } from './campaign-standing.query.ts';
import type { Campaign } from './campaign.entity.ts';

const START = new Date('2023-08-30T08:00:00Z');

let database: TestDatabase;
let clock: SettableClock;
let standings: CampaignStandings;
let questions: number;

beforeAll(async () => {
  database = await openTestDatabase();
  clock = new SettableClock(new Date(START.getTime() + 3 * DAY));
  const { dataSource } = database;
  questions = 0;
  const counting = {
    query: (...asked: Parameters<typeof dataSource.query>) => {
      questions += 1;
      return dataSource.query(...asked);
    },
  } as unknown as typeof dataSource;
  standings = new CampaignStandings(new ReadingsQuery(counting), new FlagNotes(counting), clock);
});
afterAll(() => database.close());

/** A campaign whose fediverse account gains `perDay` followers and whose other one stays at 5,000. */
async function campaign(name: string, perDay: number, fields: Partial<Campaign> = {}): Promise<Campaign> {
  const made = await addCampaign(database.dataSource, { now: START, fediverse: `${name}@social.example`, x: name });
  for (let day = 0; day <= 3; day += 1) {
    await read(made.fediverseAccount?.id, day * DAY, 1_000 + perDay * day);
    await read(made.xAccount?.id, day * DAY, 5_000);
  }
  return Object.assign(made, fields);
}

async function read(accountId: string | undefined, after: number, count: number): Promise<void> {
  await database.dataSource.query(
    `INSERT INTO reading (id, account_id, at, count, source, reader, status, created_at)
     VALUES (gen_random_uuid(), $1, $2, $3, 'network', '', 'counted', $2)`,
    [accountId, new Date(START.getTime() + after), count],
  );
}

test('scores of many are those of each, with two questions and then one', async () => {
  const ended = { endedAt: new Date(START.getTime() + 1.5 * DAY) };
  const campaigns = [await campaign('fast', 1_000), await campaign('slow', 10), await campaign('over', 500, ended)];
  questions = 0;
  const scores = await standings.scores(campaigns);
  expect(questions).toBe(2);
  expect(scores.map(({ latest }) => latest.fediverse?.count)).toEqual([4_000, 1_030, 1_500]);
  const alone = await Promise.all(campaigns.map((one) => new CampaignStandings(new ReadingsQuery(database.dataSource), new FlagNotes(database.dataSource), clock).of(one)));
  expect(scores).toEqual(alone.map(({ latest, gap, forecast }) => ({ latest, gap, forecast })));
  questions = 0;
  expect(await standings.scores(campaigns)).toEqual(scores);
  expect(questions).toBe(1);
});

test('a new reading makes a new forecast, and so does a minute', async () => {
  const one = await campaign('changing', 100);
  const [before] = await standings.scores([one]);
  await database.dataSource.query(`UPDATE reading SET status = 'replaced' WHERE account_id = $1 AND at < $2`, [
    one.fediverseAccount?.id,
    new Date(START.getTime() + 3 * DAY),
  ]);
  for (const days of [0, 1, 2]) await read(one.fediverseAccount?.id, days * DAY + 1, 1_290);
  expect((await standings.scores([one]))[0]?.forecast).toEqual(before?.forecast);
  clock.advance(MINUTE);
  const [corrected] = await standings.scores([one]);
  expect(corrected?.gap).toEqual(before?.gap);
  expect(corrected?.forecast).not.toEqual(before?.forecast);
  await read(one.fediverseAccount?.id, 3 * DAY + MINUTE / 2, 4_000);
  const [newer] = await standings.scores([one]);
  expect(newer?.forecast).not.toEqual(corrected?.forecast);
  expect((await standings.of(one)).forecast).toEqual(newer?.forecast);
});

test('of a series that is thinned, both ends of what a note is about stay, and all readings are counted', async () => {
  const one = await campaign('noted', 1);
  const account = one.fediverseAccount?.id;
  await database.dataSource.query(
    `INSERT INTO reading (id, account_id, at, count, source, reader, status, created_at)
     SELECT gen_random_uuid(), $1, $2::timestamptz + n * interval '1 minute', 2000 + n, 'network', '', 'counted', $2 FROM generate_series(1, 600) AS n`,
    [account, START],
  );
  const endsOf = async () => (await standings.of(one)).series.fediverse.map(({ count }) => count).filter((count) => count === 2_101 || count === 2_102);
  expect((await standings.of(one)).total).toEqual({ count: 608, isMore: false });
  expect(await endsOf()).not.toEqual([2_101, 2_102]);
  const [forecast] = await standings.scores([one]);
  await database.dataSource.query(
    `INSERT INTO reading_flag (id, account_id, kind, from_at, from_count, at, count, most, state, note, created_at)
     VALUES (gen_random_uuid(), $1, 'spike', $2, 2101, $3, 2102, 1, 'confirmed', '{"en":"A talk."}', $3)`,
    [account, new Date(START.getTime() + 101 * MINUTE), new Date(START.getTime() + 102 * MINUTE)],
  );
  expect(await endsOf()).toEqual([2_101, 2_102]);
  const { series, forecast: same } = await standings.of(one);
  expect(same).toEqual(forecast?.forecast);
  expect(series.fediverse.map(({ at }) => at.getTime())).toEqual(series.fediverse.map(({ at }) => at.getTime()).toSorted((a, b) => a - b));
});

test('readings are counted as far as asked for', async () => {
  const { fediverseAccount } = await campaign('counted', 1);
  const readings = new ReadingsQuery(database.dataSource);
  const ids = [fediverseAccount?.id ?? ''];
  expect(await readings.total(ids, 4)).toEqual({ count: 4, isMore: false });
  expect(await readings.total(ids, 3)).toEqual({ count: 3, isMore: true });
  expect(await readings.total([], 3)).toEqual({ count: 0, isMore: false });
});

test('a campaign without accounts or readings has none', async () => {
  const bare = await addCampaign(database.dataSource, { now: START, dareKind: 'open', fediverse: null, x: null });
  const unread = await addCampaign(database.dataSource, { now: START, fediverse: 'unread@social.example', x: 'unread' });
  const none = { latest: { fediverse: null, x: null }, gap: null, forecast: { type: 'not-enough-data' } };
  expect(await standings.scores([bare, unread])).toEqual([none, none]);
  expect(await standings.scores([])).toEqual([]);
});
