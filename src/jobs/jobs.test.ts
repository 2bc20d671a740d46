import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { IsNull, LessThan, Not } from 'typeorm';
import { codeIn, startMailServer, type MailServer } from '../../test/support/mail-server.ts';
import { addCampaign, addReadings } from '../../test/support/seed.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { MAIL_QUEUE } from '../campaigns/campaign-mail.service.ts';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
import { HOUR } from '../domain/durations.ts';
import { EmailCodes } from '../identity/email-codes.service.ts';
import { Account } from '../institutions/account.entity.ts';
import { Queue } from '../platform/queue.ts';
import { Pledge } from '../pledges/pledge.entity.ts';
import { Pledges } from '../pledges/pledges.service.ts';
import { DrawnPicture } from '../posts/drawn-picture.entity.ts';
import { linkPicture } from '../posts/picture-name.ts';
import { Pictures } from '../posts/pictures.service.ts';
import { Reading } from '../readings/reading.entity.ts';
import { ReadingFlag } from '../readings/reading-flag.entity.ts';
import { ReadingSchedule } from '../readings/reading-schedule.service.ts';

const HANDLE = 'lelibreedu@social.example';

let mailServer: MailServer;
let site: TestSite;

beforeAll(async () => {
  mailServer = await startMailServer();
  const env = { SMTP_URL: mailServer.url, MAIL_FROM: 'chiche@example.org' };
  site = await startTestSite({ roles: 'worker', env });
  site.fediverse.addServer({ host: 'social.example', software: 'mastodon' });
  site.fediverse.addAccount({ handle: HANDLE, followers: 5_876 });
});
afterAll(async () => {
  await site.close();
  mailServer.close();
});
// A server does so by itself, and is not to be told.
(process.env['TEST_DATABASE_URL'] ? test.skip : test)('the embedded database is vacuumed, which nobody else does', async () => {
  const known = async (): Promise<true | null> => {
    const [row] = await site.database.dataSource.query<{ known: boolean }[]>(`SELECT reltuples >= 0 AS known FROM pg_class WHERE relname = 'staff'`);
    return row?.known === true ? true : null;
  };
  expect(await eventually(known)).toBe(true);
});

beforeEach(() => site.database.dataSource.query('TRUNCATE institution CASCADE'));

async function eventually<T>(look: () => Promise<T | null> | T | undefined): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined) return found;
    await pause(100);
  }
}

test('an account that is due is read, its campaign wins, and the next reading is planned', async () => {
  const { dataSource } = site.database;
  const now = site.clock.now();
  const campaign = await addCampaign(dataSource, { fediverse: HANDLE, dareKind: 'reach', target: 5_000, now });
  const id = campaign.fediverseAccount?.id ?? '';
  await site.get(ReadingSchedule).plan(id, now);
  await eventually(() => dataSource.getRepository(Reading).findOneBy({ account: { id } }));
  await eventually(() => dataSource.getRepository(Campaign).findOneBy({ id: campaign.id, state: 'won' }));
  const account = await dataSource.getRepository(Account).findOneByOrFail({ id });
  expect(account).toMatchObject({ triedAt: now, failures: 0 });
  expect(account.nextReadingAt?.getTime()).toBeGreaterThan(now.getTime());
});

test('a campaign that is near its end is read more often than the worker does by itself', async () => {
  const { dataSource } = site.database;
  const now = site.clock.now();
  const seed = { fediverse: HANDLE, dareKind: 'reach' as const, target: 5_900, now };
  const { fediverseAccount } = await addCampaign(dataSource, seed);
  const id = fediverseAccount?.id ?? '';
  await site.get(ReadingSchedule).plan(id, now);
  const soon = new Date(now.getTime() + HOUR / 2);
  await eventually(() => dataSource.getRepository(Account).findOneBy({ id, triedAt: now, nextReadingAt: LessThan(soon) }));
});

