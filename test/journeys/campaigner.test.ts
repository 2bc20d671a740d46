import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { Campaign } from '../../src/campaigns/campaign.entity.ts';
import { DAY, HOUR, MINUTE } from '../../src/domain/durations.ts';
import { ReadingRounds } from '../../src/readings/reading-rounds.service.ts';
import { Staffing } from '../../src/identity/staffing.service.ts';
import { PledgeProofs } from '../../src/pledges/pledge-proofs.service.ts';
import { Pledges } from '../../src/pledges/pledges.service.ts';
import { CampaignOwners } from '../../src/campaigns/campaign-owners.service.ts';
import { CampaignProgress } from '../../src/campaigns/campaign-progress.service.ts';
import { axeFindings, launchBrowser, overflow, visit, type Visit } from '../support/browser.ts';
import { addLelibreedu, TYPED } from '../support/launch.ts';
import { addCampaign, addReadings } from '../support/seed.ts';
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

  for (let n = 0; n < 6; n += 1) {
    const pledged = await site.get(Pledges).pledge({ slug, handle: `p${n}@piaille.example`, consent: true, showHandle: false });
    if (pledged.ok && n < 2) await site.get(PledgeProofs).keep(pledged.value.token, 'listed');
  }
  await camille.goto(account);
  await camille.locator('.funnel-tables summary').click();
  expect(await camille.locator('.funnel').innerText()).toMatch(/6[\s\S]*0[\s\S]*2[\s\S]*2/);
  expect(await camille.locator('.funnel-tables').innerText()).toContain('moins de 5');
  await expectNoFault(camille);

  await camille.locator('a[href$="/creator"]').click();
  await expectNoFault(camille);
  await fill(camille, { handle: 'camille' });
  await goOn(camille);
  await camille.locator('[aria-invalid=true]').waitFor();
  expect(await camille.inputValue('#handle')).toBe('camille');
  await expectNoFault(camille);

  await moderator.goto(`${site.url}/moderation/log`);
  await expectNoFault(moderator);
  expect(await moderator.locator('main').innerText()).toContain('Citez votre source');
  for (const { troubles } of visits) expect(troubles).toEqual([]);
}, 120_000);

test('the letter to the institution is written, printed on one or two pages, and noted as sent', async () => {
  const now = site.clock.now();
  const campaign = await addCampaign(site.database.dataSource, { now, slug: 'letter', title: 'Une lettre', language: 'fr' });
  await addReadings(site.database.dataSource, campaign.fediverseAccount, [[now.toISOString(), 5_090]]);
  const token = await site.get(CampaignOwners).add(site.database.dataSource.manager, campaign, null, 'fr');
  const letter = `${site.url}/account/${token}/letter`;
  const camille = await come({ width: 320, language: 'fr' });
  await camille.goto(letter);
  await expectNoFault(camille);
  await fill(camille, { addressee: 'Madame la Ministre', signature: 'Camille, professeure' });
  await camille.locator('button[value=keep]').click();
  await camille.waitForURL(/said=kept/);
  expect(await camille.locator('#text').inputValue()).toMatch(/^Madame la Ministre,\n[\s\S]*5\u202f090 abonnés[\s\S]*Camille, professeure$/);
  await camille.emulateMedia({ media: 'print' });
  expect(await camille.locator('.letter').innerText()).toContain('5\u202f090 abonnés');
  expect(await camille.locator('header.top').isVisible()).toBe(false);
  const pages = (await camille.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type\s*\/Page\b/g) ?? [];
  expect([1, 2]).toContain(pages.length);
  await camille.emulateMedia({ media: 'screen' });

  await camille.locator('a[href$="/letter/news"]').click();
  await expectNoFault(camille);
  await fill(camille, { step: 'sent', day: now.toISOString().slice(0, 10), way: 'post' });
  await camille.locator('main button.primary').click();
  await camille.waitForURL(/said=recorded/);
  await expectNoFault(camille);
  const visitor = await come({ width: 320, language: 'en', dark: true });
  await visitor.goto(`${site.url}/c/letter`);
  await expectNoFault(visitor);
  expect(await visitor.locator('main').innerText()).toContain('Letter sent to the institution');

  const moderator = await come({ width: 1280, language: 'en' });
  await signIn(moderator);
  await moderator.goto(`${site.url}/moderation/campaigns/${campaign.id}/letter`);
  await expectNoFault(moderator);
  await fill(moderator, { step: 'agreed', day: now.toISOString().slice(0, 10), summary: 'They will be there.' });
  await moderator.locator('button[value=write]').click();
  await moderator.waitForURL(/done=1/);
  await expectNoFault(moderator);
  await visitor.reload();
  await expectNoFault(visitor);
  expect(await visitor.locator('main').innerText()).toContain('They said yes. Thank you!');
}, 60_000);

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

/** A photograph of a screen as a phone keeps it: with the place where it was taken, and whose phone it is. */
function screenshot(colour: string): Promise<Buffer> {
  const place = { GPSLatitudeRef: 'N', GPSLatitude: '48/1 51/1 24/1', GPSLongitudeRef: 'E', GPSLongitude: '2/1 21/1 3/1' };
  return sharp({ create: { width: 640, height: 320, channels: 3, background: colour } })
    .withExif({ IFD0: { Artist: 'Suzie Secret' }, IFD3: place })
    .jpeg()
    .toBuffer();
}

