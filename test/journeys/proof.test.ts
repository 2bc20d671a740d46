import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Campaign } from '../../src/campaigns/campaign.entity.ts';
import { CampaignOwners } from '../../src/campaigns/campaign-owners.service.ts';
import { DAY } from '../../src/domain/durations.ts';
import { EmailCodes, SEALED_CODES } from '../../src/identity/email-codes.service.ts';
import { SEALED_APPS } from '../../src/identity/server-app.entity.ts';
import { ServerReturns } from '../../src/identity/server-returns.service.ts';
import { ServerSignIns } from '../../src/identity/server-sign-ins.service.ts';
import { SEALED_SIGN_INS } from '../../src/identity/sign-in-seals.ts';
import { KeyRing, placeOf } from '../../src/platform/key-ring.ts';
import { KeyRotation } from '../../src/platform/key-rotation.ts';
import { FollowWatch } from '../../src/pledges/follow-watch.service.ts';
import { botCode } from '../../src/posts/bot-sign-in.service.ts';
import { SEALED_PLEDGES } from '../../src/pledges/pledge-person.ts';
import { axeFindings, launchBrowser, overflow, visit, type Visit } from '../support/browser.ts';
import { addCampaign } from '../support/seed.ts';
import { TEST_SECRET } from '../support/key-ring.ts';
import { BlueskyServers, type BlueskyPerson } from '../support/servers/bluesky-servers.ts';
import { decide } from '../support/servers/consent.ts';
import { KINDS, MastodonServer } from '../support/servers/mastodon-server.ts';
import { MisskeyServer } from '../support/servers/misskey-server.ts';
import { json, TestWorld, type Person } from '../support/servers/world.ts';
import { DEFAULT_NOW, startTestSite, type TestSite } from '../support/site.ts';

const MINUTE = 60_000;
/** The site is ready to change to it. */
const NEXT_SECRET = 'another secret that everybody knows, for tests alone';
const INSTITUTION = 'ministry@social.gouv.example';

let browser: Browser;
let site: TestSite;
let world: TestWorld;
let ministry: Person;
let pouet: MastodonServer;
let notes: MisskeyServer;

beforeAll(async () => {
  world = await new TestWorld(() => site.clock.now()).start();
  [browser, site] = await Promise.all([launchBrowser(), startTestSite({ env: { ALLOW_PRIVATE_NETWORK: world.address, PREVIOUS_SESSION_SECRET: NEXT_SECRET } })]);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await site.close();
  await world.close();
});

let number = 0;
let slug: string;
let campaign: Campaign;

/** Each test has a world and a campaign of its own. */
beforeEach(async () => {
  const { dataSource } = site.database;
  await dataSource.query('DELETE FROM server_app');
  await dataSource.query('DELETE FROM server_sign_in');
  world.empty();
  ministry = world.add(new MastodonServer(world, 'social.gouv.example')).addPerson('ministry');
  pouet = world.add(new MastodonServer(world, 'pouet.example'));
  notes = world.add(new MisskeyServer(world, 'notes.example'));
  slug = `proof-${(number += 1)}`;
  campaign = await addCampaign(dataSource, { now: site.clock.now(), slug, fediverse: INSTITUTION, x: null, dareKind: 'reach', target: 100 });
  await dataSource.query('UPDATE account SET actor_uri = $1 WHERE id = $2', [ministry.actorUri, campaign.fediverseAccount?.id]);
});

async function states(): Promise<string[]> {
  const rows = await site.database.dataSource.query<{ state: string }[]>(
    'SELECT pledge.state FROM pledge JOIN campaign ON campaign.id = campaign_id WHERE slug = $1 ORDER BY pledge.created_at',
    [slug],
  );
  return rows.map(({ state }) => state);
}

async function heldTokens(): Promise<number> {
  const [row] = await site.database.dataSource.query<{ n: number }[]>('SELECT count(*)::int AS n FROM server_sign_in WHERE token IS NOT NULL');
  return row?.n ?? -1;
}

