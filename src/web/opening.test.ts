import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { codeIn, startMailServer, type MailServer } from '../../test/support/mail-server.ts';
import { ModerationWorld, PASSWORD } from '../../test/support/moderation-world.ts';
import { OpeningWorld } from '../../test/support/opening-world.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { valueOf } from '../../test/support/value-of.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { DAY } from '../domain/durations.ts';
import { EmailCode } from '../identity/email-code.entity.ts';
import { EmailCodes } from '../identity/email-codes.service.ts';
import { KeyRing } from '../platform/key-ring.ts';
import { Mailer } from '../platform/mailer.ts';
import { OpenPledges } from '../pledges/open-pledges.service.ts';
import { PledgeProofs } from '../pledges/pledge-proofs.service.ts';
import { TellRequests } from '../pledges/tell-requests.service.ts';
import { Waves } from '../pledges/waves.service.ts';

type Agent = ReturnType<typeof request.agent>;

const HANDLE = 'agency@social.example';

let site: TestSite;
let mailServer: MailServer;
let world: OpeningWorld;
let camille: Agent;
let campaign: Campaign;

beforeAll(async () => {
  mailServer = await startMailServer();
  site = await startTestSite({ env: { SMTP_URL: mailServer.url, MAIL_FROM: 'chiche@chiche.example', BOT_URL: 'https://bots.example', BOT_ACCESS_TOKEN: 'nobody-asks-with-it' } });
  site.fediverse.addServer({ host: 'social.example', software: 'mastodon' });
  site.fediverse.addAccount({ handle: HANDLE, followers: 12 });
  const moderation = new ModerationWorld(site.database.dataSource, site.clock);
  world = new OpeningWorld(site, await moderation.staff('alix'));
  await moderation.staff('camille');
  camille = request.agent(site.url);
  await camille.post('/signin').type('form').send({ name: 'camille', password: PASSWORD }).expect(303);
});
afterAll(async () => {
  await site.close();
  mailServer.close();
});
beforeEach(async () => {
  await site.database.dataSource.query('TRUNCATE campaign, account CASCADE');
  site.clock.advance(DAY);
  campaign = await addCampaign(site.database.dataSource, { now: site.clock.now(), dareKind: 'open', fediverse: null, x: null, title: 'Open an account!' });
});

/** The value of a hidden field. */
function hidden(html: string, name: string): string {
  return (new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '').replaceAll('&#x3D;', '=');
}

