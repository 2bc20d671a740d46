import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { addCampaign, addReadings } from '../../test/support/seed.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { DAY, HOUR } from '../domain/durations.ts';
import { Account } from '../institutions/account.entity.ts';
import { Proposals } from '../readings/proposals.service.ts';
import { Reading } from '../readings/reading.entity.ts';
import { ReadingsFile } from '../readings/readings-file.service.ts';
import { ReadingsQuery } from '../readings/readings.query.ts';
import { CampaignProgress } from './campaign-progress.service.ts';
import { Thinning } from '../readings/thinning.service.ts';
import { Campaign } from './campaign.entity.ts';
import { CampaignsQuery } from './campaigns.query.ts';
import { StandingReadings } from './standing-readings.query.ts';

let site: TestSite;
let dataSource: DataSource;
let progress: CampaignProgress;
let handles = 0;

beforeAll(async () => {
  site = await startTestSite();
  dataSource = site.database.dataSource;
  progress = site.get(CampaignProgress);
});
afterAll(() => site.close());
beforeEach(() => {
  handles += 1;
});

const LAUNCH = '2023-08-30T16:00:00Z';

async function launch(seed: Partial<Parameters<typeof addCampaign>[1]> = {}): Promise<Campaign> {
  site.clock.set(new Date(LAUNCH));
  const accounts = { fediverse: `lelibreedu${handles}@mastodon.mim-libre.fr`, x: `lelibreedu${handles}` };
  return addCampaign(dataSource, { now: new Date(LAUNCH), ...accounts, ...seed });
}

/** Readings of both accounts at these instants, followed as a worker would. */
async function read(campaign: Campaign, readings: readonly (readonly [string, number, number])[]): Promise<void> {
  for (const [at, fediverse, x] of readings) {
    site.clock.set(new Date(at));
    await addReadings(dataSource, campaign.fediverseAccount, [[at, fediverse]]);
    if (campaign.xAccount !== null) await addReadings(dataSource, campaign.xAccount, [[at, x]]);
    await progress.follow([campaign.fediverseAccount, campaign.xAccount].flatMap((account) => account?.id ?? []));
  }
}

async function reloaded({ id }: Campaign): Promise<Campaign> {
  return dataSource.getRepository(Campaign).findOneByOrFail({ id });
}

async function kinds({ id }: Campaign): Promise<string[]> {
  return (await site.get(CampaignsQuery).milestones(id)).map(({ kind }) => kind);
}

const REAL = [
  ['2023-08-30T16:00:00Z', 2900, 5850],
  ['2023-09-02T07:10:00Z', 5090, 5840],
  ['2023-09-03T22:00:00Z', 5876, 5832],
] as const;

test('the first campaign goes as it went: half the way, then won', async () => {
  const campaign = await launch();
  await read(campaign, REAL.slice(0, 2));
  expect(await kinds(campaign)).toEqual(['launched', 'half']);
  expect((await reloaded(campaign)).state).toBe('live');
  await read(campaign, REAL.slice(2));
  expect(await kinds(campaign)).toEqual(['launched', 'half', 'crossed']);
  expect(await reloaded(campaign)).toMatchObject({ state: 'won', endedAt: new Date('2023-09-03T22:00:00Z') });
});

test('following again changes nothing', async () => {
  const campaign = await launch();
  await read(campaign, REAL.slice(0, 2));
  const before = await site.get(CampaignsQuery).milestones(campaign.id);
  await progress.follow([campaign.fediverseAccount?.id ?? '']);
  await progress.follow([campaign.xAccount?.id ?? '']);
  expect(await site.get(CampaignsQuery).milestones(campaign.id)).toEqual(before);
});

test('a milestone goes with the reading that showed it', async () => {
  const campaign = await launch();
  await read(campaign, REAL.slice(0, 2));
  const account = campaign.fediverseAccount?.id ?? '';
  await dataSource.getRepository(Reading).update({ account: { id: account }, count: 5090 }, { status: 'rejected' });
  await progress.follow([account]);
  expect(await kinds(campaign)).toEqual(['launched']);
});

