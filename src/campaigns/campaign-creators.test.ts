import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { addCampaign } from '../../test/support/seed.ts';
import { MastodonServer } from '../../test/support/servers/mastodon-server.ts';
import { TestWorld, type Person } from '../../test/support/servers/world.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { DAY } from '../domain/durations.ts';
import { PageCache } from '../platform/page-cache.ts';
import { CampaignCreators, creatorCode } from './campaign-creators.service.ts';
import { CampaignOwners } from './campaign-owners.service.ts';
import { CampaignsQuery } from './campaigns.query.ts';
import type { Campaign } from './campaign.entity.ts';

/** The site's own name, where it runs. */
const SITE = '127.0.0.1';

let world: TestWorld;
let site: TestSite;
let ada: Person;
let campaign: Campaign;
let page: string;
let code: string;
let start: Date;

beforeAll(async () => {
  world = await new TestWorld(() => site.clock.now()).start();
  site = await startTestSite({ env: { ALLOW_PRIVATE_NETWORK: world.address } });
  start = site.clock.now();
  campaign = await addCampaign(site.database.dataSource, { now: start, slug: 'credited' });
  const token = await site.get(CampaignOwners).add(site.database.dataSource.manager, campaign, null, 'en');
  page = `/account/${token}/creator`;
  code = creatorCode(token);
});
afterAll(async () => {
  await site.close();
  await world.close();
});
beforeEach(async () => {
  site.clock.set(start);
  site.get(PageCache).clear();
  for (const table of ['campaign_creator', 'host']) await site.database.dataSource.query(`DELETE FROM ${table}`);
  world.servers.clear();
  world.down.clear();
  ada = world.add(new MastodonServer(world, 'social.example')).addPerson('ada');
});

const ask = (handle: string): request.Test => request(site.url).post(page).type('form').set('sec-fetch-site', 'same-origin').send({ handle });
const credited = (): Promise<string | null> => site.get(CampaignsQuery).creator(campaign.id, site.clock.now());
const publicPage = async (): Promise<string> => (await request(site.url).get('/c/credited').expect(200)).text;

describe('a campaigner', () => {
  test('is credited where their profile allows it, and until they want it no more', async () => {
    ada.attributionDomains.push('other.example', SITE);
    ada.note = `<p>I like trains. ${code}</p>`;
    expect(await publicPage()).not.toContain('fediverse:creator');
    await ask('@Ada@social.example').expect(303).expect('location', page);
    site.get(PageCache).clear();
    expect(await publicPage()).toContain('<meta name="fediverse:creator" content="@ada@social.example">');
    expect((await request(site.url).get(page).expect(200)).text).toContain('@ada@social.example');
    await request(site.url).post(`${page}/forget`).set('sec-fetch-site', 'same-origin').expect(303);
    expect(await credited()).toBeNull();
  });

  test.each<[string, () => void, string, RegExp]>([
    ['whose profile does not allow it', () => ada.attributionDomains.push('other.example'), '@ada@social.example', /does not allow 127\.0\.0\.1 to credit you yet/],
    ['whose profile lacks the code', () => { ada.attributionDomains.push(SITE); ada.note = 'chiche-0000000000'; }, '@ada@social.example', /the code is not in it/],
    ['who is not there', () => undefined, '@eve@social.example', /does not know this account/],
    ['whose server is down', () => void world.down.add('social.example'), '@ada@social.example', /gave no answer/],
    ['who typed something else', () => undefined, 'ada', /does not look like/],
  ])('%s is told so, and nothing changes', async (_, prepare, handle, words) => {
    prepare();
    const { text } = await ask(handle).set('accept-language', 'en').expect(422);
    expect(text).toMatch(words);
    expect(text).toContain(`value="${handle}"`);
    expect(await credited()).toBeNull();
  });

  test('cannot have somebody else credited by a name that a server lends', async () => {
    const lending = world.add(new MastodonServer(world, 'lending.example'));
    lending.people.push({ ...ada, user: 'me', server: lending });
    ada.attributionDomains.push(SITE);
    ada.note = code;
    await ask('@me@lending.example').expect(422);
    expect(await credited()).toBeNull();
  });
});

describe('once a day', () => {
  beforeEach(async () => {
    ada.attributionDomains.push(SITE);
    ada.note = code;
    await ask('@ada@social.example').expect(303);
    // It has shown whose the account is, and is needed no more.
    ada.note = '';
  });

  const lookAfter = async (days: number): Promise<void> => {
    site.clock.set(new Date(start.getTime() + days * DAY + 1));
    await site.get(CampaignCreators).lookAgain(site.clock.now());
  };

  test('the profile is read again, and whoever took the permission back is forgotten', async () => {
    world.seen.length = 0;
    await site.get(CampaignCreators).lookAgain(site.clock.now());
    expect(world.seen).toEqual([]);
    await lookAfter(1);
    expect(await credited()).toBe('ada@social.example');
    ada.attributionDomains.length = 0;
    await lookAfter(2.5);
    expect(await credited()).toBeNull();
  });

  test('a server that wants to be left alone is', async () => {
    await lookAfter(1);
    await site.database.dataSource.query(`UPDATE host SET opted_out_at = now() WHERE name = 'social.example'`);
    world.seen.length = 0;
    await lookAfter(3);
    expect(world.seen.filter(({ path }) => path !== '/robots.txt')).toEqual([]);
    expect(await credited()).toBe('ada@social.example');
  });

  test('a server that does not answer is given a month', async () => {
    world.down.add('social.example');
    await lookAfter(29);
    expect(await credited()).toBe('ada@social.example');
    await lookAfter(31);
    expect(await credited()).toBeNull();
  });
});
