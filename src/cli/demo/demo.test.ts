import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { TEST_SECRET } from '../../../test/support/key-ring.ts';
import { CampaignProgress } from '../../campaigns/campaign-progress.service.ts';
import { CampaignRegister } from '../../campaigns/campaign-register.query.ts';
import { CampaignStandings } from '../../campaigns/campaign-standing.query.ts';
import { CampaignsQuery } from '../../campaigns/campaigns.query.ts';
import { HOUR } from '../../domain/durations.ts';
import type { Account } from '../../institutions/account.entity.ts';
import { CampaignReviewQuery } from '../../moderation/campaign-review.query.ts';
import { ModerationQuery } from '../../moderation/moderation.query.ts';
import { SettableClock } from '../../platform/clock.ts';
import { Queue } from '../../platform/queue.ts';
import { readConfig } from '../../platform/config.ts';
import { PledgeCounting } from '../../pledges/pledge-counting.service.ts';
import { PledgesQuery } from '../../pledges/pledges.query.ts';
import { FlagNotes } from '../../readings/flag-notes.query.ts';
import { READINGS_CHANGED_QUEUE } from '../../readings/reading-writer.service.ts';
import { ReadingRounds } from '../../readings/reading-rounds.service.ts';
import { ReadingsQuery } from '../../readings/readings.query.ts';
import { openServices, type Services } from '../context.ts';
import { addInstitutions, COUNTS } from './demo-institutions.ts';
import { DemoLife } from './demo-life.ts';
import { MemoryFile, recall, remember } from './demo-memory.ts';
import { addPeople, VISITORS } from './demo-people.ts';
import { DEMO_FEATURES, seedDemo, type SeededWorld } from './demo-seed.ts';
import { startSimulatedFediverse, type SimulatedFediverse } from './simulated-fediverse.ts';
import { SimulatedWorld } from './simulated-world.ts';

const START = new Date('2026-11-20T18:00:00Z');
const SECOND = 1_000;

let database: TestDatabase;
let fediverse: SimulatedFediverse;
let services: Services;
let people: string[];
let world: SeededWorld;
const clock = new SettableClock(START);

beforeAll(async () => {
  [database, fediverse] = await Promise.all([openTestDatabase(), startSimulatedFediverse({ now: () => clock.now() })]);
  people = addPeople(fediverse);
  addInstitutions(fediverse);
  const { host, port } = fediverse.address;
  const config = readConfig({ ALLOW_PRIVATE_NETWORK: `${host}:${port}`, LOG_LEVEL: 'silent', SESSION_SECRET: TEST_SECRET });
  if (!config.ok) throw new Error(config.error.problems.join());
  services = await openServices(config.value, database, DEMO_FEATURES, clock);
  await services.get(Queue).start([READINGS_CHANGED_QUEUE]);
  world = await seedDemo({ services, clock, world: fediverse, people, start: START });
}, 60_000);

afterAll(async () => {
  await services.close();
  await fediverse.close();
  await database.close();
});

async function countsOf(account: Account | null | undefined): Promise<number[]> {
  const counts: number[] = [];
  for await (const { count } of services.get(ReadingsQuery).all(account?.id ?? '', null, null)) counts.push(count);
  return counts;
}