test.each([
  { address: '@robot@pouet.example', yes: 'Authorize' },
  { address: '@robot@notes.example', yes: 'Accept' },
])('a campaigner lends $address to the campaign, after a slip', async ({ address, yes }) => {
  const token = await site.database.dataSource.transaction((manager) => site.get(CampaignOwners).add(manager, campaign, null, 'en'));
  pouet.addPerson('robot');
  notes.addPerson('robot').note = botCode(token);
  // Not of the tries that those have who prove who they are.
  site.clock.advance(60 * MINUTE);
  const { page, context, troubles } = await visit(browser);
  await page.goto(`${site.url}/account/${token}/bot`);
  for (const handle of ['robot', address]) {
    await page.locator('[name=handle]').fill(handle);
    await page.getByRole('button', { name: 'Connect this account' }).click();
  }
  await page.waitForURL(/\/~/);
  await page.getByRole('button', { name: yes }).click();
  await page.waitForURL(/said=connected/);
  expect(await page.locator('main').innerText()).toContain(address);
  expect(await axeFindings(page)).toEqual([]);
  expect(troubles).toEqual([]);
  await context.close();
  site.clock.set(DEFAULT_NOW);
}, 60_000);

describe.each([
  { flow: 'mastodon', javaScript: true },
  { flow: 'mastodon', javaScript: false },
  { flow: 'misskey', javaScript: true },
  { flow: 'misskey', javaScript: false },
])('on $flow, with JavaScript: $javaScript', ({ flow, javaScript }) => {
  let suzie: Visit;
  let handle: string;
  let host: string;
  const yes = flow === 'mastodon' ? 'Authorize' : 'Accept';

  beforeEach(async () => {
    const person = flow === 'mastodon' ? pouet.addPerson('Suzie') : notes.addPerson('Suzie');
    host = person.server.host;
    handle = `@suzie@${host}`;
    suzie = await visit(browser, { javaScript, width: 320, language: javaScript ? 'fr' : 'en' });
    await suzie.page.goto(`${site.url}/c/${slug}`);
    if (!(await suzie.page.getByRole('textbox').first().isVisible())) await suzie.page.locator('details.pledge > summary').click();
    await suzie.page.locator('[name=handle]').fill(handle);
    await suzie.page.locator('[name=consent]').check();
    await suzie.page.locator('.pledge-form button').click();
    await suzie.page.waitForURL(/\/p\/[\w-]{32}/);
  });
  afterEach(async () => {
    expect(suzie.troubles).toEqual([]);
    await suzie.context.close();
  });

  async function expectNoFault(): Promise<void> {
    if (javaScript) expect(await axeFindings(suzie.page)).toEqual([]);
    expect(await overflow(suzie.page)).toEqual([]);
  }

  test('she proves and follows in one tap, and nothing is left of the permission', async () => {
    const { page, context } = suzie;
    await expectNoFault();
    await page.locator('#prove button[value=follow]').click();
    await page.waitForURL(new RegExp(`/~${host}/`));
    const asked = await page.locator('main').innerText();
    expect(asked).toContain('Chiche');
    expect(asked).toContain(flow === 'mastodon' ? 'write:follows' : 'write:following');
    expect((await context.cookies(`${site.url}/proof/${host}`)).map(({ httpOnly, sameSite, path }) => ({ httpOnly, sameSite, path }))).toEqual([{ httpOnly: true, sameSite: 'Lax', path: '/proof' }]);
    expect(await context.cookies(`${site.url}/p/x`)).toEqual([]);
    await page.getByRole('button', { name: yes }).click();

    await page.waitForURL(/\/p\/[\w-]{32}\?proof=following/);
    await expectNoFault();
    expect(await page.locator('#prove [role=status]').innerText()).toContain(`@${INSTITUTION}`);
    expect(await page.locator('.steps > .is-done').count()).toBe(2);
    expect(await states()).toEqual(['kept']);
    expect([...ministry.followers]).toEqual([world.find(handle)?.actorUri]);
    expect(await context.cookies()).toEqual([]);
    expect(await heldTokens()).toBe(0);
    if (flow === 'mastodon') expect([pouet.tokens.size, pouet.revoked.length]).toEqual([0, 1]);
  }, 60_000);

  test('she proves alone, for which less is asked, and follows later', async () => {
    const { page } = suzie;
    await page.locator('#prove button[value=prove]').click();
    await page.waitForURL(new RegExp(`/~${host}/`));
    expect(await page.locator('main').innerText()).not.toContain('write');
    await page.getByRole('button', { name: yes }).click();
    await page.waitForURL(/\?proof=proven/);
    expect(await states()).toEqual(['confirmed']);
    await expectNoFault();
    await page.locator('#prove button[value=follow]').click();
    await page.getByRole('button', { name: yes }).click();
    await page.waitForURL(/\?proof=following/);
    expect(await states()).toEqual(['kept']);
  }, 60_000);

  test('she says no, and nothing has changed', async () => {
    const { page } = suzie;
    const own = page.url();
    await page.locator('#prove button[value=follow]').click();
    await page.getByRole('button', { name: 'Deny' }).click();
    if (flow === 'misskey') await page.goto(own);
    else {
      await page.waitForURL(/\/proof\/pouet\.example/);
      await expectNoFault();
      await page.locator('main a.button').click();
    }
    await page.locator('#prove button[value=prove]').waitFor();
    expect(page.url()).toBe(own);
    expect(await states()).toEqual(['pending']);
    expect(ministry.followers.size).toBe(0);
  }, 60_000);
});

