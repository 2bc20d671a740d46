import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { v7 as newId } from 'uuid';
import { ModerationWorld } from '../../test/support/moderation-world.ts';
import { codeIn, startMailServer, type MailServer } from '../../test/support/mail-server.ts';
import { addCampaign, addReadings } from '../../test/support/seed.ts';
import { get, post } from '../../test/support/launch.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { CampaignProgress } from '../campaigns/campaign-progress.service.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { Correspondence } from '../campaigns/correspondence.service.ts';
import { dayIn } from '../campaigns/local-day.ts';
import { DAY, HOUR } from '../domain/durations.ts';
import { EmailCode } from '../identity/email-code.entity.ts';
import { EmailCodes } from '../identity/email-codes.service.ts';
import { LetterDecisions } from '../moderation/letter-decisions.service.ts';
import { Mailer } from '../platform/mailer.ts';
import { DigestReader } from '../posts/digest-reader.entity.ts';
import { Digests } from '../posts/digests.service.ts';

const ADDRESS = 'suzie@mail.example';

let site: TestSite;
let mailServer: MailServer;
let campaign: Campaign;

beforeAll(async () => {
  mailServer = await startMailServer();
  site = await startTestSite({ env: { SMTP_URL: mailServer.url, MAIL_FROM: 'chiche@chiche.example' } });
});
afterAll(async () => {
  await site.close();
  mailServer.close();
});
beforeEach(async () => {
  const { dataSource } = site.database;
  site.clock.advance(2 * HOUR);
  await dataSource.query('DELETE FROM digest_reader');
  const n = (await dataSource.query<unknown[]>('SELECT FROM campaign')).length;
  campaign = await addCampaign(dataSource, { now: site.clock.now(), fediverse: `somebody${n}@social.example`, x: `somebody${n}`, language: 'fr', title: `Défi numéro ${n}` });
  mailServer.mails.length = 0;
});

/** Sends the newest code, as a worker does. */
async function mailedCode(): Promise<{ code: string; path: string }> {
  const [row] = await site.database.dataSource.getRepository(EmailCode).find({ order: { id: 'DESC' }, take: 1 });
  await site.get(EmailCodes).deliver(row?.id ?? '', site.get(Mailer));
  return codeIn(mailServer.mails.at(-1) ?? '');
}

async function subscribe(address = ADDRESS): Promise<void> {
  const confirm = await post(site, `/c/${campaign.slug}/digest`, { email: address });
  const { code } = await mailedCode();
  await request(site.url).post(confirm).type('form').send({ code }).expect(200);
}

/** As {@link subscribe} without a mail that has to arrive. */
async function ask(address: string): Promise<void> {
  await site.get(Digests).confirm({ purpose: 'digest', asker: site.get(Digests).askerFor(campaign), address, language: 'fr' });
}

async function read(fediverse: number): Promise<void> {
  const at = site.clock.now().toISOString();
  await addReadings(site.database.dataSource, campaign.fediverseAccount, [[at, fediverse]]);
  await addReadings(site.database.dataSource, campaign.xAccount, [[at, 5_850]]);
  await site.get(CampaignProgress).follow([campaign.fediverseAccount?.id ?? '', campaign.xAccount?.id ?? '']);
}

const readers = (): Promise<DigestReader[]> => site.database.dataSource.getRepository(DigestReader).find();

async function deliver(): Promise<void> {
  for (const { id } of await readers()) await site.get(Digests).deliver(id, site.get(Mailer));
}

/** Of a mail, as its reader sees it. */
function words(mail = mailServer.mails.at(-1) ?? ''): string {
  const [, text = ''] = mail.split('Content-Type: text/plain');
  return Buffer.from(text.split('Content-Type: text/html')[0]?.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16))) ?? '', 'latin1').toString('utf8');
}

const digests = (): string[] => mailServer.mails.filter((mail) => mail.includes('List-Unsubscribe'));

