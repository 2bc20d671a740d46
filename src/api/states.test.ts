import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { lelibreedu, type LelibreeduCampaign } from '../../test/support/lelibreedu.ts';
import { ModerationWorld } from '../../test/support/moderation-world.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { HourlyStates } from '../campaigns/hourly-states.service.ts';
import { DAY, HOUR, MINUTE } from '../domain/durations.ts';
import { Account } from '../institutions/account.entity.ts';
import { PageCache } from '../platform/page-cache.ts';
import { Pledges } from '../pledges/pledges.service.ts';
import { problemSchema } from './problem.ts';
import { stateListSchema, stateSchema } from './state.schema.ts';

let site: TestSite;
let world: ModerationWorld;
let known: LelibreeduCampaign;

beforeAll(async () => {
  site = await startTestSite();
  world = new ModerationWorld(site.database.dataSource, site.clock);
  known = await lelibreedu(site);
});
afterAll(() => site.close());
beforeEach(() => site.get(PageCache).clear());

const get = (path: string): request.Test => request(site.url).get(path);

function change(campaign: Campaign, fields: Partial<Campaign>): Promise<unknown> {
  return site.database.dataSource.getRepository(Campaign).update({ id: campaign.id }, fields);
}

async function slugs(): Promise<string[]> {
  site.get(PageCache).clear();
  return stateListSchema.parse((await get('/api/v1/state.json').expect(200)).body).items.map(({ slug }) => slug);
}

test('the state of a campaign is told as of the full hour', async () => {
  const { body } = await get('/api/v1/campaigns/lelibreedu/state.json').expect(200).expect('access-control-allow-origin', '*');
  const state = stateSchema.parse(body);
  expect(state).toEqual(body);
  expect(state).toMatchObject({
    generatedAt: '2023-09-02T07:00:00.000Z',
    validUntil: '2023-09-02T08:00:00.000Z',
    slug: 'lelibreedu',
    state: 'live',
    dare: { kind: 'overtake' },
    institution: {
      accounts: [
        { network: 'mastodon', state: 'ok', followers: { count: 5090, readAt: '2023-09-02T07:00:00.000Z', source: 'import' }, chain: { number: 4 } },
        { network: 'x', followers: { count: 5840 } },
      ],
    },
    gap: { fediverse: 5090, x: 5840, difference: 750, leader: 'x' },
    // In the 37 hours since the last reading that was 24 hours old.
    pace: { fediverse: Math.round((1_290 * 240) / 37) / 10, x: Math.round((-8 * 240) / 37) / 10 },
    pledges: { total: 0, verified: 0, kept: 0 },
    link: `${site.url}/c/lelibreedu`,
  });
  expect(state.pace?.gap).toBeCloseTo((state.pace?.fediverse ?? 0) - (state.pace?.x ?? 0), 5);
  const list = stateListSchema.parse((await get('/api/v1/state.json').expect(200)).body);
  const { generatedAt, validUntil, ...item } = state;
  expect(list).toEqual({ generatedAt, validUntil, items: [item], page: 1, pages: 1, total: 1 });
});