/** A person with a browser that is only as good as the test needs: cookies are kept by hand. */
interface Traveller {
  readonly token: string;
  readonly page: string;
  cookie: string;
}

async function pledge(handle: string): Promise<Traveller> {
  const body = new URLSearchParams({ handle, consent: 'yes' });
  const answer = await fetch(`${site.url}/c/${slug}/pledge`, { method: 'POST', body, redirect: 'manual' });
  const page = answer.headers.get('location') ?? '';
  return { token: page.split('/')[2] ?? '', page: `${site.url}${page}`, cookie: '' };
}

/** Where the person is sent, by the address that it has in the world. */
async function leave(traveller: Traveller, fields: Record<string, string> = { wish: 'follow' }): Promise<string> {
  const answer = await fetch(`${traveller.page}/sign-in`, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  traveller.cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return (answer.headers.get('location') ?? '').replace(`http://${world.address}/~`, 'https://');
}

async function comeBack(address: URL | string, cookie = ''): Promise<{ status: number; location: string; says: string }> {
  const answer = await fetch(address, { headers: { cookie, 'accept-language': 'en' }, redirect: 'manual' });
  return { status: answer.status, location: answer.headers.get('location') ?? '', says: await answer.text() };
}

/** Says yes on the server; where the browser is sent then. */
async function allowed(traveller: Traveller, fields?: Record<string, string>): Promise<URL> {
  const { location } = await decide(world, await leave(traveller, fields), 'allow');
  if (location === null) throw new Error('The server sent nobody back.');
  return location;
}

describe('what becomes of a follow', () => {
  test.each<[string, (suzie: Person) => void, string]>([
    ['requested', () => (ministry.locked = true), 'confirmed'],
    ['already', (suzie) => ministry.followers.add(suzie.actorUri), 'kept'],
    ['blocked', (suzie) => ministry.blocks.add(suzie.actorUri), 'confirmed'],
    ['moved', (suzie) => (ministry.movedTo = suzie), 'confirmed'],
    ['limit-reached', () => (pouet.followLimit = 0), 'confirmed'],
    ['unknown', () => pouet.instead.set('/api/v2/search', () => json({ error: 'Internal error' }, 500)), 'confirmed'],
  ])('%s is told, and the proof stands', async (notice, prepare, state) => {
    prepare(pouet.addPerson('suzie'));
    const suzie = await pledge('suzie@pouet.example');
    const { status, location } = await comeBack(await allowed(suzie), suzie.cookie);
    expect([status, location]).toEqual([303, `/p/${suzie.token}?proof=${notice}#prove`]);
    expect(await states()).toEqual([state]);
    expect(pouet.tokens.size).toBe(0);
    expect((await comeBack(`${site.url}${location}`)).says).toContain('role="status"');
  });

  test.each(['lemmy', 'peertube', 'pixelfed'])('%s has no such way, or has it off, and the page says so and leads to the others', async (software) => {
    const other = world.add(new MastodonServer(world, 'other.example', { ...KINDS.mastodon, software }));
    other.addPerson('zoe');
    if (software === 'pixelfed') other.instead.set('/api/v1/apps', () => json({ error: 'Not found' }, 404));
    const zoe = await pledge('zoe@other.example');
    const back = await leave(zoe);
    expect(back).toBe(`/p/${zoe.token}?proof=no-sign-in#prove`);
    const { says } = await comeBack(`${site.url}${back}`);
    expect(/<li class="card" id="prove">.*?<\/li>/s.exec(says)?.[0]).toContain(`href="/p/${zoe.token}/prove"`);
  });

  test('a server that is down is told before and after, and the token waits to be given back', async () => {
    pouet.addPerson('suzie');
    const suzie = await pledge('suzie@pouet.example');
    world.down.add('pouet.example');
    expect(await leave(suzie)).toBe(`/p/${suzie.token}?proof=server-down#prove`);
    world.down.clear();
    const back = await allowed(suzie);
    for (const path of ['/oauth/userinfo', '/api/v1/accounts/verify_credentials', '/oauth/revoke']) pouet.instead.set(path, () => json({}, 503));
    expect(await comeBack(back, suzie.cookie)).toMatchObject({ status: 503 });
    expect(await states()).toEqual(['pending']);
    expect([await heldTokens(), pouet.tokens.size]).toEqual([1, 1]);

    pouet.instead.clear();
    await site.get(ServerReturns).sweep();
    expect(pouet.tokens.size).toBe(1);
    site.clock.advance(20 * MINUTE);
    await site.get(ServerReturns).sweep();
    expect([await heldTokens(), pouet.tokens.size, pouet.revoked.length]).toEqual([0, 0, 1]);
    await site.get(ServerSignIns).forgetOld();
    site.clock.advance(25 * 60 * MINUTE);
    await site.get(ServerSignIns).forgetOld();
    expect(await site.database.dataSource.query('SELECT FROM server_sign_in')).toEqual([]);
    site.clock.set(DEFAULT_NOW);
  });
});

describe('whoever moved', () => {
  test.each([true, false])('has one promise for all of their accounts, if both ends say so: %s', async (bothSay) => {
    const before = world.add(new MastodonServer(world, 'before.example')).addPerson('zuzu');
    const now = pouet.addPerson('suzie');
    now.alsoKnownAs.push(before.actorUri);
    if (bothSay) before.movedTo = now;
    await pledge('zuzu@before.example');
    const suzie = await pledge('suzie@pouet.example');
    expect((await comeBack(await allowed(suzie, { wish: 'prove' }), suzie.cookie)).status).toBe(303);
    expect((await states()).sort()).toEqual(bothSay ? ['confirmed'] : ['confirmed', 'pending']);
  });
});

describe('registrations', () => {
  test('one for a server, however many come at once', async () => {
    for (const user of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) pouet.addPerson(`${user}${user}`);
    const all = await Promise.all(pouet.people.map(({ user }) => pledge(`${user}@pouet.example`)));
    const places = await Promise.all(all.map((traveller) => leave(traveller)));
    expect(new Set(places.map((place) => new URL(place).searchParams.get('client_id'))).size).toBe(1);
    expect(pouet.apps.size).toBe(1);
    expect([...pouet.apps.values()].map(({ redirectUri }) => redirectUri)).toEqual([`${site.url}/proof/pouet.example`]);
  });

  test('one that the server forgot is renewed, before anybody is sent there in vain and after', async () => {
    pouet.addPerson('suzie');
    const suzie = await pledge('suzie@pouet.example');
    await leave(suzie);
    pouet.forgetApps();
    site.clock.advance(61 * MINUTE);
    const back = await allowed(suzie);
    expect(pouet.apps.size).toBe(1);
    pouet.forgetApps();
    expect(await comeBack(back, suzie.cookie)).toMatchObject({ status: 503, says: expect.stringContaining('did not recognise us') });
    expect(await comeBack(await allowed(suzie), suzie.cookie)).toMatchObject({ status: 303 });
    site.clock.set(DEFAULT_NOW);
  });

  test('is still there once the site has another key, as are people on their way and codes in the mail', async () => {
    pouet.addPerson('suzie');
    const suzie = await pledge('suzie@pouet.example');
    const before = await allowed(suzie);
    await site.get(EmailCodes).start({ purpose: 'pledge', asker: suzie.token, address: 'suzie@mailbox.example', about: 'A dare', language: 'en' });
    const { dataSource } = site.database;
    const ring = new KeyRing(dataSource, { sessionSecret: NEXT_SECRET, previousSessionSecret: TEST_SECRET, dataDirectory: '/nowhere' });
    const tables = [SEALED_PLEDGES, SEALED_APPS, SEALED_CODES, ...SEALED_SIGN_INS];
    expect(await new KeyRotation(dataSource, ring, tables).rotate(site.clock.now())).toMatchObject({ ok: true });
    const without = new KeyRing(dataSource, { sessionSecret: NEXT_SECRET, previousSessionSecret: null, dataDirectory: '/nowhere' });
    const [code] = await dataSource.query<{ id: string; sealed: string }[]>('SELECT id, sealed FROM email_code');
    expect(await without.open(placeOf('email_code', 'sealed', code?.id ?? ''), code?.sealed ?? '')).toContain('suzie@mailbox.example');
    expect((await comeBack(before, suzie.cookie)).status).toBe(303);
    expect((await comeBack(await allowed(suzie), suzie.cookie)).status).toBe(303);
    expect(pouet.apps.size).toBe(1);
  });

  test('nothing that is kept of them, or of who was there, can be read', async () => {
    pouet.addPerson('suzie');
    const suzie = await pledge('suzie@pouet.example');
    await allowed(suzie);
    const rows = await site.database.dataSource.query<{ row: string }[]>('SELECT server_app::text AS row FROM server_app UNION ALL SELECT server_sign_in::text FROM server_sign_in');
    const [app] = [...pouet.apps.values()];
    for (const secret of ['pouet', 'suzie', suzie.token, app?.clientId ?? '?', app?.clientSecret ?? '?', suzie.cookie.split('=')[1] ?? '?']) {
      expect(rows.map(({ row }) => row).join('\n')).not.toContain(secret);
    }
  });
});

describe('attacks', () => {
  let suzie: Traveller;

  beforeEach(async () => {
    pouet.addPerson('suzie');
    suzie = await pledge('suzie@pouet.example');
  });

  async function expectRefused(answer: Awaited<ReturnType<typeof comeBack>>, status: number): Promise<void> {
    expect([answer.status, answer.location]).toEqual([status, '']);
    expect(await states()).toEqual(['pending']);
    expect(ministry.followers.size).toBe(0);
  }

  test('an answer is used once', async () => {
    const back = await allowed(suzie);
    expect((await comeBack(back, suzie.cookie)).status).toBe(303);
    const again = await comeBack(back, suzie.cookie);
    expect(again.status).toBe(410);
    expect(again.says).not.toContain(suzie.token);
  });

  test('even when it comes twice at the same moment', async () => {
    const back = await allowed(suzie);
    world.seen.length = 0;
    const both = await Promise.all([comeBack(back, suzie.cookie), comeBack(back, suzie.cookie)]);
    expect(both.map(({ status }) => status).sort()).toEqual([303, 410]);
    expect(world.seen.filter(({ path }) => path === '/oauth/token')).toHaveLength(1);
  });

  test('a code that was used elsewhere gives nothing', async () => {
    const [first, second] = [await allowed(suzie), await allowed(suzie)];
    const stolen = new URL(second);
    stolen.searchParams.set('code', first.searchParams.get('code') ?? '');
    await expectRefused(await comeBack(stolen, suzie.cookie), 410);
  });

  test('another browser cannot finish it, and learns no way to the private page', async () => {
    const back = await allowed(suzie);
    const mallory = await pledge('mallory@pouet.example');
    await leave(mallory);
    for (const cookie of ['', 'proof=guess', mallory.cookie]) {
      const answer = await comeBack(back, cookie);
      expect(answer.status).toBe(403);
      expect(answer.says).not.toContain(suzie.token);
    }
    expect(ministry.followers.size).toBe(0);
    // Nor did they use it up.
    expect((await comeBack(back, suzie.cookie)).status).toBe(303);
  });

  test('states that nobody was given, of any shape, are refused', async () => {
    await leave(suzie);
    for (const query of ['', '?state=', '?state=x&code=y', `?state[]=x&code=y`, `?session=${'9'.repeat(5000)}`, '?code=y', '?error=access_denied']) {
      await expectRefused(await comeBack(`${site.url}/proof/pouet.example${query}`), 410);
    }
  });

  test('after ten minutes it is over', async () => {
    const back = await allowed(suzie);
    site.clock.advance(10 * MINUTE);
    await expectRefused(await comeBack(back, suzie.cookie), 410);
    site.clock.set(DEFAULT_NOW);
  });

  test('a server that passes another one’s page off as its own gets no code', async () => {
    const evil = world.add(new MastodonServer(world, 'evil.example'));
    evil.addPerson('eve');
    const eve = await pledge('eve@evil.example');
    const honest = new URL(await leave(suzie));
    // The victim began at evil.example, which sends them on to the page of pouet.example, with Chiche's own registration there.
    const began = new URL(await leave(eve));
    honest.searchParams.set('state', began.searchParams.get('state') ?? '');
    honest.searchParams.set('code_challenge', began.searchParams.get('code_challenge') ?? '');
    const { location } = await decide(world, honest.href, 'allow');
    world.seen.length = 0;
    const answer = await comeBack(location ?? '', eve.cookie);
    expect(answer.status).toBe(403);
    expect(world.seen).toEqual([]);
  });

  test('an issuer that is another one (RFC 9207) is refused', async () => {
    const back = await allowed(suzie);
    back.searchParams.set('iss', 'https://evil.example');
    world.seen.length = 0;
    await expectRefused(await comeBack(back, suzie.cookie), 403);
    expect(world.seen).toEqual([]);
  });

  test('a server may not tell that somebody is of another one', async () => {
    const victim = world.add(new MastodonServer(world, 'victim.example')).addPerson('victim');
    const lie = { sub: victim.actorUri, preferred_username: 'victim' };
    pouet.instead.set('/oauth/userinfo', () => json(lie));
    await expectRefused(await comeBack(await allowed(suzie), suzie.cookie), 403);
    pouet.instead.set('/oauth/userinfo', () => json({ ...lie, preferred_username: 'suzie' }));
    await expectRefused(await comeBack(await allowed(suzie), suzie.cookie), 403);
    expect(pouet.tokens.size).toBe(0);
  });

  test('a WebFinger that changed its mind confirms nobody', async () => {
    const back = await allowed(suzie);
    const other = world.add(new MastodonServer(world, 'other.example')).addPerson('suzie');
    world.servers.set('pouet.example', Object.assign(Object.create(pouet) as MastodonServer, { people: [{ ...other, server: pouet }] }));
    await expectRefused(await comeBack(back, suzie.cookie), 403);
  });

  test('whoever signs in as somebody else proves nothing about this promise, unless they say that it is theirs', async () => {
    pouet.signedIn = pouet.addPerson('zoe');
    const answer = await comeBack(await allowed(suzie), suzie.cookie);
    await expectRefused(answer, 409);
    expect(answer.says).toContain('zoe');
    const { location } = await comeBack(await allowed(suzie, { wish: 'prove', move: 'yes' }), suzie.cookie);
    expect(location).toContain('proof=proven');
    expect(await states()).toEqual(['confirmed']);
  });

  test('nobody is sent anywhere but to their own server and back', async () => {
    const back = await allowed(suzie);
    for (const [name, value] of [['redirect_uri', 'https://evil.example'], ['next', '//evil.example'], ['lang', '//evil.example']] as const) back.searchParams.set(name, value);
    const { location } = await comeBack(back, suzie.cookie);
    expect(new URL(location, site.url).origin).toBe(site.url);
    pouet.instead.set('/.well-known/oauth-authorization-server', () => json({ ...pouet.discovery(), authorization_endpoint: 'https://evil.example/phish' }));
    expect(await leave(await pledge('suzie@pouet.example'))).toContain('proof=server-down');
  });

  test('a form of another site begins nothing', async () => {
    const body = new URLSearchParams({ wish: 'follow' });
    const answer = await fetch(`${suzie.page}/sign-in`, { method: 'POST', body, redirect: 'manual', headers: { origin: 'https://evil.example' } });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
  });

  test('the denial of a server that forgets the state is told to the browser that began', async () => {
    const hollo = world.add(new MastodonServer(world, 'hollo.example', KINDS.hollo));
    hollo.addPerson('camille');
    const camille = await pledge('camille@hollo.example');
    const { location } = await decide(world, await leave(camille), 'deny');
    expect(location?.searchParams.get('state')).toBeNull();
    const answer = await comeBack(location ?? '', camille.cookie);
    expect(answer.status).toBe(200);
    expect(answer.says).toContain(`/p/${camille.token}`);
    expect(await states()).toEqual(['pending', 'pending']);
  });
});

describe('on Bluesky', () => {
  let bluesky: BlueskyServers;
  let alice: BlueskyPerson;
  const HERE = '/proof/bsky.app';
  const LATER = new Date(DEFAULT_NOW.getTime() + 20 * MINUTE);

  beforeEach(() => {
    // One network may bring sixty promises in ten minutes, and those before were from here as well.
    site.clock.set(LATER);
    bluesky = new BlueskyServers(world);
    alice = bluesky.addPerson('alice.bsky.social');
  });

  async function promises(typed = '@alice.bsky.social'): Promise<Traveller> {
    return pledge(typed);
  }

  describe.each([true, false])('with JavaScript: %s', (javaScript) => {
    let hers: Visit;

    beforeEach(async () => {
      hers = await visit(browser, { javaScript, width: 320, language: javaScript ? 'fr' : 'en' });
      await hers.page.goto(`${site.url}/c/${slug}`);
      if (!(await hers.page.getByRole('textbox').first().isVisible())) await hers.page.locator('details.pledge > summary').click();
      await hers.page.locator('[name=handle]').fill('alice.bsky.social');
      await hers.page.locator('[name=consent]').check();
      await hers.page.locator('.pledge-form button').click();
      await hers.page.waitForURL(/\/p\/[\w-]{32}/);
    });
    afterEach(async () => {
      expect(hers.troubles).toEqual([]);
      await hers.context.close();
    });

    async function expectNoFault(): Promise<void> {
      if (javaScript) expect(await axeFindings(hers.page)).toEqual([]);
      expect(await overflow(hers.page)).toEqual([]);
    }

    test('she is told how to follow from there, proves, and nothing is left of the permission', async () => {
      const { page, context } = hers;
      await expectNoFault();
      expect(await page.locator('.steps > li').first().locator('a[href="/help/new"], a[href^="/help/new?"]').count()).toBe(1);
      expect(await page.locator('#prove button[value=follow]').count()).toBe(0);
      await page.locator('#prove button[value=prove]').click();
      await page.waitForURL(/\/~auth\.bsky\.example\//);
      expect(await page.locator('main li').allInnerTexts()).toEqual(['atproto']);
      await page.getByRole('button', { name: 'Accept' }).click();
      await page.waitForURL(/\/p\/[\w-]{32}\?(lang=\w+&)?proof=proven/);
      await expectNoFault();
      expect(await page.locator('#prove').innerText()).toContain('@alice.bsky.social');
      expect(await states()).toEqual(['confirmed']);
      expect([bluesky.tokens.size, bluesky.revoked.length, await heldTokens()]).toEqual([0, 1, 0]);
      expect(await context.cookies()).toEqual([]);
    }, 60_000);

    test('she says no, and nothing has changed', async () => {
      const { page } = hers;
      const own = page.url();
      await page.locator('#prove button[value=prove]').click();
      await page.getByRole('button', { name: 'Deny' }).click();
      await page.waitForURL(/\/proof\/bsky\.app/);
      await expectNoFault();
      await page.locator('main a.button').click();
      await page.locator('#prove button[value=prove]').waitFor();
      expect(page.url()).toBe(own);
      expect(await states()).toEqual(['pending']);
    }, 60_000);
  });

  test('the site describes itself to whoever asks, without a cookie', async () => {
    const answer = await fetch(`${site.url}/oauth-client-metadata.json`);
    expect([answer.status, answer.headers.get('content-type'), answer.headers.getSetCookie()]).toEqual([200, 'application/json; charset=utf-8', []]);
    expect(await answer.json()).toMatchObject({ redirect_uris: [`${site.url}${HERE}`], scope: 'atproto', token_endpoint_auth_method: 'none' });
  });

  test('one person has one promise, whatever their name is today', async () => {
    const first = await promises();
    expect((await comeBack(await allowed(first, { wish: 'prove' }), first.cookie)).location).toContain('proof=proven');
    alice.handle = 'alice.example';
    const second = await promises('https://bsky.app/profile/alice.example');
    expect((await comeBack(await allowed(second, { wish: 'prove' }), second.cookie)).location).toContain('proof=proven');
    expect(await states()).toEqual(['confirmed']);
    expect((await comeBack(second.page)).says).toContain('@alice.example');
    expect((await comeBack(first.page)).status).toBe(404);
  });

  test('once a bridge shows the account there, the page leads to it, and sees who follows through the bridge', async () => {
    const traveller = await promises();
    expect((await comeBack(traveller.page)).says).not.toContain('bsky.app/profile/ministry');
    bluesky.addPerson('ministry.social.gouv.example.ap.brid.gy');
    const bridge = world.add(new MastodonServer(world, 'bsky.brid.gy')).addPerson('alice.bsky.social');
    const { says } = await comeBack(traveller.page);
    expect(says).toContain('bsky.app/profile/ministry.social.gouv.example.ap.brid.gy');
    expect(says).toContain('@ap.brid.gy');
    await fetch(`${traveller.page}/check`, { method: 'POST', redirect: 'manual' });
    expect(await states()).toEqual(['pending']);
    ministry.followers.add(bridge.actorUri);
    await fetch(`${traveller.page}/check`, { method: 'POST', redirect: 'manual' });
    expect(await states()).toEqual(['kept']);
    expect((await comeBack(await allowed(traveller, { wish: 'prove' }), traveller.cookie)).location).toContain('proof=proven');
    for (const state of ['kept', 'lapsed']) {
      site.clock.advance(32 * DAY);
      await site.get(FollowWatch).lookAgain(site.clock.now());
      expect(await states()).toEqual([state]);
      ministry.followers.clear();
    }
  });

  test('nothing that is kept meanwhile can be read', async () => {
    const traveller = await promises();
    await leave(traveller, { wish: 'prove' });
    const rows = await site.database.dataSource.query<{ row: string }[]>('SELECT server_sign_in::text AS row FROM server_sign_in');
    for (const secret of ['bsky', 'alice', alice.did, 'dpop', traveller.token]) expect(JSON.stringify(rows)).not.toContain(secret);
  });

  test('a token that could not be given back is given back later', async () => {
    const traveller = await promises();
    const back = await allowed(traveller, { wish: 'prove' });
    bluesky.instead.set('auth.bsky.example/oauth/revoke', () => json({}, 503));
    expect((await comeBack(back, traveller.cookie)).location).toContain('proof=proven');
    expect([await heldTokens(), bluesky.tokens.size]).toEqual([1, 1]);
    bluesky.instead.clear();
    site.clock.advance(20 * MINUTE);
    await site.get(ServerReturns).sweep();
    expect([await heldTokens(), bluesky.tokens.size, bluesky.revoked.length]).toEqual([0, 0, 1]);
  });

  test('a server that is down, and a name that leads nowhere, are told', async () => {
    const traveller = await promises();
    for (const host of ['public.api.bsky.app', 'plc.directory', 'pds.bsky.example', 'auth.bsky.example']) {
      world.down.add(host);
      expect([host, await leave(traveller, { wish: 'prove' })]).toEqual([host, `/p/${traveller.token}?proof=server-down#prove`]);
      world.down.clear();
    }
    const nobody = await promises('nobody.bsky.social');
    expect(await leave(nobody, { wish: 'prove' })).toBe(`/p/${nobody.token}?proof=server-down#prove`);
  });

  describe('attacks', () => {
    let traveller: Traveller;
    let back: URL;

    beforeEach(async () => {
      traveller = await promises();
      back = await allowed(traveller, { wish: 'prove' });
      world.seen.length = 0;
    });

    async function expectRefused(answer: Awaited<ReturnType<typeof comeBack>>, status: number): Promise<void> {
      expect([answer.status, answer.location]).toEqual([status, '']);
      expect(await states()).toEqual(['pending']);
    }

    test('an answer is used once, and in one browser', async () => {
      await expectRefused(await comeBack(back), 403);
      expect((await comeBack(back, traveller.cookie)).status).toBe(303);
      const again = await comeBack(back, traveller.cookie);
      expect(again.status).toBe(410);
      expect(world.seen.filter(({ path }) => path === '/oauth/token').length).toBeLessThanOrEqual(2);
    });

    test.each(['https://evil.example', 'https://bsky.app', null])('an issuer that is another one, or none: %s', async (issuer) => {
      if (issuer === null) back.searchParams.delete('iss');
      else back.searchParams.set('iss', issuer);
      await expectRefused(await comeBack(back, traveller.cookie), 403);
      expect(world.seen).toEqual([]);
    });

    test('the address of another server', async () => {
      await expectRefused(await comeBack(back.href.replace(HERE, '/proof/pouet.example'), traveller.cookie), 403);
      expect(world.seen).toEqual([]);
    });

    test('a code of another attempt', async () => {
      const other = await allowed(traveller, { wish: 'prove' });
      other.searchParams.set('code', back.searchParams.get('code') ?? '');
      await expectRefused(await comeBack(other, traveller.cookie), 410);
      expect(bluesky.tokens.size).toBe(0);
    });

    test('whoever signs in as somebody else proves nothing about this promise', async () => {
      bluesky.signedIn = bluesky.addPerson('zoe.bsky.social');
      await expectRefused(await comeBack(await allowed(traveller, { wish: 'prove' }), traveller.cookie), 409);
      expect(bluesky.tokens.size).toBe(0);
    });

    test('a server does not speak for the people of another', async () => {
      const others = new BlueskyServers(world, { pds: 'pds.victim.example', auth: 'auth.victim.example' }, bluesky.people);
      const victim = others.addPerson('victim.bsky.social');
      bluesky.lie = { sub: victim.did };
      await expectRefused(await comeBack(back, traveller.cookie), 403);
      expect(bluesky.tokens.size).toBe(0);
    });
  });
});