test('an unusual rise is flagged, and the servers of the new followers are looked at', async () => {
  const { dataSource } = site.database;
  const now = site.clock.now();
  const campaign = await addCampaign(dataSource, { fediverse: HANDLE, dareKind: 'reach', target: 50_000, now });
  const id = campaign.fediverseAccount?.id ?? '';
  await dataSource.getRepository(Account).update({ id }, { actorUri: site.fediverse.accounts[0]?.actorUri ?? '' });
  const calm = Array.from({ length: 6 }, (_, index) => [new Date(now.getTime() - (6 - index) * HOUR / 6).toISOString(), 5_300] as const);
  await addReadings(dataSource, campaign.fediverseAccount, calm);
  await site.get(ReadingSchedule).plan(id, now);
  const flag = await eventually(() => dataSource.getRepository(ReadingFlag).findOneBy({ followers: Not(IsNull()) }));
  expect(flag).toMatchObject({ kind: 'spike', fromCount: 5_300, count: 5_876, state: 'open', followers: { known: true, concentrated: null } });
});

test('a picture that people want is drawn again as soon as the numbers have changed', async () => {
  const { dataSource } = site.database;
  const now = site.clock.now();
  const { slug, fediverseAccount } = await addCampaign(dataSource, { fediverse: HANDLE, dareKind: 'reach', target: 50_000, now });
  await addReadings(dataSource, fediverseAccount, [[new Date(now.getTime() - HOUR).toISOString(), 5_700]]);
  const campaign = await site.get(CampaignsQuery).bySlug(slug);
  if (campaign === null) throw new Error('The campaign is missing.');
  await site.get(Pictures).picture(campaign, linkPicture('fr'), 0);
  const pictures = dataSource.getRepository(DrawnPicture);
  const { digest } = await pictures.findOneByOrFail({ campaignId: campaign.id });
  await site.get(ReadingSchedule).plan(fediverseAccount?.id ?? '', now);
  await eventually(() => pictures.findOneBy({ campaignId: campaign.id, digest: Not(digest) }));
});

test('a pledge is released after the one for which it waited', async () => {
  const { dataSource } = site.database;
  const { slug } = await addCampaign(dataSource, { fediverse: HANDLE, now: site.clock.now() });
  const promise = { slug, consent: true, showHandle: false };
  await site.get(Pledges).pledge({ ...promise, handle: 'suzie@town.example', whenOthers: 1 });
  expect(await dataSource.getRepository(Pledge).existsBy({ state: 'waiting' })).toBe(true);
  await site.get(Pledges).pledge({ ...promise, handle: 'zoe@town.example' });
  await eventually(() => dataSource.getRepository(Pledge).findOneBy({ state: 'pending', whenOthers: 1 }));
});

test('a mail that was sent to the queue reaches the mail server', async () => {
  const mail = { to: 'someone@example.org', subject: 'Chiche', text: 'Your campaign is live.', html: '<p>Live.</p>' };
  await site.get(Queue).send(MAIL_QUEUE, mail);
  const received = await eventually(() => mailServer.mails[0]);
  expect(received).toContain('To: someone@example.org');
  expect(received).toContain('Your campaign is live.');
});

test('a code reaches its mailbox, and neither the queue nor the table holds the address', async () => {
  const { dataSource } = site.database;
  const address = 'ada@mailbox.example';
  await site.get(EmailCodes).start({ purpose: 'pledge', asker: 'a'.repeat(32), address, about: 'A dare', language: 'en' });
  const mail = await eventually(() => mailServer.mails.find((each) => each.includes(`To: ${address}`)));
  expect(codeIn(mail).code).toMatch(/^\d{4} \d{4}$/);
  const tables = ['email_code', 'pgboss.job', 'reminder'];
  const rows = await Promise.all(tables.map((table) => dataSource.query(`SELECT to_jsonb(row)::text AS text FROM ${table} row`)));
  expect(JSON.stringify(rows)).not.toMatch(/mailbox\.example/);
});
