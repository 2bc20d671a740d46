import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { SystemClock } from '../../src/platform/clock.ts';
import { migrate, openDatabase } from '../../src/platform/database.ts';
import { KeyRing } from '../../src/platform/key-ring.ts';
import { OpenPledges } from '../../src/pledges/open-pledges.service.ts';
import { Pledges } from '../../src/pledges/pledges.service.ts';
import { TellRequests } from '../../src/pledges/tell-requests.service.ts';
import { SCHEMA } from '../../src/schema.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { startMailServer, type MailServer } from '../support/mail-server.ts';
import { addressOf, recipientOf } from '../support/opening-world.ts';
import { startProcess, startToKill } from '../support/process.ts';
import { addCampaign, addReadings } from '../support/seed.ts';

const SECRET = 'a secret that everybody knows, for tests alone';
/** Two batches. */
const PEOPLE = 25;

let directory: string;
let server: TestDatabase | null;
let mailServer: MailServer;
let environment: NodeJS.ProcessEnv;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'chiche-'));
  server = process.env['TEST_DATABASE_URL'] ? await openTestDatabase() : null;
  mailServer = await startMailServer();
  const mail = { SMTP_URL: mailServer.url, MAIL_FROM: 'chiche@chiche.example' };
  environment = { DATA_DIR: directory, SESSION_SECRET: SECRET, PUBLIC_URL: 'https://chiche.example', ...mail, ...(server && { DATABASE_URL: server.where.databaseUrl ?? '' }) };
});
afterEach(async () => {
  mailServer.close();
  await server?.close();
  await rm(directory, { recursive: true });
});

/** While no site runs. */
async function inDatabase<T>(work: (database: DataSource) => Promise<T>): Promise<T> {
  const opened = await openDatabase(server?.where ?? { databaseUrl: null, dataDirectory: directory }, SCHEMA);
  if (!opened.ok) throw new Error(opened.error.type);
  try {
    return await work(opened.value.dataSource);
  } finally {
    await opened.value.close();
  }
}

/** An account that was recorded and read, and people who wait for it. */
async function seed(database: DataSource): Promise<void> {
  await migrate(database);
  const clock = new SystemClock();
  const campaign = await addCampaign(database, { now: clock.now(), dareKind: 'open', fediverse: null, x: null });
  const ring = new KeyRing(database, { sessionSecret: SECRET, previousSessionSecret: null, dataDirectory: directory });
  const pledges = new Pledges(database, clock, ring);
  const requests = new TellRequests(database, clock, ring, new OpenPledges(database, ring), { bot: null });
  for (let n = 0; n < PEOPLE; n += 1) {
    const pledged = await pledges.pledge({ slug: campaign.slug, handle: `p${n}@server.example`, consent: true, showHandle: false });
    if (!pledged.ok) throw new Error(pledged.error.type);
    const asked = await requests.keepAddress({ address: addressOf(n), token: pledged.value.token, campaignId: campaign.id }, 'en');
    if (!asked.ok) throw new Error(asked.error.type);
  }
  const opened = await addCampaign(database, { now: clock.now(), dareKind: 'open', slug: 'opened', fediverse: 'agency@social.example', x: null });
  await addReadings(database, opened.fediverseAccount, [[clock.now().toISOString(), 12]]);
  await database.query('UPDATE campaign SET fediverse_account_id = $1 WHERE id = $2', [opened.fediverseAccount?.id, campaign.id]);
  await database.query(`INSERT INTO wave (campaign_id, batches, next_at) VALUES ($1, 0, now())`, [campaign.id]);
}

async function until(look: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !look() && Date.now() < end; ) await wait(2);
}

/** Starts a worker, and kills it with -9 as soon as `isTime`. */
async function killWhen(isTime: () => boolean): Promise<void> {
  const killed = startToKill(environment);
  await until(() => isTime() || killed.exitCode !== null);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(killed.signalCode).toBe('SIGKILL');
  // The queue finds out only after a while that its worker is gone.
  await inDatabase((database) => database.query(`UPDATE pgboss.job SET state = 'retry', start_after = now() WHERE name = 'opening-mail' AND state = 'active'`));
}

test('a wave goes on after kill -9 in the middle of its mails: everyone is told, and nobody by two messages', async () => {
  await inDatabase(seed);
  const told = (): string[] => [...new Set(mailServer.mails.map(recipientOf))].sort();
  const inTable = (): Promise<unknown> => inDatabase((database) => database.query('SELECT count(told_at)::int AS told, count(sent_at)::int < $1 AS rest FROM tell_request', [PEOPLE]));
  await killWhen(() => told().length >= 3);
  expect(await inTable()).toEqual([{ told: 10, rest: true }]);
  await inDatabase((database) => database.query('UPDATE wave SET next_at = now()'));
  await killWhen(() => told().length >= 13);
  expect(await inTable()).toEqual([{ told: PEOPLE, rest: true }]);
  expect(told().length).toBeLessThan(PEOPLE);

  const site = await startProcess(environment);
  await until(() => told().length === PEOPLE);
  await site.kill('SIGTERM');
  expect(told()).toEqual(Array.from({ length: PEOPLE }, (_, index) => addressOf(index)).sort());
  // What was sent again because its worker died before it could note it bears the same name, by which mailboxes know it.
  const names = new Set(mailServer.mails.map((mail) => /^Message-ID:\s+(<.+?>)/m.exec(mail)?.[1]));
  expect(names.size).toBe(PEOPLE);
  expect(await inDatabase((database) => database.query('SELECT finished_at IS NOT NULL AS finished FROM wave'))).toEqual([{ finished: true }]);
}, 120_000);