describe('the moderator’s page of the account', () => {
  const path = (): string => `/moderation/campaigns/${campaign.id}/account`;

  /** Sends one of the forms of a page that was looked at. */
  async function send(html: string, fields: Record<string, string>) {
    const carried = Object.fromEntries(['_csrf', 'version', 'handle', 'account'].map((name) => [name, hidden(html, name)]));
    return camille.post(path()).type('form').send({ ...carried, ...fields });
  }
  async function page(): Promise<string> {
    return (await camille.get(path()).expect(200)).text;
  }

  test('is for the staff, for dares to open an account, and one link away from the campaign’s', async () => {
    await request(site.url).get(path()).expect(303, /signin/);
    expect((await camille.get(`/moderation/campaigns/${campaign.id}`)).text).toContain(path());
    const other = await addCampaign(site.database.dataSource, { now: site.clock.now(), dareKind: 'reach', target: 5, fediverse: 'other@social.example' });
    await camille.get(`/moderation/campaigns/${other.id}/account`).expect(404);
    expect((await camille.get(`/moderation/campaigns/${other.id}`)).text).not.toContain(`${other.id}/account`);
  });

  test.each([
    ['agency', 'Add the server: @agency@server.org.'],
    ['nobody@social.example', 'social.example says it does not know this account'],
    ['agency@nowhere.example', 'does not answer'],
    ['<b>@social.example', 'does not look like'],
  ])('says what is wrong with %s, and keeps it', async (handle, words) => {
    const { status, text } = await send(await page(), { form: 'find', handle });
    expect(status).toBe(422);
    expect(text).toContain(words);
    expect(text).toContain(`value="${handle.replace('<', '&lt;').replace('>', '&gt;')}"`);
    expect(text).not.toContain('Record this account');
  });

  test('shows what was found, and records it with a reason, once', async () => {
    const found = await send(await page(), { form: 'find', handle: `@${HANDLE}` });
    expect(found.status).toBe(200);
    for (const words of ['12 followers', 'No website was given', 'may be somebody else', 'Record this account']) expect(found.text).toContain(words);
    expect((await world.campaign(campaign.id)).fediverseAccount).toBeNull();

    site.clock.advance(1_000);
    const recorded = await send(found.text, { form: 'record', reason: 'Their website says so.' });
    expect([recorded.status, recorded.headers['location']]).toEqual([303, `${path()}?done=1`]);
    expect(await world.campaign(campaign.id)).toMatchObject({ state: 'live', fediverseAccount: { handle: HANDLE, nextReadingAt: site.clock.now() } });
    const again = await send(found.text, { form: 'record', reason: '' });
    expect(again.status).toBe(409);
    expect(again.text).toContain('has changed since you opened it');
    const review = (await camille.get(`/moderation/campaigns/${campaign.id}`)).text;
    for (const words of ['camille: recorded the account', 'Their website says so.', `@${HANDLE}`]) expect(review).toContain(words);
    const log = (await camille.get('/moderation/log?action=record_account')).text;
    expect(log).toContain('camille: recorded the account, “Open an account!”');

    await world.read(campaign);
    const open = (await request(site.url).get(`/c/${campaign.slug}`).expect(200)).text;
    expect(open).toContain('opened its account');
    for (const words of ['Follow @agency', 'The account is open']) expect(open).toContain(words);
    expect(String((await request(site.url).get(`/c/${campaign.slug}/feed.atom`).buffer(true).responseType('text')).body)).toContain('The account is open · 12 followers');
  });

  test('records nothing else than what was shown', async () => {
    const found = await send(await page(), { form: 'find', handle: HANDLE });
    const changed = await send(found.text, { form: 'record', account: 'https://social.example/users/somebody-else' });
    expect(changed.status).toBe(409);
    expect(changed.text).toContain('Record this account');
    expect((await world.campaign(campaign.id)).fediverseAccount).toBeNull();
  });

  test('stops, goes on and takes back for a reason that is asked for', async () => {
    await world.mailers(campaign, 12);
    await world.record(campaign, HANDLE);
    await world.read(campaign);
    await site.get(Waves).tellDue(site.clock.now());
    const running = await page();
    expect(running).toContain('Told: 10 of 12.');
    const bare = await send(running, { form: 'decide', action: 'stop_wave', reason: ' ' });
    expect([bare.status, bare.text.includes('Give the reason')]).toEqual([422, true]);
    expect((await send(running, { form: 'decide', reason: 'x' })).text).toContain('Choose a decision.');
    await send(running, { form: 'decide', action: 'stop_wave', reason: 'Is it theirs?' });
    expect(await page()).toContain('Stopped. Told: 10 of 12.');
    await send(await page(), { form: 'decide', action: 'resume_wave', reason: 'It is.' });
    await send(await page(), { form: 'decide', action: 'take_back_account', reason: 'It is not.' });
    const after = await page();
    for (const words of ['No account is recorded yet.', 'Find the account']) expect(after).toContain(words);
    const log = (await camille.get('/moderation/log')).text;
    for (const words of ['stopped the telling', 'let the telling go on', 'took the account back', 'Is it theirs?']) expect(log).toContain(words);
    expect((await request(site.url).get(`/c/${campaign.slug}`)).text).not.toContain(HANDLE);
  });
});

