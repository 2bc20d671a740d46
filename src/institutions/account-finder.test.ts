import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSimulatedFediverse, type SimulatedFediverse } from '../cli/demo/simulated-fediverse.ts';
import { SystemClock } from '../platform/clock.ts';
import { createGuardedHttp, type GuardedHttp } from '../platform/http.ts';
import { AccountFinder } from './account-finder.service.ts';

const WEBSITE = 'https://www.education.example/';

let fediverse: SimulatedFediverse;
let website: Server;
let clients: GuardedHttp[];
let finder: AccountFinder;
let page: string;

beforeAll(async () => {
  fediverse = await startSimulatedFediverse();
  website = createServer((_request, response) => void response.end(page));
  await new Promise<void>((resolve) => website.listen(0, '127.0.0.1', resolve));
  const { port } = website.address() as AddressInfo;
  const [toFediverse, toWebsite] = [fediverse.address, { host: '127.0.0.1', port }].map((privateNetwork) =>
    createGuardedHttp({ userAgent: 'Chiche test', privateNetwork, timeoutMs: 2_000 }),
  ) as [GuardedHttp, GuardedHttp];
  clients = [toFediverse, toWebsite];
  const getText: GuardedHttp['getText'] = (url, options) =>
    (url.startsWith(WEBSITE) ? toWebsite : toFediverse).getText(url, options);
  finder = new AccountFinder(new SystemClock(), { ...toFediverse, getText }, { xApi: null });
  fediverse.addServer({ host: 'social.example', software: 'mastodon' });
  fediverse.addServer({ host: 'notes.example', software: 'misskey' });
  fediverse.addAccount({ handle: 'lelibreedu@social.example', displayName: 'Le Libre Édu', followers: 2900 });
  fediverse.addAccount({
    handle: 'ville@notes.example',
    followers: 12,
    fields: [{ name: 'Site', value: 'https://education.example/contact' }],
  });
});

afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  website.closeAllConnections();
  website.close();
  await fediverse.close();
});

beforeEach(() => {
  page = '';
  fediverse.fail('lelibreedu@social.example', null);
  fediverse.fail('social.example', null);
});

test('finds an account however its handle was typed', async () => {
  const found = await finder.find('fediverse', ' https://SOCIAL.example/@LeLibreEdu ', null);
  expect(found).toMatchObject({
    ok: true,
    value: {
      network: 'mastodon',
      networkName: 'Mastodon',
      handle: 'lelibreedu@social.example',
      url: 'https://social.example/@lelibreedu',
      displayName: 'Le Libre Édu',
      followers: 2900,
      linksBack: false,
    },
  });
  const picture = found.ok ? Buffer.from(found.value.picture ?? '', 'base64') : Buffer.alloc(0);
  expect(picture.readUInt32BE(16)).toBe(96);
  expect(JSON.parse(JSON.stringify(found))).toEqual(found);
});

test('sees the website that names the account', async () => {
  page = '<a rel="me" href="https://social.example/@lelibreedu">Mastodon</a>';
  const found = await finder.find('fediverse', '@lelibreedu@social.example', WEBSITE.replace('https:', 'http:'));
  expect(found).toMatchObject({ ok: true, value: { linksBack: true } });
});

test('sees the account that names the website', async () => {
  const found = await finder.find('fediverse', '@ville@notes.example', WEBSITE);
  expect(found).toMatchObject({ ok: true, value: { followers: 12, linksBack: true } });
});

test('a website that does not answer takes nothing away but the link', async () => {
  const found = await finder.find('fediverse', '@lelibreedu@social.example', 'https://nowhere.example/');
  expect(found).toMatchObject({ ok: true, value: { followers: 2900, linksBack: false } });
});

test('a hidden count is unknown, not 0', async () => {
  fediverse.fail('lelibreedu@social.example', 'hidden');
  const found = await finder.find('fediverse', '@lelibreedu@social.example', null);
  expect(found).toMatchObject({ ok: true, value: { followers: null } });
});

test('builds an account on X from its name', async () => {
  page = '<a href="https://twitter.com/LeLibreEdu">';
  const asked = fediverse.requests.length;
  expect(await finder.find('x', '@lelibreedu', WEBSITE)).toEqual({
    ok: true,
    value: {
      network: 'x',
      networkName: 'X',
      handle: 'lelibreedu',
      url: 'https://x.com/lelibreedu',
      actorUri: null,
      remoteId: null,
      displayName: 'lelibreedu',
      picture: null,
      followers: null,
      linksBack: true,
    },
  });
  expect(fediverse.requests).toHaveLength(asked);
});

test.each([
  ['fediverse', 'social.example', 'server-only'],
  ['fediverse', 'lelibreedu', 'no-server'],
  ['fediverse', 'x@127.0.0.1', 'forbidden-host'],
  ['x', '', 'empty'],
  ['fediverse', 'nobody@social.example', 'gone'],
  ['fediverse', 'somebody@nowhere.example', 'unreachable'],
] as const)('on %s, %j is %s', async (kind, text, type) => {
  expect(await finder.find(kind, text, null)).toMatchObject({ ok: false, error: { type } });
});

test.each([
  ['suspended', 'suspended'],
  ['gone', 'deleted'],
  ['rate-limited', 'rate-limited'],
  ['garbage', 'unreadable'],
] as const)('an account that is %s is a failure', async (fault, type) => {
  fediverse.fail('lelibreedu@social.example', fault);
  expect(await finder.find('fediverse', 'lelibreedu@social.example', null)).toMatchObject({ ok: false, error: { type } });
});
