import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { IsNull, LessThan, Not } from 'typeorm';
import { addCampaign, addReadings } from '../../test/support/seed.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { MAIL_QUEUE } from '../campaigns/campaign-mail.service.ts';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { HOUR } from '../domain/durations.ts';
import { Account } from '../institutions/account.entity.ts';
import { Queue } from '../platform/queue.ts';
import { Reading } from '../readings/reading.entity.ts';
import { ReadingFlag } from '../readings/reading-flag.entity.ts';
import { ReadingSchedule } from '../readings/reading-schedule.service.ts';

const HANDLE = 'lelibreedu@social.example';

let mailServer: Server;
let mails: string[];
let site: TestSite;

beforeAll(async () => {
  mails = [];
  mailServer = createServer((socket) => answerSmtp(socket, mails));
  await new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', resolve));
  const { port } = mailServer.address() as AddressInfo;
  const env = { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'chiche@example.org' };
  site = await startTestSite({ roles: 'worker', env });
  site.fediverse.addServer({ host: 'social.example', software: 'mastodon' });
  site.fediverse.addAccount({ handle: HANDLE, followers: 5_876 });
});
afterAll(async () => {
  await site.close();
  mailServer.close();
});
test('the embedded database is vacuumed, which nobody else does', async () => {
  const isServer = (process.env['TEST_DATABASE_URL'] ?? '') !== '';
  const known = async (): Promise<true | null> => {
    const [row] = await site.database.dataSource.query<{ known: boolean }[]>(`SELECT reltuples >= 0 AS known FROM pg_class WHERE relname = 'staff'`);
    return row?.known === true ? true : null;
  };
  expect(isServer ? await known() : await eventually(known)).toBe(isServer ? null : true);
});

beforeEach(() => site.database.dataSource.query('TRUNCATE institution CASCADE'));

async function eventually<T>(look: () => Promise<T | null> | T | undefined): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined) return found;
    await pause(100);
  }
}

/** As much of SMTP (RFC 5321) as a client needs that has one mail to hand over. */
function answerSmtp(socket: Socket, received: string[]): void {
  let data: string | null = null;
  socket.write('220 test\r\n');
  socket.on('data', (chunk) => {
    const text = chunk.toString();
    if (data !== null) {
      data += text;
      if (!data.endsWith('\r\n.\r\n')) return;
      received.push(data);
      data = null;
      socket.write('250 ok\r\n');
    } else if (text.startsWith('DATA')) {
      data = '';
      socket.write('354 go on\r\n');
    } else socket.write(text.startsWith('QUIT') ? '221 bye\r\n' : '250 ok\r\n');
  });
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

test('a mail that was sent to the queue reaches the mail server', async () => {
  const mail = { to: 'someone@example.org', subject: 'Chiche', text: 'Your campaign is live.', html: '<p>Live.</p>' };
  await site.get(Queue).send(MAIL_QUEUE, mail);
  const received = await eventually(() => mails[0]);
  expect(received).toContain('To: someone@example.org');
  expect(received).toContain('Your campaign is live.');
});
