import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { Campaign } from '../../src/campaigns/campaign.entity.ts';
import { CampaignOwners } from '../../src/campaigns/campaign-owners.service.ts';
import { WAVE_INTERVAL } from '../../src/domain/wave.ts';
import { EmailCode } from '../../src/identity/email-code.entity.ts';
import { EmailCodes } from '../../src/identity/email-codes.service.ts';
import { Mailer } from '../../src/platform/mailer.ts';
import { PledgeCounting } from '../../src/pledges/pledge-counting.service.ts';
import { Waves } from '../../src/pledges/waves.service.ts';
import { axeFindings, launchBrowser, overflow, visit, type Visit } from '../support/browser.ts';
import { codeIn, startMailServer, type MailServer } from '../support/mail-server.ts';
import { ModerationWorld, PASSWORD } from '../support/moderation-world.ts';
import { OpeningWorld, recipientOf } from '../support/opening-world.ts';
import { addCampaign } from '../support/seed.ts';
import { startTestSite, type TestSite } from '../support/site.ts';

const HANDLE = 'tides@social.gouv.example';

let browser: Browser;
let site: TestSite;
let mailServer: MailServer;
let world: OpeningWorld;
let campaign: Campaign;
let account: string;
const visits: Visit[] = [];

beforeAll(async () => {
  mailServer = await startMailServer();
  [browser, site] = await Promise.all([
    launchBrowser(),
    startTestSite({ env: { SMTP_URL: mailServer.url, MAIL_FROM: 'chiche@chiche.example', BOT_URL: 'https://bots.example', BOT_ACCESS_TOKEN: 'nobody-asks-with-it' } }),
  ]);
  site.fediverse.addServer({ host: 'social.gouv.example', software: 'mastodon' });
  site.fediverse.addServer({ host: 'pouet.example', software: 'mastodon' });
  for (const name of ['suzie', 'noor']) site.fediverse.addAccount({ handle: `${name}@pouet.example` });
  const moderation = new ModerationWorld(site.database.dataSource, site.clock);
  world = new OpeningWorld(site, await moderation.staff('alix'));
  await moderation.staff('camille');
  const title = 'Museum of Tides, open an account on the fediverse!';
  campaign = await addCampaign(site.database.dataSource, { now: site.clock.now(), slug: 'tides', title, dareKind: 'open', fediverse: null, x: null });
  account = await site.database.dataSource.transaction((manager) => site.get(CampaignOwners).add(manager, campaign, null, 'en'));
}, 60_000);
afterAll(async () => {
  for (const { troubles, context } of visits) {
    expect(troubles).toEqual([]);
    await context.close();
  }
  await browser.close();
  await site.close();
  mailServer.close();
});

/** Somebody in a browser of their own. */
async function someone(language: string, options: { width?: number; javaScript?: boolean; dark?: boolean } = {}): Promise<Page> {
  const opened = await visit(browser, { language, ...options });
  visits.push(opened);
  return opened.page;
}

async function expectNoFault(page: Page, javaScript = true): Promise<void> {
  if (javaScript) expect(await axeFindings(page)).toEqual([]);
  expect(await overflow(page)).toEqual([]);
}

/** Promises from the campaign's page, and goes on to the page of being told. */
async function promise(page: Page, handle: string): Promise<void> {
  await page.goto(`${site.url}/c/tides`);
  if (!(await page.locator('[name=handle]').isVisible())) await page.locator('details.pledge > summary').click();
  await page.locator('[name=handle]').fill(handle);
  await page.locator('[name=consent]').check();
  await page.locator('.pledge-form button').click();
  await page.waitForURL(/\/p\/[\w-]{32}/);
  await page.locator('.steps a[href*="/tell"]').click();
  await page.waitForURL(/\/tell/);
}

async function sendCode(): Promise<{ code: string; path: string }> {
  const [row] = await site.database.dataSource.getRepository(EmailCode).find({ order: { id: 'DESC' }, take: 1 });
  await site.get(EmailCodes).deliver(row?.id ?? '', site.get(Mailer));
  return codeIn(mailServer.mails.at(-1) ?? '');
}

