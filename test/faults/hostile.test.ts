import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Campaign } from '../../src/campaigns/campaign.entity.ts';
import type { Fault } from '../../src/cli/demo/simulated-world.ts';
import { startSimulatedFediverse, type SimulatedFediverse } from '../../src/cli/demo/simulated-fediverse.ts';
import { AccountFinder } from '../../src/institutions/account-finder.service.ts';
import { createGuardedHttp, type GuardedHttp, type GuardedHttpOptions } from '../../src/platform/http.ts';
import { SettableClock } from '../../src/platform/clock.ts';
import { OpenPledges } from '../../src/pledges/open-pledges.service.ts';
import { PledgeProofs } from '../../src/pledges/pledge-proofs.service.ts';
import { SupporterPage } from '../../src/pledges/supporter-page.service.ts';
import { Pledges } from '../../src/pledges/pledges.service.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { testKeyRing } from '../support/key-ring.ts';
import { startReaders, type TestReaders } from '../support/reader.ts';
import { addCampaign, addReadings } from '../support/seed.ts';

const INSTITUTION = 'institution@social.example';
const NOW = new Date('2023-09-02T08:00:00Z');

let database: TestDatabase;
let fediverse: SimulatedFediverse;
let campaign: Campaign;
let readers: TestReaders;
const clients: GuardedHttp[] = [];
const servers: Server[] = [];

