import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { Campaign } from '../../src/campaigns/campaign.entity.ts';
import { KeyRing } from '../../src/platform/key-ring.ts';
import { PledgeCounting } from '../../src/pledges/pledge-counting.service.ts';
import { axeFindings, launchBrowser, overflow, visit, type Visit } from '../support/browser.ts';
import { addCampaign, addReadings } from '../support/seed.ts';
import { startTestSite, type TestSite } from '../support/site.ts';

const INSTITUTION = 'lelibreedu@mastodon.mim-libre.fr';

let browser: Browser;
let site: TestSite;
let campaign: Campaign;
let suzie: Visit;

beforeAll(async () => {
  [browser, site] = await Promise.all([launchBrowser(), startTestSite()]);
  const { fediverse, database, clock } = site;
  fediverse.addServer({ host: 'mastodon.mim-libre.fr', software: 'mastodon' });
  fediverse.addAccount({ handle: INSTITUTION, followers: 5_090, institution: true });
  fediverse.addServer({ host: 'piaille.example', software: 'mastodon' });
  fediverse.addServer({ host: 'notes.example', software: 'misskey' });
  for (const name of ['suzie', 'zoe']) fediverse.addAccount({ handle: `${name}@piaille.example` });
  fediverse.addAccount({ handle: 'yuki@notes.example' });
  campaign = await addCampaign(database.dataSource, {
    now: new Date('2023-08-30T16:00:00Z'),
    fediverse: INSTITUTION,
    x: 'lelibreedu',
    title: 'Quand @lelibreedu aura plus d’abonnés sur Mastodon que sur X, on en reparlera.',
    language: 'fr',
    slug: 'lelibreedu',
    deadline: new Date('2023-09-04T21:59:59Z'),
  });
  await addReadings(database.dataSource, campaign.fediverseAccount, [['2023-08-30T16:00:00Z', 2900], ['2023-09-02T07:10:00Z', 5090]]);
  await addReadings(database.dataSource, campaign.xAccount, [['2023-08-30T16:00:00Z', 5850], ['2023-09-02T07:10:00Z', 5840]]);
  clock.set(new Date('2023-09-02T07:30:00Z'));
}, 60_000);
afterAll(async () => {
  await browser.close();
  await site.close();
});
afterEach(async () => {
  await suzie.context.close();
});

async function land(options: Parameters<typeof visit>[1]): Promise<void> {
  suzie = await visit(browser, options);
  await suzie.page.goto(`${site.url}/c/lelibreedu`);
}

/** Axe itself needs JavaScript in the page. */
async function expectNoFault({ axe = true } = {}): Promise<void> {
  if (axe) expect(await axeFindings(suzie.page)).toEqual([]);
  expect(await overflow(suzie.page)).toEqual([]);
}

async function typeHandle(handle: string, consent = true): Promise<void> {
  const { page } = suzie;
  if (!(await page.getByRole('textbox').first().isVisible())) await page.locator('details.pledge summary').click();
  await page.locator('[name=handle]').fill(handle);
  if (consent) await page.locator('[name=consent]').check();
  await page.locator('.pledge-form button').click();
}

describe.each([{ javaScript: true }, { javaScript: false }])('Suzie, on her phone, with JavaScript: $javaScript', ({ javaScript }) => {
  const handle = javaScript ? '@Suzie@Piaille.example' : 'zoe@piaille.example';

  test('lands, pledges, follows from her own server, is seen, and leaves', async () => {
    await land({ javaScript, width: 320, language: 'fr' });
    const { page } = suzie;
    expect(await page.locator('h1').innerText()).toMatch(/Quand @lelibreedu\s+aura plus d’abonnés/);
    expect(await page.locator('main').innerText()).toMatch(/5.090[\s\S]*5.840/);
    await expectNoFault({ axe: javaScript });

    await typeHandle(handle);
    await page.waitForURL(/\/p\/[\w-]{32}/);
    await expectNoFault({ axe: javaScript });
    const follow = page.locator('a.button.primary').first();
    expect(await follow.getAttribute('href')).toContain('/~piaille.example/authorize_interaction?uri=');

    const own = await suzie.context.newPage();
    await own.goto((await follow.getAttribute('href')) ?? '');
    await own.getByRole('button', { name: /follow|suivre/i }).first().click();
    await own.getByText(/follows this account|suit ce compte/).first().waitFor();
    expect(site.fediverse.followersOf(INSTITUTION)).toBeGreaterThan(5_090);

    await page.locator('#check button').click();
    await page.locator('.steps .is-done').waitFor();
    await expectNoFault({ axe: javaScript });

    const held = page.locator('section[aria-labelledby=held]');
    await held.locator('summary').click();
    expect(await held.innerText()).toContain('piaille.example');
    await expectNoFault({ axe: javaScript });
    const download = page.waitForEvent('download');
    await held.getByRole('link').click();
    const file = JSON.parse(await readFile(await (await download).path(), 'utf8')) as unknown;
    expect(file).toMatchObject({ campaign: 'lelibreedu', server: 'piaille.example', state: 'kept', kept: { how: 'listed' } });

    await page.locator('form[action*=withdraw] button').click();
    await expectNoFault({ axe: javaScript });
    await page.goBack();
    await page.reload();
    expect(await page.locator('h1').innerText()).not.toContain('5');
    expect(suzie.troubles).toEqual([]);
    expect(await suzie.context.cookies()).toEqual([]);
  }, 60_000);
});