test('a tie does not win, and an unknown count does not either', async () => {
  const campaign = await launch();
  await read(campaign, [['2023-08-31T08:00:00Z', 5850, 5850]]);
  expect((await reloaded(campaign)).state).toBe('live');
  const alone = await launch({ x: `unread${handles}` });
  await addReadings(dataSource, alone.fediverseAccount, [['2023-08-31T09:00:00Z', 9999]]);
  await progress.follow([alone.fediverseAccount?.id ?? '']);
  expect((await reloaded(alone)).state).toBe('live');
});

test('a dare to reach a number is won when it is reached', async () => {
  const campaign = await launch({ dareKind: 'reach', target: 10_000, x: null });
  await read(campaign, [['2023-08-31T08:00:00Z', 9_999, 0]]);
  expect((await reloaded(campaign)).state).toBe('live');
  await read(campaign, [['2023-08-31T09:00:00Z', 10_000, 0]]);
  expect((await reloaded(campaign)).state).toBe('won');
});

test('a deadline that passes ends the campaign at the deadline', async () => {
  const deadline = new Date('2023-09-04T21:59:59Z');
  const campaign = await launch({ deadline });
  site.clock.set(new Date(deadline.getTime() - 1));
  await progress.endDue();
  expect((await reloaded(campaign)).state).toBe('live');
  site.clock.set(new Date(deadline.getTime() + HOUR));
  await progress.endDue();
  expect(await reloaded(campaign)).toMatchObject({ state: 'ended', endedAt: deadline });
});

test('accounts are read hourly while far, more often when close, daily when it is over', async () => {
  const campaign = await launch();
  const id = campaign.fediverseAccount?.id ?? '';
  await dataSource.getRepository(Account).update({ id }, { nextReadingAt: site.clock.now() });
  const nextIn = async (): Promise<number> => {
    const { nextReadingAt } = await dataSource.getRepository(Account).findOneByOrFail({ id });
    return (nextReadingAt?.getTime() ?? NaN) - site.clock.now().getTime();
  };
  await read(campaign, [['2023-08-30T17:00:00Z', 2900, 5850]]);
  expect(Math.floor((await nextIn()) / HOUR)).toBe(1);
  await read(campaign, [['2023-09-01T08:00:00Z', 5800, 5850]]);
  expect(await nextIn()).toBeLessThan(HOUR);
  await read(campaign, [['2023-09-01T09:00:00Z', 5900, 5850]]);
  site.clock.advance(5 * DAY);
  await progress.follow([id]);
  expect(Math.floor((await nextIn()) / DAY)).toBe(1);
  const byPeople = await dataSource.getRepository(Account).findOneByOrFail({ id: campaign.xAccount?.id ?? '' });
  expect(byPeople.nextReadingAt).toBeNull();
});

test('milestones stay as they are when old readings are thinned', async () => {
  const campaign = await launch();
  const hours = Array.from({ length: 130 * 24 }, (_, hour) => hour);
  const at = (hour: number): Date => new Date(new Date(LAUNCH).getTime() - 5 * DAY + hour * HOUR);
  // Slow growth with a burst now and then, late in the evening in Paris.
  const gained = hours.map((hour) => (hour % (11 * 24) === 23 ? 40 + hour / 10 : hour % 5 === 0 ? 1 : 0));
  const counts = gained.map((_, hour) => 2_000 + gained.slice(0, hour + 1).reduce((sum, gain) => sum + gain, 0));
  const readings = hours.map((hour) => [at(hour).toISOString(), Math.floor(counts[hour] ?? 0)] as const);
  await addReadings(dataSource, campaign.fediverseAccount, readings);
  await addReadings(dataSource, campaign.xAccount, hours.filter((hour) => hour % 72 === 0).map((hour) => [at(hour).toISOString(), 6_000]));
  const accounts = [campaign.fediverseAccount?.id ?? '', campaign.xAccount?.id ?? ''];
  // As the months went by.
  for (const hour of hours.filter((each) => each % 97 === 96)) {
    site.clock.set(at(hour));
    await progress.follow(accounts);
  }
  const before = await site.get(CampaignsQuery).milestones(campaign.id);
  expect(new Set(before.map(({ kind }) => kind))).toEqual(new Set(['launched', 'quarter', 'half', 'record-day']));

  site.clock.advance(80 * DAY);
  const standing = site.get(StandingReadings);
  const thinned = await site.get(Thinning).thin(site.clock.now(), (manager, ids) => standing.of(manager, ids));
  expect(thinned).toBeGreaterThan(2_000);
  await progress.follow(accounts);
  expect(await site.get(CampaignsQuery).milestones(campaign.id)).toEqual(before);
});