describe('a week’s news', () => {
  test('comes once a week, with the numbers, how they changed, and what happened', async () => {
    await read(2_900);
    await subscribe();
    site.clock.advance(6 * DAY);
    await read(4_500);
    await deliver();
    expect(digests()).toHaveLength(0);
    site.clock.advance(DAY + HOUR);
    await Promise.all([deliver(), deliver()]);
    await deliver();
    expect(digests()).toHaveLength(1);
    expect(words()).toMatch(/Mastodon\s: 4\s500 abonnés/);
    expect(words()).toMatch(/1\s350 abonnés d’écart/);
    expect(words()).toContain('À mi-chemin');
    site.clock.advance(7 * DAY);
    await deliver();
    expect(digests()).toHaveLength(2);
    expect(words()).toMatch(/\+0 en une semaine|Pas de nouvelle étape/);
  });

  test('tells once what came back of the letter, when a moderator confirmed it, though its day was in the week before', async () => {
    await subscribe();
    site.clock.advance(6 * DAY);
    const fields = { step: 'answered', day: dayIn(campaign.timeZone)(site.clock.now()), way: null, summary: null, link: null } as const;
    const answered = await site.get(Correspondence).report(campaign.id, fields, newId(), null);
    const news: boolean[] = [];
    const week = async (): Promise<void> => {
      await deliver();
      news.push(words().includes('L’institution a répondu'));
    };
    site.clock.advance(DAY);
    await week();
    site.clock.advance(5 * DAY);
    const moderator = await new ModerationWorld(site.database.dataSource, site.clock).staff('Ada');
    await site.get(LetterDecisions).decide(moderator, answered.ok ? answered.value.id : '', { action: 'confirm', reason: null });
    site.clock.advance(2 * DAY);
    await week();
    site.clock.advance(7 * DAY);
    await week();
    expect(news).toEqual([false, true, false]);
  });

  test('is for nobody who did not confirm, and no more than once for an address', async () => {
    await post(site, `/c/${campaign.slug}/digest`, { email: ADDRESS });
    expect(await readers()).toEqual([]);
    await subscribe();
    await subscribe(ADDRESS.toUpperCase());
    expect(await readers()).toHaveLength(1);
    expect(JSON.stringify(await site.database.dataSource.query('SELECT * FROM digest_reader'))).not.toContain('suzie');
  });

  test('can be confirmed by the mail’s link', async () => {
    await post(site, `/c/${campaign.slug}/digest`, { email: ADDRESS });
    const { path } = await mailedCode();
    expect(await get(site, path)).toContain(`Défi numéro`);
    expect((await request(site.url).post(path)).status).toBe(200);
    expect(await readers()).toHaveLength(1);
  });

  test('ends with one click of the mail’s program or of its reader, and the address is forgotten', async () => {
    await subscribe();
    site.clock.advance(7 * DAY);
    await deliver();
    const mail = digests().at(-1) ?? '';
    expect(mail).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    const out = /List-Unsubscribe: <(?:[^>]*)(\/digest\/[\w-]+)>/.exec(mail.replace(/\r\n\s+/g, ' '))?.[1] ?? '';
    expect(await get(site, out)).toContain('Arrêter et oublier mon adresse');
    expect(await readers()).toHaveLength(1);
    const click = request(site.url).post(out).set({ 'sec-fetch-site': 'cross-site', 'origin': 'https://webmail.example' });
    expect((await click.type('form').send({ 'List-Unsubscribe': 'One-Click' })).status).toBe(200);
    expect(await readers()).toEqual([]);
    expect(await get(site, out)).toContain('votre adresse est oubliée');
  });

  test('that the mail server does not take now is tried again ever later, for four weeks, and then the address is forgotten', async () => {
    await ask('later@mail.example');
    site.clock.advance(7 * DAY);
    const first = site.clock.now().getTime();
    const hours: number[] = [];
    const givenUp = new Date(first + 28 * DAY);
    for (let [row] = await readers(); row !== undefined && row.nextAt < givenUp; [row] = await readers()) {
      site.clock.set(new Date(Math.max(row.nextAt.getTime(), first)));
      await site.get(Digests).sendDue();
      hours.push((site.clock.now().getTime() - first) / HOUR);
      await expect(deliver()).rejects.toThrow('The mail server did not take a mail (451).');
      // The queue tries what threw again, at once.
      await deliver();
    }
    expect(hours).toEqual([0, 1, 5, 21, 85, 253, 421, 589]);
    expect(digests()).toHaveLength(0);
    site.clock.set(new Date(givenUp.getTime() - 1));
    await site.get(Digests).sendDue();
    expect(await readers()).toHaveLength(1);
    site.clock.advance(1);
    await site.get(Digests).sendDue();
    expect(await readers()).toEqual([]);
  });

  test('is sent as ever once the mail server takes it again', async () => {
    await subscribe();
    site.clock.advance(7 * DAY);
    const [row] = await readers();
    const down = { send: () => Promise.reject(new Error('down')) } as unknown as Mailer;
    await expect(site.get(Digests).deliver(row?.id ?? '', down)).rejects.toThrow('down');
    site.clock.advance(HOUR);
    await deliver();
    expect(digests()).toHaveLength(1);
    expect(await readers()).toMatchObject([{ tries: 0, failingSince: null, nextAt: new Date(site.clock.now().getTime() + 7 * DAY) }]);
  });

  test('for a mailbox that is gone is the last try, and the address is forgotten', async () => {
    await ask('refused@mail.example');
    site.clock.advance(7 * DAY);
    await deliver();
    expect(await readers()).toEqual([]);
  });

  test('waits for nobody else’s, however many fail', async () => {
    const { dataSource } = site.database;
    await subscribe();
    await dataSource.query(
      `INSERT INTO digest_reader (id, campaign_id, address_hash, leave_hash, sealed, language, next_at)
       SELECT gen_random_uuid(), $1, n::text, n::text, '', 'fr', $2 FROM generate_series(1, 600) n`,
      [campaign.id, site.clock.now()],
    );
    site.clock.advance(7 * DAY);
    await dataSource.query(`DELETE FROM pgboss.job WHERE name = 'digest'`);
    await site.get(Digests).sendDue();
    await site.get(Digests).sendDue();
    const [jobs] = await dataSource.query<{ n: number }[]>(`SELECT count(*)::int AS n FROM pgboss.job WHERE name = 'digest'`);
    expect(jobs).toEqual({ n: 601 });
    await dataSource.query(`DELETE FROM pgboss.job WHERE name = 'digest'`);
  });

  test('is sent by a worker once or never: one that dies in between sends none rather than two', async () => {
    await subscribe();
    site.clock.advance(7 * DAY);
    const [row] = await readers();
    await new Promise<void>((died) => {
      const send = (): Promise<never> => new Promise(() => died());
      void site.get(Digests).deliver(row?.id ?? '', { send } as unknown as Mailer);
    });
    await deliver();
    expect(digests()).toHaveLength(0);
  });

  test('says that the institution agreed, where that is how it ends', async () => {
    await subscribe();
    await site.database.dataSource.query(`UPDATE campaign SET state = 'agreed', ended_at = $2 WHERE id = $1`, [campaign.id, site.clock.now()]);
    site.clock.advance(7 * DAY);
    await deliver();
    expect(words()).toContain('L’institution a dit oui');
    expect(words()).not.toContain('La campagne est terminée');
    expect(await readers()).toEqual([]);
  });

  test.each([
    ['ended', null, true],
    ['ended', 0, false],
    ['closed', 0, false],
    ['won', 27, true],
    ['won', 28, false],
    ['live', 27, true],
    ['live', 28, false],
  ])('is waited for while there may be more: %s, hidden for %s days', async (state, hiddenFor, isKept) => {
    const now = site.clock.now();
    await ask(ADDRESS);
    const hiddenAt = hiddenFor === null ? null : new Date(now.getTime() - hiddenFor * DAY);
    await site.database.dataSource.query('UPDATE campaign SET state = $2, hidden_at = $3, ended_at = $4 WHERE id = $1', [campaign.id, state, hiddenAt, state === 'live' ? null : now]);
    await site.get(Digests).sendDue();
    expect(await readers()).toHaveLength(isKept ? 1 : 0);
  });

  test('ends with the campaign, which is said', async () => {
    await subscribe();
    await site.database.dataSource.query(`UPDATE campaign SET state = 'ended', ended_at = $2 WHERE id = $1`, [campaign.id, site.clock.now()]);
    site.clock.advance(7 * DAY);
    await deliver();
    expect(words()).toContain('ce message est le dernier');
    expect(await readers()).toEqual([]);
    expect((await request(site.url).get(`/c/${campaign.slug}/digest`)).status).toBe(404);
  });

  test('is asked for with an address, and the code is kept as typed when it is wrong', async () => {
    const wrong = await request(site.url).post(`/c/${campaign.slug}/digest`).type('form').set('accept-language', 'fr').send({ email: 'suzie' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('value="suzie"');
    const confirm = await post(site, `/c/${campaign.slug}/digest`, { email: ADDRESS });
    const refused = await request(site.url).post(confirm).type('form').set('accept-language', 'fr').send({ code: '0000 0000' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('value="0000 0000"');
    expect(await get(site, `/c/${campaign.slug}`)).toContain(`/c/${campaign.slug}/digest`);
  });
});
