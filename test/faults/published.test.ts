import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { IsNull, type DataSource } from 'typeorm';
import { v7 as newId } from 'uuid';
import { Milestone } from '../../src/campaigns/milestone.entity.ts';
import { MINUTE } from '../../src/domain/durations.ts';
import { SystemClock } from '../../src/platform/clock.ts';
import { migrate, openDatabase } from '../../src/platform/database.ts';
import { KeyRing } from '../../src/platform/key-ring.ts';
import { OpenPledges } from '../../src/pledges/open-pledges.service.ts';
import { Pledges } from '../../src/pledges/pledges.service.ts';
import { TellRequests } from '../../src/pledges/tell-requests.service.ts';
import { Publication } from '../../src/posts/publication.entity.ts';
import { defaultWishes, PublishingWishes } from '../../src/posts/publishing-wishes.entity.ts';
import { SCHEMA } from '../../src/schema.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { TEST_SECRET } from '../support/key-ring.ts';
import { startProcess } from '../support/process.ts';
import { addCampaign, addReadings } from '../support/seed.ts';
import { MastodonServer } from '../support/servers/mastodon-server.ts';
import { TestWorld } from '../support/servers/world.ts';
import { valueOf } from '../support/value-of.ts';

const BOT_HOST = 'bots.example';
const onServer = Boolean(process.env['TEST_DATABASE_URL']);

let directory: string;
let database: TestDatabase | null;
let world: TestWorld;
let server: MastodonServer;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'chiche-'));
  database = onServer ? await openTestDatabase() : null;
  world = await new TestWorld(() => new Date()).start();
  server = world.add(new MastodonServer(world, BOT_HOST));
  environment = {
    ...(database === null ? {} : { DATABASE_URL: database.where.databaseUrl ?? '' }),
    DATA_DIR: directory,
    SESSION_SECRET: TEST_SECRET,
    ALLOW_PRIVATE_NETWORK: world.address,
    BOT_URL: `https://${BOT_HOST}`,
    BOT_ACCESS_TOKEN: server.giveToken(server.addPerson('chiche'), ['profile', 'write:statuses', 'write:media']),
  };
});
afterAll(async () => {
  await world.close();
  await database?.close();
  await rm(directory, { recursive: true });
});

/** While no process is running, one of which holds the embedded database. */
async function between(work: (dataSource: DataSource) => Promise<void>): Promise<void> {
  const opened = await openDatabase(database?.where ?? { databaseUrl: null, dataDirectory: directory }, SCHEMA);
  if (!opened.ok) throw new Error(opened.error.type);
  try {
    await work(opened.value.dataSource);
  } finally {
    await opened.value.close();
  }
}

/** Waits for what another process does. */
async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 40_000; Date.now() < end; await wait(50)) if (await isSo()) return;
  throw new Error('It did not happen.');
}

/** A campaign that was launched just now, with a post to come. */
async function plan(dataSource: DataSource): Promise<void> {
  await migrate(dataSource);
  const now = new Date();
  const campaign = await addCampaign(dataSource, { now });
  await dataSource.getRepository(PublishingWishes).insert({ campaignId: campaign.id, ...defaultWishes(campaign), quietFrom: 0, quietUntil: 0, changedAt: now });
  await dataSource.getRepository(Milestone).insert({ id: newId(), campaign, kind: 'launched', at: now, value: null });
  const row = { id: newId(), campaign: { id: campaign.id }, occasion: 'launched', kind: 'launched', at: now, state: 'planned', dueAt: now, attempts: 0, key: newId() } as const;
  await dataSource.getRepository(Publication).insert(row);
}

test('a worker killed before it heard that its post is out leaves one post, which its successor finds', async () => {
  await between(plan);
  world.unanswered.add('POST /api/v1/statuses');
  const first = await startProcess(environment);
  await until(() => server.posts.all.length > 0);
  await first.kill('SIGKILL');
  world.unanswered.clear();

  const longAgo = new Date(Date.now() - 15 * MINUTE);
  await between(async (dataSource) => {
    const sending = await dataSource.getRepository(Publication).update({ state: 'sending', remoteId: IsNull() }, { claimedAt: longAgo, askedAt: longAgo });
    expect(sending.affected).toBe(1);
  });
  const second = await startProcess(environment);
  await until(() => world.seen.some(({ path }) => path.endsWith('/statuses') && path !== '/api/v1/statuses'));
  await second.kill('SIGTERM');
  expect(server.posts.all).toHaveLength(1);
  await between(async (dataSource) => {
    expect(await dataSource.getRepository(Publication).find()).toMatchObject([{ state: 'sent', remoteId: server.posts.all[0]?.id }]);
  });
}, 120_000);

/** Somebody who is to be told that an account is open. */
async function ask(dataSource: DataSource): Promise<void> {
  await migrate(dataSource);
  const now = new Date();
  const ring = new KeyRing(dataSource, { sessionSecret: TEST_SECRET, previousSessionSecret: null, dataDirectory: directory });
  const [clock, open] = [new SystemClock(), new OpenPledges(dataSource, ring)];
  const campaign = await addCampaign(dataSource, { now, dareKind: 'open', fediverse: null, x: null });
  const { token } = valueOf(await new Pledges(dataSource, clock, ring).pledge({ slug: campaign.slug, handle: 'ada@pouet.example', consent: true, showHandle: false }));
  await dataSource.query(`UPDATE pledge SET proof = 'mastodon', state = 'confirmed', confirmed_at = now()`);
  valueOf(await new TellRequests(dataSource, clock, ring, open, { bot: { url: `https://${BOT_HOST}`, accessToken: '' } }).askDirect(token, 'en'));
  const opened = await addCampaign(dataSource, { now, dareKind: 'open', fediverse: 'agency@social.example', x: null });
  await addReadings(dataSource, opened.fediverseAccount, [[now.toISOString(), 12]]);
  await dataSource.query('UPDATE campaign SET fediverse_account_id = $1 WHERE id = $2', [opened.fediverseAccount?.id, campaign.id]);
  await dataSource.query('INSERT INTO wave (campaign_id, batches, next_at) VALUES ($1, 0, now())', [campaign.id]);
}

test('a worker killed before it heard that its message left leaves one message, by the key that its server keeps', async () => {
  world.add(new MastodonServer(world, 'pouet.example')).addPerson('ada');
  const messages = (): number => server.posts.all.filter(({ visibility }) => visibility === 'direct').length;
  const asked = (): number => world.seen.filter(({ fields }) => fields['visibility'] === 'direct').length;
  await between(ask);
  world.unanswered.add('POST /api/v1/statuses');
  const first = await startProcess(environment);
  await until(() => messages() > 0);
  await first.kill('SIGKILL');
  world.unanswered.clear();

  await between(async (dataSource) => {
    expect(await dataSource.query('SELECT handed_at IS NOT NULL AS handed, sent_at FROM tell_request')).toEqual([{ handed: true, sent_at: null }]);
    // A quarter of an hour later, of whom no answer came is tried once more.
    await dataSource.query(`UPDATE tell_request SET handed_at = handed_at - interval '16 minutes'`);
    await dataSource.query('UPDATE message_turn SET next_at = now()');
  });
  const before = asked();
  const second = await startProcess(environment);
  await until(() => asked() > before);
  await second.kill('SIGTERM');
  expect(messages()).toBe(1);
  await between(async (dataSource) => {
    expect(await dataSource.query('SELECT sent_at IS NOT NULL AS sent, failure FROM tell_request')).toEqual([{ sent: true, failure: null }]);
  });
}, 120_000);
