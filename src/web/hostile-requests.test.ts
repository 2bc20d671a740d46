import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { addCampaign } from '../../test/support/seed.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';

const INSTITUTION = 'lelibreedu@mastodon.mim-libre.fr';

let site: TestSite;

beforeAll(async () => {
  site = await startTestSite();
  const { fediverse, database, clock } = site;
  fediverse.addServer({ host: 'mastodon.mim-libre.fr', software: 'mastodon' });
  fediverse.addAccount({ handle: INSTITUTION, followers: 5_090 });
  fediverse.addServer({ host: 'piaille.example', software: 'mastodon' });
  fediverse.addAccount({ handle: 'suzie@piaille.example' });
  await addCampaign(database.dataSource, { now: clock.now(), fediverse: INSTITUTION, slug: 'lelibreedu' });
});
afterAll(() => site.close());

test.each([
  '/c/%00',
  '/c/%00/feed.atom',
  '/c/lelibreedu%00/readings.csv',
  '/report/%00',
  '/campaigns?q=%00',
  '/api/v1/campaigns?q=a%00',
  '/api/v1/campaigns/%00',
])('an address that no database can keep is the fault of who asks: %s', async (path) => {
  expect((await request(site.url).get(path)).status).toBe(400);
});

test('a form sent to such an address is refused as well', async () => {
  const pledge = { handle: 'suzie@piaille.example', consent: 'yes' };
  expect((await request(site.url).post('/c/%00/pledge').type('form').send(pledge)).status).toBe(400);
});

test.each(['//evil.example/c/x', '///evil.example'])('a page for %s links to no other site', async (path) => {
  const answer = await fetch(site.url + path);
  const page = await answer.text();
  expect(answer.status).toBe(404);
  expect(page).toContain('?lang');
  expect(page).not.toMatch(/href="\/\//);
});

test('looking at a private page again and again does not hammer the server that its handle names', async () => {
  const pledged = await request(site.url)
    .post('/c/lelibreedu/pledge')
    .type('form')
    .send({ handle: '@suzie@piaille.example', consent: 'yes' });
  const page = String(pledged.headers['location']);
  site.fediverse.fail('piaille.example', 'down');
  for (let visit = 0; visit < 60; visit += 1) expect((await request(site.url).get(page)).status).toBe(200);
  site.fediverse.fail('piaille.example', null);
  const asked = (await request(site.url).get(page)).text;
  expect(asked).not.toContain('authorize_interaction');
  site.clock.advance(10 * 60_000);
  expect((await request(site.url).get(page)).text).toContain('authorize_interaction');
});
