import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { ReadingRounds } from '../../src/readings/reading-rounds.service.ts';
import { Staffing } from '../../src/identity/staffing.service.ts';
import { CampaignProgress } from '../../src/campaigns/campaign-progress.service.ts';
import { axeFindings, launchBrowser, overflow, visit, type Visit } from '../support/browser.ts';
import { addLelibreedu, TYPED } from '../support/launch.ts';
import { startTestSite, type TestSite } from '../support/site.ts';

const PASSWORD = 'correct horse battery staple';

let browser: Browser;
let site: TestSite;
const visits: Visit[] = [];

beforeAll(async () => {
  [browser, site] = await Promise.all([launchBrowser(), startTestSite()]);
  addLelibreedu(site);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await site.close();
});
afterEach(async () => {
  for (const { context } of visits.splice(0)) await context.close();
});

async function come(options: Parameters<typeof visit>[1]): Promise<Page> {
  const visitor = await visit(browser, options);
  visits.push(visitor);
  return visitor.page;
}

async function expectNoFault(page: Page): Promise<void> {
  expect(await axeFindings(page)).toEqual([]);
  expect(await overflow(page)).toEqual([]);
}

/** Fills in a form's fields by their names. */
async function fill(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`main [name="${name}"]`);
    if ((await page.locator(`main select[name="${name}"]`).count()) > 0) await field.selectOption(value);
    else if ((await field.first().getAttribute('type')) === 'radio') await page.locator(`main [name="${name}"][value="${value}"]`).check();
    else await field.fill(value);
  }
}

async function goOn(page: Page): Promise<void> {
  await page.locator('main form button.primary, main a.button.primary').first().click();
}