describe('numbers that wait', () => {
  const HEADER = 'account,time,count,source,evidence\n';

  /** A number that a person told, and nobody confirmed yet. */
  async function tell({ xAccount }: Campaign, count: number, at: string, name: string): Promise<void> {
    const reader = { kind: 'stranger' as const, names: [name] };
    const seen = { accountId: xAccount?.id ?? '', count, at: new Date(at), source: 'archive' as const, evidenceUrl: 'https://archive.ph/AbC12', picture: null };
    site.clock.set(new Date(at));
    expect((await site.get(Proposals).propose({ ...seen, reader, rivals: [] })).ok).toBe(true);
  }

  async function importAndFollow(rows: string): Promise<void> {
    const imported = await site.get(ReadingsFile).import(Readable.from([HEADER + rows]));
    if (!imported.ok) throw new Error('The file was refused.');
    await progress.follow(imported.value.changedAccounts);
  }

  async function standing({ xAccount }: Campaign): Promise<string[]> {
    const rows = await dataSource.getRepository(Reading).find({ where: { account: { id: xAccount?.id ?? '' }, source: 'archive' }, order: { at: 'ASC' } });
    return rows.map(({ count, status }) => `${count} ${status}`);
  }

  test('count as soon as an import tells the same, and wait on when it tells another', async () => {
    const campaign = await launch();
    await tell(campaign, 5850, '2023-08-31T08:00:00Z', 'anna');
    await tell(campaign, 9999, '2023-08-31T09:00:00Z', 'bert');
    expect(await standing(campaign)).toEqual(['5850 pending', '9999 pending']);
    await importAndFollow(`x:lelibreedu${handles},2023-08-30T16:00:00Z,5852,import,\nx:lelibreedu${handles},2023-08-31T08:30:00Z,5851,import,\n`);
    // The two that wait contradict each other: that is for a moderator.
    expect(await standing(campaign)).toEqual(['5850 pending', '9999 pending']);
    await dataSource.getRepository(Reading).update({ count: 9999, account: { id: campaign.xAccount?.id ?? '' } }, { status: 'rejected' });
    await importAndFollow(`x:lelibreedu${handles},2023-08-31T08:40:00Z,5851,import,\n`);
    expect(await standing(campaign)).toEqual(['5850 counted', '9999 rejected']);
  });

  test('on which two agreed with nothing to compare with, count once an import tells of days before', async () => {
    const campaign = await launch();
    await tell(campaign, 5850, '2023-08-31T08:00:00Z', 'anna');
    await tell(campaign, 5851, '2023-08-31T09:00:00Z', 'bert');
    expect(await standing(campaign)).toEqual(['5850 pending', '5851 pending']);
    await importAndFollow(`x:lelibreedu${handles},2023-08-20T16:00:00Z,5861,import,\n`);
    expect(await standing(campaign)).toEqual(['5850 counted', '5851 counted']);
    expect((await site.get(ReadingsQuery).latest([campaign.xAccount?.id ?? ''])).get(campaign.xAccount?.id ?? '')?.count).toBe(5851);
  });

  test('that would turn a dare stay for a moderator, whatever is imported', async () => {
    const campaign = await launch();
    await addReadings(dataSource, campaign.fediverseAccount, [['2023-08-31T07:00:00Z', 5845]]);
    await tell(campaign, 5844, '2023-08-31T08:00:00Z', 'anna');
    await importAndFollow(`x:lelibreedu${handles},2023-08-31T06:00:00Z,5848,import,\n`);
    expect(await standing(campaign)).toEqual(['5844 pending']);
    expect((await reloaded(campaign)).state).toBe('live');
  });
});