describe('within an hour', () => {
  test('everyone gets the same bytes, whatever happens, and may keep them until the next one', async () => {
    const first = await get('/api/v1/state.json').expect(200);
    expect(first.headers).toMatchObject({ 'cache-control': 'public, max-age=1800, stale-while-revalidate=60', 'vary': 'Accept-Encoding' });
    expect(first.headers['etag']).toMatch(/^"[^"]+"$/);
    await site.get(Pledges).pledge({ slug: 'lelibreedu', handle: '@alice@social.example', consent: true, showHandle: false });
    await world.reading(known.mastodon, 5_080, { status: 'counted', source: 'import', at: new Date('2023-09-02T06:59:00Z') });
    await site.database.dataSource.getRepository(Account).update({ id: known.mastodon.id }, { state: 'unreachable' });
    await change(known.campaign, { state: 'won', endedAt: site.clock.now() });
    site.clock.advance(10 * MINUTE);
    site.get(PageCache).clear();
    const again = await get('/api/v1/state.json').set('accept-language', 'fr').expect(200);
    expect(again.text).toBe(first.text);
    expect(again.headers).toMatchObject({ 'etag': first.headers['etag'], 'cache-control': 'public, max-age=1200, stale-while-revalidate=60' });
    const asked = get('/api/v1/state.json').set('if-none-match', first.headers['etag'] ?? '');
    expect((await asked.expect(304)).headers['cache-control']).toContain('max-age=1200');
    const alone = await get('/api/v1/campaigns/lelibreedu/state.json').expect(200);
    expect(first.text).toContain(alone.text.slice(alone.text.indexOf('"slug"')));
  });

  test('what was not told yet is told as it was at its beginning', async () => {
    await site.database.dataSource.query('DELETE FROM hourly_state');
    const { body } = await get('/api/v1/campaigns/lelibreedu/state.json').expect(200);
    // A reading was written down since, and is the last of its chain.
    expect(body).toMatchObject({ state: 'live', gap: { fediverse: 5090 }, pledges: { total: 0 }, institution: { accounts: [{ chain: { number: 4 } }, {}] } });
    expect(body).toHaveProperty('forecast.crossesOn');
  });

  test('what was written down after its beginning is not in it, whenever it is first asked for', async () => {
    const { institution } = known.campaign;
    const account = await world.account(institution, 'mastodon', 'late@mastodon.mim-libre.fr');
    const early = new Date('2023-09-02T06:00:00Z');
    const campaign = await world.campaign({ slug: 'late', institution, fediverseAccount: account, dareKind: 'reach', target: 900, xAccount: null, state: 'live', launchedAt: early });
    await world.reading(account, 100, { status: 'counted', source: 'import', at: early, createdAt: early });
    const before = await get('/api/v1/campaigns/late/state.json').expect(200);
    await world.reading(account, 700, { status: 'counted', source: 'import', at: new Date('2023-09-02T06:30:00Z') });
    await site.database.dataSource.query('DELETE FROM hourly_state');
    site.get(PageCache).clear();
    const after = await get('/api/v1/campaigns/late/state.json').expect(200);
    expect(after.text).toBe(before.text);
    expect(stateSchema.parse(after.body).institution.accounts).toMatchObject([{ followers: { count: 100 }, chain: { number: 1 } }]);
    await change(campaign, { hiddenAt: site.clock.now() });
  });

  test('a campaign that was taken down is gone at once', async () => {
    await change(known.campaign, { hiddenAt: site.clock.now() });
    expect(await slugs()).toEqual([]);
    await get('/api/v1/campaigns/lelibreedu/state.json').expect(404);
    await change(known.campaign, { hiddenAt: null });
    expect(await slugs()).toEqual(['lelibreedu']);
  });

  test('a campaign that was put online after it began waits for the next one', async () => {
    await world.campaign({ slug: 'new', state: 'live', launchedAt: site.clock.now() });
    expect(await slugs()).toEqual(['lelibreedu']);
    const answer = await get('/api/v1/campaigns/new/state.json').expect(404).expect('retry-after', '1200');
    expect(problemSchema.parse(answer.body).type).toBe(`${site.url}/problems/no-state-yet`);
    await get('/api/v1/campaigns/nowhere/state.json').expect(404);
  });
});

test('the next hour tells what has happened', async () => {
  site.clock.set(new Date('2023-09-02T08:00:00Z'));
  expect(await slugs()).toEqual(['lelibreedu', 'new']);
  const { body } = await get('/api/v1/campaigns/lelibreedu/state.json').expect(200);
  expect(body).toMatchObject({ generatedAt: '2023-09-02T08:00:00.000Z', state: 'won', forecast: null, pace: null, pledges: { total: 1 } });
  expect((await get('/api/v1/campaigns/new/state.json').expect(200)).body).toMatchObject({ gap: null, pace: { gap: null } });
});

test('campaigns that ended long ago are left out of the list', async () => {
  const launchedAt = new Date('2023-06-01T00:00:00Z');
  await world.campaign({ slug: 'recent', state: 'ended', launchedAt, endedAt: new Date(site.clock.now().getTime() - 30 * DAY + HOUR) });
  await world.campaign({ slug: 'old', state: 'ended', launchedAt, endedAt: new Date(site.clock.now().getTime() - 30 * DAY - HOUR) });
  expect(await slugs()).toEqual(['recent', 'lelibreedu', 'new']);
  await get('/api/v1/campaigns/old/state.json').expect(200);
  await get('/api/v1/state.json?page=0').expect(400);
});

test('of two processes that tell something at once, one is heard by both, and a late clock says nothing old', async () => {
  const states = new HourlyStates(site.database.dataSource);
  const hour = new Date('2023-09-02T12:00:00Z');
  const { id } = known.campaign;
  const say = (word: string) => states.of([id], hour, async () => new Map([[id, word]]));
  const heard = await Promise.all([say('"one"'), say('"two"')]);
  expect(heard[0]).toEqual(heard[1]);
  const late = await states.of([id], new Date('2023-09-02T11:00:00Z'), () => Promise.reject(new Error('Nobody asks.')));
  expect(late).toEqual(heard[0]);
});