/** Camille launches; the address of her private page. */
async function launch(page: Page, story: Record<string, string> = {}): Promise<string> {
  await page.goto(`${site.url}/start`);
  await expectNoFault(page);
  await fill(page, TYPED.institution);
  await goOn(page);
  await expectNoFault(page);
  expect(await page.locator('main').innerText()).toMatch(/5.090/);
  await page.locator('.onward a.primary').click();
  await fill(page, { dareKind: 'overtake', deadline: TYPED.dare.deadline });
  await expectNoFault(page);
  await goOn(page);
  const { email: _, ...words } = TYPED.story;
  await fill(page, { ...words, ...story });
  await expectNoFault(page);
  await page.locator('main button.primary').click();
  await expectNoFault(page);
  await page.locator('button.primary.big').last().click();
  await page.waitForURL(/\/account\//);
  await expectNoFault(page);
  return page.url().replace(/\?.*$/, '');
}

async function signIn(page: Page): Promise<void> {
  const added = await site.get(Staffing).add(`moderator ${Math.random()}`, 'moderator');
  if (!added.ok) throw new Error(added.error.type);
  await page.goto(`${site.url}/signin/link/${added.value.token}`);
  await expectNoFault(page);
  for (const field of await page.locator('main input[type=password]').all()) await field.fill(PASSWORD);
  await goOn(page);
  await page.waitForURL(/\/moderation/);
  await expectNoFault(page);
}

async function decide(page: Page, title: string, action: string, reason = ''): Promise<void> {
  await page.goto(`${site.url}/moderation`);
  await page.getByRole('link', { name: title }).click();
  await expectNoFault(page);
  await page.locator(`[name=action][value=${action}]`).check();
  if (reason !== '') await page.locator('[name=reason]').first().fill(reason);
  await page.locator('button[value=decide]').click();
  await page.waitForURL(/[?&]done=/);
}

test('from /start to a live page: a moderator asks for changes, approves, and nobody sees it before', async () => {
  const camille = await come({ width: 320, language: 'fr' });
  const account = await launch(camille);
  const slug = 'quand-lelibreedu-aura-plus-d-abonnes-sur-mastodon-que-sur-x';
  const seen = async (): Promise<number> => (await fetch(`${site.url}/c/${slug}`)).status;
  expect(await seen()).toBe(404);

  const moderator = await come({ width: 1280, language: 'en' });
  await signIn(moderator);
  await decide(moderator, 'Quand @lelibreedu', 'ask_changes', 'Citez votre source, s’il vous plaît.');

  await camille.goto(account);
  expect(await camille.locator('main').innerText()).toContain('Citez votre source, s’il vous plaît.');
  await expectNoFault(camille);
  await camille.locator('form[action$="/amend"] button, a[href$="/amend"]').first().click();
  await camille.goto(camille.url().replace(/\/(institution|found|dare|story|preview)$/, '/story'));
  await fill(camille, { quoteSource: 'dans les couloirs du ministère' });
  await camille.locator('main button.primary').click();
  await camille.locator('button.primary.big').last().click();
  await camille.waitForURL(/said=amended/);

  site.clock.advance(60_000);
  await decide(moderator, 'Quand @lelibreedu', 'approve');
  expect(await seen()).toBe(404);

  await camille.goto(account);
  await camille.locator('form[action$="/publish"] button').click();
  await camille.waitForURL(/said=published/);
  await expectNoFault(camille);
  expect(await seen()).toBe(200);

  // What a worker does next.
  await site.get(ReadingRounds).round();
  for (const { id } of await site.database.dataSource.query<{ id: string }[]>('SELECT id FROM account')) {
    await site.get(CampaignProgress).follow([id]);
  }
  site.clock.advance(10_000);
  const page = await (await fetch(`${site.url}/c/${slug}`, { headers: { 'accept-language': 'fr' } })).text();
  expect(page).toMatch(/5\u202f090/);
  expect(page).toContain('dans les couloirs du ministère');

  await moderator.goto(`${site.url}/moderation/log`);
  await expectNoFault(moderator);
  expect(await moderator.locator('main').innerText()).toContain('Citez votre source');
  for (const { troubles } of visits) expect(troubles).toEqual([]);
}, 120_000);

test('a visitor objects, and the report waits in the queue until somebody decides', async () => {
  const [row] = await site.database.dataSource.query<{ slug: string }[]>(`SELECT slug FROM campaign WHERE state = 'live'`);
  const visitor = await come({ width: 320, language: 'en' });
  await visitor.goto(`${site.url}/report/${row?.slug}`);
  await expectNoFault(visitor);
  await visitor.locator('[name=kind][value=wrong-number]').check();
  await visitor.locator('main button.primary').click();
  expect(await visitor.locator('[name=kind][value=wrong-number]').isChecked()).toBe(true);
  await visitor.locator('[name=text]').fill('It says 5,090; the profile says 5,091.');
  await visitor.locator('main button.primary').click();
  await expectNoFault(visitor);
  expect(await visitor.context().cookies()).toEqual([]);

  const moderator = await come({ width: 1280, language: 'fr', dark: true });
  await signIn(moderator);
  await moderator.goto(`${site.url}/moderation`);
  await moderator.locator('.queue a').first().click();
  expect(await moderator.locator('main').innerText()).toContain('It says 5,090; the profile says 5,091.');
  await expectNoFault(moderator);
}, 60_000);

test('a moderator hides a page and it is gone at once; an institution’s reply is shown', async () => {
  const [row] = await site.database.dataSource.query<{ id: string; slug: string }[]>(`SELECT id, slug FROM campaign WHERE state = 'live'`);
  const moderator = await come({ width: 1280, language: 'en', javaScript: false });
  const added = await site.get(Staffing).add('without script', 'moderator');
  if (!added.ok) throw new Error(added.error.type);
  await moderator.goto(`${site.url}/signin/link/${added.value.token}`);
  for (const field of await moderator.locator('main input[type=password]').all()) await field.fill(PASSWORD);
  await goOn(moderator);

  expect((await fetch(`${site.url}/c/${row?.slug}`)).status).toBe(200);
  await moderator.goto(`${site.url}/moderation/campaigns/${row?.id}`);
  await moderator.locator('[name=action][value=hide]').check();
  await moderator.locator('[name=reason]').first().fill('Under review.');
  await moderator.locator('button[value=decide]').click();
  await moderator.waitForURL(/[?&]done=/);
  expect((await fetch(`${site.url}/c/${row?.slug}`)).status).toBe(404);

  site.clock.advance(1_000);
  await moderator.goto(`${site.url}/moderation/campaigns/${row?.id}`);
  await moderator.locator('[name=action][value=unhide]').check();
  await moderator.locator('button[value=decide]').click();
  await moderator.waitForURL(/[?&]done=/);
  expect((await fetch(`${site.url}/c/${row?.slug}`)).status).toBe(200);

  site.clock.advance(1_000);
  await moderator.goto(`${site.url}/moderation/campaigns/${row?.id}`);
  await moderator.locator('details summary', { hasText: /reply/i }).click();
  await moderator.locator('[name=reply]').fill('We are glad you asked.');
  await moderator.locator('button[value=reply]').click();
  await moderator.waitForURL(/[?&]done=/);
  expect(await (await fetch(`${site.url}/c/${row?.slug}`)).text()).toContain('We are glad you asked.');
}, 60_000);