describe('a number on X that people read', () => {
  let form: string;

  beforeAll(async () => {
    const campaign = await site.database.dataSource.getRepository(Campaign).findOneOrFail({ where: { state: 'live' }, relations: { xAccount: true } });
    form = `${site.url}/c/${campaign.slug}/reading`;
    // Somebody was trusted a day before, so that there is something to compare with.
    const before = new Date(site.clock.now().getTime() - 30 * HOUR).toISOString();
    await addReadings(site.database.dataSource, campaign.xAccount, [[before, 5_845]]);
  });

  /** Somebody at an address of their own. */
  async function reader(address: string, options: Parameters<typeof visit>[1]): Promise<Page> {
    const page = await come(options);
    await page.context().setExtraHTTPHeaders({ 'x-forwarded-for': address });
    await page.goto(form);
    // Without scripts, axe cannot look; the page is the same.
    if (options?.javaScript !== false) await expectNoFault(page);
    return page;
  }

  async function attach(page: Page, colour: string): Promise<void> {
    await page.locator('[name=screenshot]').setInputFiles({ name: 'Suzie’s phone.jpg', mimeType: 'image/jpeg', buffer: await screenshot(colour) });
  }

  const send = (page: Page): Promise<void> => page.locator('main form button.primary').click();
  const words = (page: Page): Promise<string> => page.locator('main').innerText();

  test('waits, with a screenshot that need not be chosen again after a mistake', async () => {
    const suzie = await reader('198.51.100.1', { width: 320, language: 'fr' });
    await attach(suzie, '#7a3fd6');
    await fill(suzie, { count: 'environ 5 800' });
    await send(suzie);
    await suzie.waitForSelector('#count-error');
    await expectNoFault(suzie);
    expect(await suzie.locator('[name=count]').inputValue()).toBe('environ 5 800');
    expect(await suzie.evaluate(`document.querySelector('.kept img').naturalWidth`)).toBe(640);
    await fill(suzie, { count: '5 842' });
    await send(suzie);
    await suzie.waitForURL(/sent=waits/);
    await expectNoFault(suzie);
    expect(await suzie.context().cookies()).toEqual([]);
  }, 60_000);

  test('counts once somebody else read it, from an archive and without JavaScript', async () => {
    site.clock.advance(MINUTE);
    const zoe = await reader('203.0.113.9', { width: 360, language: 'en', javaScript: false });
    await fill(zoe, { count: '5,840', evidenceUrl: 'https://example.org/mine.png' });
    await send(zoe);
    await zoe.waitForSelector('#evidenceUrl-error');
    expect(await zoe.locator('[name=evidenceUrl]').inputValue()).toBe('https://example.org/mine.png');
    expect(await zoe.locator('[name=count]').inputValue()).toBe('5,840');
    await fill(zoe, { evidenceUrl: 'https://archive.ph/AbC12' });
    await send(zoe);
    await zoe.waitForURL(/sent=counts/);
    expect(await words(zoe)).toContain('5,84');
  }, 60_000);

  test('is shown with its picture, of which nothing is left but what can be seen', async () => {
    const page = await come({ width: 1280, language: 'en' });
    await page.goto(form.replace(/\/reading$/, ''));
    await page.locator('details.numbers > summary').click();
    expect(await page.locator('.numbers a[href="https://archive.ph/AbC12"]').count()).toBe(1);
    const csv = await (await fetch(form.replace(/\/reading$/, '/readings.csv'))).text();
    const [evidence = ''] = /http[^,\s]+\/evidence\/[^,\s]+/.exec(csv) ?? [];
    await page.goto(evidence);
    expect(await page.locator('img').count()).toBe(1);
    const bytes = Buffer.from(await (await fetch(evidence)).arrayBuffer());
    const { exif, iptc, xmp, icc, format, width } = await sharp(bytes).metadata();
    expect({ exif, iptc, xmp, icc, format, width }).toEqual({ format: 'webp', width: 640 });
    expect(bytes.toString('latin1')).not.toMatch(/Suzie|Exif|GPS/);
    // Not the file that came, either: a phone's own thumbnail would be in it.
    expect((await sharp(await screenshot('#7a3fd6')).metadata()).exif?.toString('latin1')).toContain('Suzie');
  }, 60_000);

  test('that others dispute is for a moderator, who decides between the two', async () => {
    site.clock.advance(2 * DAY);
    const [one, other] = [
      await reader('192.0.2.7', { width: 360, language: 'en', javaScript: false }),
      await reader('192.0.2.200', { width: 360, language: 'en' }),
    ];
    await attach(one, '#ffb627');
    await fill(one, { count: '5,838' });
    await send(one);
    await one.waitForURL(/sent=waits/);
    await attach(other, '#0f7b5f');
    await fill(other, { count: '7,777' });
    await send(other);
    await other.waitForURL(/sent=review/);

    const moderator = await come({ width: 1280, language: 'en' });
    await signIn(moderator);
    await moderator.goto(`${site.url}/moderation`);
    await moderator.locator('.queue a', { hasText: '5,838' }).first().click();
    await expectNoFault(moderator);
    expect(await words(moderator)).toContain('Others read something else');
    await moderator.locator('[name=action][value=confirm_over]').check();
    await moderator.locator('main button.primary').last().click();
    await moderator.waitForURL(/[?&]done=/);
    const rows = await site.database.dataSource.query<{ count: number; status: string }[]>(
      'SELECT count::int, status FROM reading WHERE count IN (5838, 7777) ORDER BY count',
    );
    expect(rows).toEqual([{ count: 5_838, status: 'counted' }, { count: 7_777, status: 'rejected' }]);
    const page = await (await fetch(form.replace(/\/reading$/, ''), { headers: { 'accept-language': 'en' } })).text();
    expect(page).toContain('5,838');
    expect(page).not.toContain('7,777');
    for (const { troubles } of visits) expect(troubles).toEqual([]);
  }, 90_000);
});

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