describe('the supporter’s page of being told', () => {
  let token: string;
  const path = (rest = ''): string => `/p/${token}/tell${rest}`;
  const feed = () => request(site.url).get(`/p/${token}/feed.atom`).buffer(true).responseType('text');
  const textOf = (answer: request.Response): string => String(answer.body);

  beforeEach(async () => {
    token = await world.supporter(campaign, 'suzie@lemmy.example');
  });

  test('is one link away from the promise, for dares to open an account alone', async () => {
    const promise = await request(site.url).get(`/p/${token}`).expect(200);
    expect(promise.text).toContain(path());
    const { headers, text } = await request(site.url).get(path()).expect(200);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'same-origin', 'x-robots-tag': 'noindex' });
    expect(text).toContain('has no account yet');
    const other = await addCampaign(site.database.dataSource, { now: site.clock.now(), dareKind: 'reach', target: 5, fediverse: HANDLE });
    token = await world.supporter(other, 'suzie@lemmy.example');
    expect((await request(site.url).get(`/p/${token}`)).text).not.toContain(path());
    await request(site.url).get('/p/nobody/tell').expect(404);
  });

  test('opens and closes a feed that says nothing of anybody', async () => {
    await feed().expect(404);
    await request(site.url).post(path('/feed')).expect(303);
    expect((await request(site.url).get(path())).text).toContain(`/p/${token}/feed.atom`);
    const waiting = await feed().expect(200);
    expect(waiting.headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'application/atom+xml; charset=utf-8', 'x-robots-tag': 'noindex' });
    expect(textOf(waiting)).toContain('You will be told here when');
    expect(textOf(waiting)).not.toMatch(/lemmy|suzie|social\.example/);

    await world.record(campaign, HANDLE);
    await world.read(campaign);
    expect(textOf(await feed())).not.toContain('It is open');
    await site.get(Waves).tellDue(site.clock.now());
    const told = textOf(await feed());
    expect(told).toContain(`It is open: follow @${HANDLE}`);
    expect(told.match(/<entry\b/g)).toHaveLength(2);
    expect((await request(site.url).get(path())).text).toContain('The news has been in your feed since');
    await request(site.url).post(path('/feed/stop')).expect(303);
    await feed().expect(404);
  });

  test('offers a message of the site’s bot to proven handles, says who can read it, and takes the wish back', async () => {
    const page = async (language = 'en'): Promise<string> => (await request(site.url).get(path()).set('accept-language', language)).text;
    expect(await page()).toContain('Our bot on bots.example can write to you once');
    expect(await page()).not.toContain(path('/direct'));
    await request(site.url).post(path('/direct')).expect(404);
    const identity = { handle: { user: 'suzie', host: 'lemmy.example' }, actorUri: 'https://lemmy.example/u/suzie', how: 'profile' } as const;
    valueOf(await site.get(PledgeProofs).confirm(token, identity));
    for (const words of ['whoever runs them can read', 'I agree: write to me once', `action="${path('/direct')}`]) expect(await page()).toContain(words);
    expect(await page('fr')).toContain('les personnes qui les administrent peuvent y lire');
    await request(site.url).post(path('/direct')).expect(303);
    await request(site.url).post(path('/direct')).expect(303);
    expect(await page()).toContain('Our bot will write to @suzie@lemmy.example once');
    expect((await request(site.url).get(`/p/${token}/data.json`)).body.tellBy).toMatchObject([{ way: 'direct', address: null, toldAt: null, sentAt: null, failure: null }]);
    expect((await request(site.url).get(`/p/${token}`)).text).toContain('by a direct message to your address');

    await world.record(campaign, HANDLE);
    await world.read(campaign);
    await site.get(Waves).tellDue(site.clock.now());
    expect(await page()).toContain('the message to @suzie@lemmy.example leaves soon');
    for (const [ending, words] of [
      [`failure = 'refused'`, 'found no way to @suzie@lemmy.example'],
      [`failure = 'unclear'`, 'Rather than write to you twice'],
      [`failure = NULL, sent_at = told_at`, 'look among your filtered notifications'],
    ] as const) {
      await site.database.dataSource.query(`UPDATE tell_request SET ${ending}`);
      expect(await page()).toContain(words);
    }
    await request(site.url).post(path('/direct/stop')).expect(303);
    expect((await request(site.url).get(`/p/${token}/data.json`)).body.tellBy).toEqual([]);
  });

  test('has no message where the site has no bot, nor for people on Bluesky', async () => {
    const { dataSource } = site.database;
    const without = new TellRequests(dataSource, site.clock, site.get(KeyRing), site.get(OpenPledges), { bot: null });
    const pledge = await site.get(OpenPledges).find(token);
    if (pledge === null) throw new Error('There is no such pledge.');
    expect([site.get(TellRequests).directOf(pledge), without.directOf(pledge)]).toEqual([{ isProven: false, host: 'bots.example' }, null]);
    token = await world.supporter(campaign, '@ada.example@bsky.app');
    expect((await request(site.url).get(path())).text).not.toContain('direct message');
  });

  test('keeps what was typed, and takes the code or the link of the mail', async () => {
    const wrong = await request(site.url).post(path('/mail')).type('form').send({ email: 'ada at mailbox' });
    expect([wrong.status, wrong.text.includes('value="ada at mailbox"')]).toEqual([422, true]);
    const newest = async () => {
      const [row] = await site.database.dataSource.getRepository(EmailCode).find({ order: { id: 'DESC' }, take: 1 });
      await site.get(EmailCodes).deliver(row?.id ?? '', site.get(Mailer));
      return codeIn(mailServer.mails.at(-1) ?? '');
    };
    await request(site.url).post(path('/mail')).type('form').send({ email: 'ada@mailbox.example' }).expect(200);
    await newest();
    const bad = await request(site.url).post(path('/code')).type('form').send({ code: '0000 0000' });
    expect([bad.status, bad.text.includes('4 tries left')]).toEqual([422, true]);
    const { path: link } = await newest();
    expect((await request(site.url).get(link).expect(200)).text).toContain('told once when the account opens');
    const done = await request(site.url).post(link).expect(200);
    expect(done.text).toContain('one message, when the account opens');
    expect((await request(site.url).get(path())).text).toContain('We will write to ada@mailbox.example once');
    const held = (await request(site.url).get(`/p/${token}/data.json`)).body;
    expect(held.tellBy).toMatchObject([{ way: 'mail', address: 'ada@mailbox.example', toldAt: null }]);
    await request(site.url).post(path('/mail/stop')).expect(303);
    expect((await request(site.url).get(`/p/${token}/data.json`)).body.tellBy).toEqual([]);
    await request(site.url).post(path('/pigeon/stop')).expect(404);
  });

  test('is ended by one click of a mail program, at an address that opens nothing', async () => {
    valueOf(await site.get(TellRequests).keepAddress({ address: 'ada@mailbox.example', token, campaignId: campaign.id }, 'en'));
    await world.record(campaign, HANDLE);
    await world.read(campaign);
    await site.get(Waves).tellDue(site.clock.now());
    await world.post();
    const [head = ''] = (mailServer.mails.at(-1) ?? '').split('\r\n\r\n');
    expect(head).not.toContain(token);
    const out = /List-Unsubscribe: <[^>]*(\/opening\/[\w-]+)>/.exec(head.replace(/\r\n\s+/g, ' '))?.[1] ?? '';
    const leave = out.split('/').at(-1) ?? '';
    for (const closed of [`/p/${leave}`, `/p/${leave}/tell`, `/p/${leave}/data.json`]) await request(site.url).get(closed).expect(404);
    const tellBy = async (): Promise<unknown> => (await request(site.url).get(`/p/${token}/data.json`)).body.tellBy;
    const ask = await request(site.url).get(out).set('accept-language', 'en').expect(200);
    for (const words of ['Open an account!', 'Stop, and forget my address', `action="${out}`]) expect(ask.text).toContain(words);
    expect(await tellBy()).toHaveLength(1);
    // As a mail program sends it, or a webmail from its own page (RFC 8058).
    const foreign = { 'sec-fetch-site': 'cross-site', 'origin': 'https://webmail.example' };
    await request(site.url).post(path('/mail/stop')).set(foreign).expect(403);
    await request(site.url).post(out).set(foreign).field('List-Unsubscribe', 'One-Click').expect(200);
    expect(await tellBy()).toEqual([]);
    await request(site.url).post(out).type('form').send({ 'List-Unsubscribe': 'One-Click' }).expect(200);
    expect((await request(site.url).get(out).expect(200)).text).toContain('your address is forgotten');
    await request(site.url).get(`/p/${token}`).expect(200);
  });

  test('the campaign’s page tells how many asked, and nothing of a few', async () => {
    const page = async (): Promise<string> => (await request(site.url).get(`/c/${campaign.slug}`)).text;
    expect(await page()).toContain('Those who ask for it there are told, once.');
    valueOf(await site.get(TellRequests).askFeed(token, 'en'));
    await world.mailers(campaign, 3);
    site.clock.advance(DAY);
    expect(await page()).not.toMatch(/people asked|person asked/);
    const tokens = await world.mailers(await addCampaign(site.database.dataSource, { now: site.clock.now(), dareKind: 'open', fediverse: null, x: null, slug: 'crowded' }), 5);
    expect(tokens).toHaveLength(5);
    expect((await request(site.url).get('/c/crowded')).text).toContain('5 people asked to be told.');
  });
});

test('anyone may say that the account is open, which waits for a moderator', async () => {
  const page = await request(site.url).get(`/c/${campaign.slug}`);
  expect(page.text).toContain(`/report/${campaign.slug}?kind&#x3D;opened`);
  await request(site.url).post(`/report/${campaign.slug}`).type('form').send({ kind: 'opened', text: `It is @${HANDLE}.` }).expect(303);
  const queue = (await camille.get('/moderation')).text;
  expect(queue).toContain('The institution has opened its account');
  const [, report = ''] = /(\/moderation\/reports\/[\w-]+)/.exec(queue) ?? [];
  expect((await camille.get(report)).text).toContain(`/moderation/campaigns/${campaign.id}/account`);
});