test('a dare to open an account, from the first promise to the last person told', async () => {
  // Suzie asks for a mail, without JavaScript, on the smallest phone, in French.
  const suzie = await someone('fr', { width: 320, javaScript: false });
  await promise(suzie, '@suzie@pouet.example');
  await expectNoFault(suzie, false);
  await suzie.locator('[name=email]').fill('suzie@mailbox.example');
  await suzie.locator('form[action*="/tell/mail"] button').click();
  await suzie.locator('.notice-good').waitFor();
  await suzie.locator('[name=code]').fill((await sendCode()).code);
  await suzie.locator('form[action*="/tell/code"] button').click();
  await suzie.locator('#mail-wish').waitFor();
  expect(await suzie.locator('main').innerText()).toContain('Nous écrirons une fois à suzie@mailbox.example');
  await expectNoFault(suzie, false);

  // Noor wants no address anywhere: a feed.
  const noor = await someone('en', { dark: true });
  await promise(noor, '@noor@pouet.example');
  await expectNoFault(noor);
  await noor.locator('form[action*="/tell/feed"] button').click();
  await noor.locator('#feed-wish').waitFor();
  await expectNoFault(noor);
  const feed = (await noor.locator('.copied').innerText()).trim();
  expect(feed).toMatch(/\/p\/[\w-]{32}\/feed\.atom$/);
  const read = async (): Promise<string> => (await fetch(feed)).text();
  expect(await read()).not.toContain('It is open');

  await world.mailers(campaign, 12);
  await site.get(PledgeCounting).count();
  const campaigner = await someone('en');
  await campaigner.goto(`${site.url}/account/${account}`);
  expect(await campaigner.locator('main').innerText()).toContain('14 people asked to be told when the account opens.');

  // The museum opens its account, and the campaigner says so.
  site.fediverse.addAccount({ handle: HANDLE, displayName: 'Museum of Tides', followers: 3 });
  await campaigner.getByRole('link', { name: 'The account is open', exact: true }).click();
  await campaigner.locator('[name=kind][value=opened]').check();
  await campaigner.locator('[name=text]').fill(`It is @${HANDLE}.`);
  await campaigner.getByRole('button', { name: 'Send' }).click();
  await campaigner.locator('.notice-good').waitFor();

  // A moderator finds it in the queue, looks the account up and records it.
  const camille = await someone('en', { width: 1280 });
  await camille.goto(`${site.url}/signin?next=/moderation`);
  await camille.locator('[name=name]').fill('camille');
  await camille.locator('[name=password]').fill(PASSWORD);
  await camille.locator('main form button').first().click();
  const entry = camille.locator('.queue-report').filter({ hasText: 'has opened its account' });
  await entry.locator('h2 a').click();
  await camille.getByRole('link', { name: 'Is the account open? Record it' }).click();
  await camille.locator('input[name=handle]:not([type=hidden])').fill('@tide@social.gouv.example');
  await camille.getByRole('button', { name: 'Look it up' }).click();
  await camille.locator('.errors').waitFor();
  await expectNoFault(camille);
  await camille.locator('input[name=handle]:not([type=hidden])').fill(`@${HANDLE}`);
  await camille.getByRole('button', { name: 'Look it up' }).click();
  await camille.getByRole('button', { name: 'Record this account' }).waitFor();
  await expectNoFault(camille);
  await camille.getByRole('button', { name: 'Record this account' }).click();
  await camille.locator('.notice-good').waitFor();
  expect(await camille.locator('main').innerText()).toContain('The telling begins once');
  await expectNoFault(camille);

  // The worker reads it; the dare is won; the first ten are told, Suzie and Noor among them.
  await world.read(campaign);
  await site.get(Waves).tellDue(site.clock.now());
  await world.post();
  expect(await read()).toContain(`It is open: follow @${HANDLE}`);
  const mail = (mailServer.mails.find((each) => recipientOf(each) === 'suzie@mailbox.example' && each.includes('List-Unsubscribe')) ?? '').replace(/=\r?\n/g, '').replace(/=3D/g, '=');
  const [link = ''] = /http:\/\/127\.0\.0\.1:\d+\/p\/[\w-]{32}\?lang=fr/.exec(mail) ?? [];
  await suzie.goto(link);
  expect(await suzie.locator('.steps a.primary').first().getAttribute('href')).toContain('pouet.example');
  await expectNoFault(suzie, false);
  await campaigner.goto(`${site.url}/account/${account}`);
  expect(await campaigner.locator('main').innerText()).toContain('They are being told, in small batches');
  await campaigner.goto(`${site.url}/c/tides`);
  expect(await campaigner.locator('.thanks').innerText()).toContain('being told now');

  site.clock.advance(WAVE_INTERVAL);
  await site.get(Waves).tellDue(site.clock.now());
  await world.post();
  expect(mailServer.mails.filter((each) => each.includes('List-Unsubscribe')).length).toBe(13);
  await campaigner.goto(`${site.url}/account/${account}`);
  expect(await campaigner.locator('main').innerText()).toContain('All of them have been told.');
  await expectNoFault(campaigner);
}, 90_000);