describe('what can go wrong keeps what she typed', () => {
  const cases: { typed: string; consent: boolean; says: RegExp }[] = [
    { typed: 'piaille.example', consent: true, says: /@.*@piaille\.example/ },
    { typed: '@suzie', consent: true, says: /./ },
    { typed: 'suzie at piaille', consent: true, says: /./ },
    { typed: '@suzie@127.0.0.1', consent: true, says: /./ },
    { typed: 'suzie@piaille.example', consent: false, says: /./ },
    { typed: `@${INSTITUTION}`, consent: true, says: /./ },
  ];
  test.each(cases)('$typed, consent: $consent', async ({ typed, consent, says }) => {
    await land({ language: 'en' });
    const { page } = suzie;
    await typeHandle(typed, consent);
    expect(page.url()).toBe(`${site.url}/c/lelibreedu/pledge`);
    expect(await page.locator('[name=handle]').inputValue()).toBe(typed);
    expect(await page.locator('.error-summary, [role=alert]').first().innerText()).toMatch(says);
    expect(await page.locator('.top [hreflang=fr]').getAttribute('href')).toBe('/c/lelibreedu?lang=fr');
    await expectNoFault();
  }, 30_000);

  test('an account that does not exist: the field keeps its text, the handle can be copied', async () => {
    await land({ language: 'en' });
    const { page } = suzie;
    await typeHandle('suzzie@piaille.example');
    expect(await page.locator('[name=handle]').inputValue()).toBe('@suzzie@piaille.example');
    expect(await page.locator('main').innerText()).toContain(`@${INSTITUTION}`);
    await expectNoFault();
  }, 30_000);

  test('a server that is down: the pledge is saved, a manual way is shown', async () => {
    site.fediverse.fail('piaille.example', 'down');
    await land({ language: 'en' });
    const { page } = suzie;
    await typeHandle('zoe@piaille.example');
    site.fediverse.fail('piaille.example', null);
    expect(page.url()).toMatch(/\/p\//);
    expect(await page.locator('main').innerText()).toContain(`@${INSTITUTION}`);
    await expectNoFault();
    await page.reload();
    expect(await page.locator('a.button.primary').first().getAttribute('href')).toContain('authorize_interaction');
  }, 30_000);

  test('pledging again looks the same and is counted once', async () => {
    await land({ language: 'en' });
    await typeHandle('yuki@notes.example');
    const first = (await suzie.page.locator('main').innerText()).replace(/\d/g, '');
    await suzie.page.goto(`${site.url}/c/lelibreedu`);
    await typeHandle('@Yuki@notes.example');
    expect((await suzie.page.locator('main').innerText()).replace(/\d/g, '').toLowerCase()).toBe(first.toLowerCase());
    await site.get(PledgeCounting).count();
    const [row] = await site.database.dataSource.query<{ n: number }[]>(
      'SELECT count(*)::int AS n FROM pledge WHERE handle_hash = $1',
      [(await site.get(KeyRing).keys()).hash('pledge.handle', 'yuki@notes.example')],
    );
    expect(row?.n).toBe(1);
  }, 30_000);
});

test('she passes it on: edits the post, and her own server opens with it', async () => {
  suzie = await visit(browser, { width: 360, language: 'fr' });
  const { page } = suzie;
  await page.goto(`${site.url}/c/lelibreedu/share`);
  await expectNoFault();
  expect(await page.locator('textarea').inputValue()).toMatch(/5.090/);
  await page.locator('textarea').fill('Chiche ! 5090 sur Mastodon');
  await page.locator('[name=server]').fill('@suzie@piaille.example');
  await page.locator('button[value=server]').click();
  expect(page.url()).toContain('/~piaille.example/share?text=');
  expect(await page.locator('textarea').inputValue()).toBe('Chiche ! 5090 sur Mastodon');
  expect(suzie.troubles).toEqual([]);
}, 30_000);

test('too many tries are told so, with when to come back', async () => {
  suzie = await visit(browser, {});
  let last: Response | undefined;
  for (let attempt = 0; attempt < 70 && last?.status !== 429; attempt++) {
    last = await fetch(`${site.url}/c/lelibreedu/pledge`, { method: 'POST', body: new URLSearchParams({ handle: 'x' }), headers: { 'x-forwarded-for': '198.51.100.7' } });
  }
  expect(last?.status).toBe(429);
  expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await last?.text()).toContain('<html lang="en"');
}, 30_000);