describe('the demo’s world', () => {
  test('has the first campaign as it was, won, with its own milestones and nobody’s pledge', async () => {
    const { campaign } = world.lelibreedu;
    const now = await services.get(CampaignsQuery).bySlug(campaign.slug);
    expect(now).toMatchObject({
      state: 'won',
      launchedAt: new Date('2023-08-30T16:00:00Z'),
      endedAt: new Date('2023-09-04T06:30:00Z'),
      deadline: new Date('2023-09-04T21:59:59Z'),
      hashtag: 'TriompheModeste',
    });
    expect(await countsOf(now?.fediverseAccount)).toEqual([2900, 5090, 5876]);
    expect(await countsOf(now?.xAccount)).toEqual([5850, 5840, 5832]);
    const milestones = await services.get(CampaignsQuery).milestones(campaign.id);
    expect(milestones.map(({ kind, value }) => [kind, value])).toEqual([['launched', 2900], ['half', 751], ['crossed', 5876]]);
    expect((await services.get(PledgesQuery).numbers([campaign.id])).get(campaign.id)?.total).toBe(0);
  });

  test('shows a campaign in every state that people can meet, in both languages', async () => {
    const campaigns = await services.get(CampaignRegister).list(null);
    expect(campaigns.map(({ state, dareKind, language }) => `${state} ${dareKind} ${language}`)).toEqual([
      'won overtake fr',
      'ended overtake fr',
      'live overtake en',
      'live reach en',
      'live overtake fr',
      'live open fr',
      'changes_requested overtake en',
      'submitted overtake fr',
      'submitted reach en',
    ]);
  });

  test('has numbers that were written down before the hour under way', async () => {
    const campaigns = [world.portAlder, world.rochebrune, world.tidesMuseum, world.eauxVives];
    const found = await Promise.all(campaigns.map(({ campaign }) => services.get(CampaignsQuery).bySlug(campaign.slug)));
    const known = found.filter((campaign) => campaign !== null);
    const scores = await services.get(CampaignStandings).scoresAt(known, new Date(START.getTime() - HOUR));
    expect(scores.map(({ latest }) => latest.fediverse !== null)).toEqual([true, true, true, true]);
  });

  test('has pledges from many servers, some of them kept', async () => {
    const ids = [world.portAlder, world.tidesMuseum, world.valbrume].map(({ campaign }) => campaign.id);
    const numbers = await services.get(PledgesQuery).numbers(ids);
    expect([...numbers.values()].map(({ total, kept }) => [total, kept])).toEqual([[70, 26], [55, 19], [75, 0]]);
    expect(numbers.get(world.portAlder.campaign.id)?.servers.length).toBeGreaterThanOrEqual(4);
    expect(numbers.get(world.portAlder.campaign.id)?.verified).toBe(46);
    const { id } = world.rochebrune.campaign;
    expect((await services.get(PledgesQuery).numbers([id])).get(id)).toMatchObject({ total: 45, nextRelease: { at: 46, people: 21 } });
  });

  test('gives moderators something to do, and signs to see', async () => {
    const queue = await services.get(ModerationQuery).queue(1);
    expect(queue.counts).toEqual({ campaign: 2, report: 2, reading: 2, flag: 1, crowd: 0, letter: 1, block: 0, post: 0, bot: 0 });
    const museum = world.tidesMuseum.campaign.fediverseAccount?.id ?? '';
    expect(await services.get(FlagNotes).of([museum])).toMatchObject([{ kind: 'spike', count: 1_430, note: { en: expect.stringContaining('school') } }]);
    const review = await services.get(CampaignReviewQuery).review(world.portAlderAgain.campaign.id);
    expect(review?.duplicates.map(({ institution }) => institution.name)).toEqual(['City of Port Alder']);
    expect(review?.accounts.map(({ mayImpersonate }) => mayImpersonate)).toEqual([true]);
    const honest = await services.get(CampaignReviewQuery).review(world.troisVallees.campaign.id);
    expect(honest?.accounts[0]?.mayImpersonate).toBe(false);
  });

  test('has its people’s counts on their servers, and a visitor for whoever tries it', () => {
    expect(fediverse.followersOf('city@port-alder.example')).toBe(COUNTS.portAlder.fediverse);
    for (const visitor of Object.values(VISITORS)) expect(fediverse.findAccount(visitor)).not.toBeNull();
  });

  test('can be gone on with: followers come back from the file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chiche-memory-'));
    const file = new MemoryFile(folder);
    expect(await file.read()).toBeNull();
    await file.write({ tokens: {}, slugs: {}, ...remember(fediverse) });
    const again = new SimulatedWorld();
    addPeople(again);
    addInstitutions(again);
    const memory = await file.read();
    if (memory === null) throw new Error('It was just written.');
    recall(again, memory);
    expect(remember(again)).toEqual(remember(fediverse));
    await rm(folder, { recursive: true });
  });
});

describe('while one watches', () => {
  test('people arrive one by one, and Port Alder wins within two minutes', async () => {
    const { slug, id } = world.portAlder.campaign;
    const life = new DemoLife(
      {
        services,
        world: fediverse,
        racing: slug,
        slow: [world.tidesMuseum.campaign.slug, world.rochebrune.campaign.slug],
        newcomers: people.slice(70),
        read: async (accountId) => {
          await services.get(ReadingRounds).take(accountId);
          await services.get(CampaignProgress).follow([accountId]);
        },
      },
      START,
    );
    const counts: number[] = [];
    let wonAfter: number | null = null;
    for (let second = 1; second <= 120; second += 1) {
      clock.set(new Date(START.getTime() + second * SECOND));
      if (await life.step(clock.now())) wonAfter = second;
      counts.push(fediverse.followersOf('city@port-alder.example'));
    }
    expect(wonAfter).toBeGreaterThan(60);
    expect(await services.get(CampaignsQuery).bySlug(slug)).toMatchObject({ state: 'won' });
    const milestones = await services.get(CampaignsQuery).milestones(id);
    // Whether there was a record day depends on where the days begin.
    const kinds = milestones.map(({ kind }) => kind).filter((kind) => kind !== 'record-day');
    expect(kinds).toEqual(['launched', 'quarter', 'half', 'three-quarters', 'hundred-to-go', 'crossed']);
    expect(counts.every((count, index) => count >= (counts[index - 1] ?? 0))).toBe(true);
    expect(fediverse.followersOf('museum@tides-museum.example')).toBe(COUNTS.tidesMuseum.fediverse + 10);

    await services.get(PledgeCounting).count();
    const pledges = (await services.get(PledgesQuery).numbers([id])).get(id);
    expect(pledges?.total).toBeGreaterThan(75);
    expect(pledges?.kept).toBe((pledges?.total ?? 0) - 70 + 26);
  }, 60_000);
});