beforeAll(async () => {
  [database, fediverse] = await Promise.all([openTestDatabase(), startSimulatedFediverse()]);
  readers = await startReaders(database.dataSource, new SettableClock(NOW));
  fediverse.addServer({ host: 'social.example', software: 'mastodon' });
  fediverse.addAccount({ handle: INSTITUTION, followers: 6_666 });
  campaign = await addCampaign(database.dataSource, { now: NOW, fediverse: INSTITUTION });
  await addReadings(database.dataSource, campaign.fediverseAccount, [['2023-09-02T07:00:00Z', 5_090]]);
});
afterAll(async () => {
  await readers.close();
  await fediverse.close();
  await database.close();
});
afterEach(async () => {
  fediverse.fail('social.example', null);
  fediverse.fail(INSTITUTION, null);
  for (const client of clients.splice(0)) await client.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

function client(options: Pick<GuardedHttpOptions, 'privateNetwork'> & Partial<GuardedHttpOptions>): GuardedHttp {
  const http = createGuardedHttp({ userAgent: 'test', timeoutMs: 2_000, maxBytes: 100_000, ...options });
  clients.push(http);
  return http;
}

/** What the database holds of readings, pledges and the account's identity; hostile servers must not change it. */
async function held(): Promise<unknown> {
  return database.dataSource.query(
    `SELECT (SELECT json_agg(reading ORDER BY id) FROM reading), (SELECT count(*) FROM institution),
            (SELECT json_agg(json_build_array(handle, url, actor_uri, display_name) ORDER BY id) FROM account)`,
  );
}

async function expectNothingChanges(http: GuardedHttp): Promise<string> {
  const clock = new SettableClock(NOW);
  const before = await held();
  const taken = await readers.worker(http).take(campaign.fediverseAccount?.id ?? '');
  const found = await new AccountFinder(clock, http, { xApi: null }).find('fediverse', INSTITUTION, 'https://social.example/');
  expect(await held()).toEqual(before);
  expect(taken.ok || found.ok).toBe(false);
  return taken.ok ? 'ok' : taken.error.type;
}

test.each(['gone', 'suspended', 'hidden', 'rate-limited', 'refused', 'garbage', 'slow', 'endless', 'down'] as const)(
  'a server that is %s changes no number',
  async (fault: Fault) => {
    fediverse.fail(fault === 'gone' || fault === 'suspended' || fault === 'hidden' ? INSTITUTION : 'social.example', fault);
    const http = client({ privateNetwork: fediverse.address });
    if (fault !== 'hidden') {
      await expectNothingChanges(http);
      return;
    }
    // A hidden count is an account that exists and tells no number.
    const before = await held();
    const taken = await readers.worker(http).take(campaign.fediverseAccount?.id ?? '');
    expect(taken).toEqual({ ok: false, error: { type: 'hidden' } });
    expect(await held()).toEqual(before);
  },
);

test.each(['127.0.0.1', '10.0.0.8', '169.254.169.254', '100.64.0.1', '::1', 'fd00::1', '64:ff9b::a00:1', '::ffff:192.168.0.1'])(
  'a name that leads to %s is not asked',
  async (address) => {
    const lookup = async () => [{ address, family: address.includes(':') ? 6 : 4 }];
    expect(await expectNothingChanges(client({ privateNetwork: 'forbidden', lookup }))).toBe('unreachable');
  },
);

test.each([
  { to: 'http://social.example/', why: 'plain text' },
  { to: 'https://127.0.0.1/', why: 'a literal address' },
  { to: 'https://social.example:8443/', why: 'another port' },
  { to: 'https://user:pass@social.example/', why: 'credentials' },
  { to: 'file:///etc/passwd', why: 'another scheme' },
])('a redirect to $why is not followed', async ({ to }) => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(302, { location: to }).end();
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((settle) => server.once('listening', settle));
  const { port } = server.address() as AddressInfo;
  await expectNothingChanges(client({ privateNetwork: { host: '127.0.0.1', port } }));
  expect(asked).toBeLessThan(10);
});

test.each([
  ['numbers as text', { subject: 'acct:institution@social.example', links: 'none' }],
  ['a list', []],
  ['null', null],
  ['a count below zero', { id: '1', acct: 'institution', followers_count: -1, uri: 'https://social.example/users/institution' }],
  ['a count that is text', { id: '1', acct: 'institution', followers_count: '9999', uri: 'https://social.example/users/institution' }],
  ['a count that is no whole number', { id: '1', acct: 'institution', followers_count: 1.5, uri: 'https://social.example/users/institution' }],
  ['a count beyond all people', { id: '1', acct: 'institution', followers_count: 1e300, uri: 'https://social.example/users/institution' }],
])('answers of the wrong kind change nothing: %s', async (_name, body) => {
  const jrd = {
    subject: 'acct:institution@social.example',
    links: [{ rel: 'self', type: 'application/activity+json', href: 'https://social.example/users/institution' }],
  };
  const server = createServer((request, response) => {
    const answer = request.url?.startsWith('/.well-known/webfinger') && body !== null && 'id' in body ? jrd : body;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((settle) => server.once('listening', settle));
  const { port } = server.address() as AddressInfo;
  await expectNothingChanges(client({ privateNetwork: { host: '127.0.0.1', port } }));
});

test('a supporter whose server is hostile keeps her pledge and gets a manual way', async () => {
  fediverse.addServer({ host: 'hostile.example', software: 'mastodon' });
  fediverse.addAccount({ handle: 'suzie@hostile.example' });
  const http = client({ privateNetwork: fediverse.address });
  const clock = new SettableClock(NOW);
  const { dataSource } = database;
  const ring = testKeyRing(dataSource);
  const open = new OpenPledges(dataSource, ring);
  const page = new SupporterPage(dataSource, clock, http, open, new PledgeProofs(dataSource, clock, ring, open));
  const wish = { slug: campaign.slug, handle: 'suzie@hostile.example', consent: true, showHandle: false };
  const pledged = await new Pledges(dataSource, clock, ring).pledge(wish);
  if (!pledged.ok) throw new Error(pledged.error.type);
  for (const fault of ['garbage', 'slow', 'endless', 'refused', 'rate-limited', 'down'] as const) {
    fediverse.fail('hostile.example', fault);
    const found = await page.find(pledged.value.token);
    expect(found && (await page.withFollowLink(found)).followState).toBe('unreachable');
  }
  expect(await page.find(pledged.value.token)).toMatchObject({ state: 'pending', handle: 'suzie@hostile.example' });
});
