import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { SEALED_APPS } from '../../src/identity/server-app.entity.ts';
import { ServerReturns } from '../../src/identity/server-returns.service.ts';
import { ServerSignIns } from '../../src/identity/server-sign-ins.service.ts';
import { KeyRing } from '../../src/platform/key-ring.ts';
import { KeyRotation } from '../../src/platform/key-rotation.ts';
import { SEALED_PLEDGES } from '../../src/pledges/pledge-person.ts';
import { axeFindings, launchBrowser, overflow, visit, type Visit } from '../support/browser.ts';
import { addCampaign } from '../support/seed.ts';
import { TEST_SECRET } from '../support/key-ring.ts';
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

/** Each test has a world and a campaign of its own. */
beforeEach(async () => {
  const { dataSource } = site.database;
  await dataSource.query('DELETE FROM server_app');
  await dataSource.query('DELETE FROM server_sign_in');
  world.servers.clear();
  world.down.clear();
  world.seen.length = 0;
  ministry = world.add(new MastodonServer(world, 'social.gouv.example')).addPerson('ministry');
  pouet = world.add(new MastodonServer(world, 'pouet.example'));
  notes = world.add(new MisskeyServer(world, 'notes.example'));
  slug = `proof-${(number += 1)}`;
  const campaign = await addCampaign(dataSource, { now: site.clock.now(), slug, fediverse: INSTITUTION, x: null, dareKind: 'reach', target: 100 });
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
    if (!(await suzie.page.getByRole('textbox').first().isVisible())) await suzie.page.locator('details.pledge summary').click();
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

  test.each(['lemmy', 'peertube'])('%s has no such way, and the page says so', async (software) => {
    world.add(new MastodonServer(world, 'other.example', { ...KINDS.mastodon, software })).addPerson('zoe');
    const zoe = await pledge('zoe@other.example');
    expect(await leave(zoe)).toBe(`/p/${zoe.token}?proof=no-sign-in#prove`);
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

  test('is still there once the site has another key', async () => {
    pouet.addPerson('suzie');
    const suzie = await pledge('suzie@pouet.example');
    await leave(suzie);
    const { dataSource } = site.database;
    const ring = new KeyRing(dataSource, { sessionSecret: NEXT_SECRET, previousSessionSecret: TEST_SECRET, dataDirectory: '/nowhere' });
    expect(await new KeyRotation(dataSource, ring, [SEALED_PLEDGES, SEALED_APPS]).rotate(site.clock.now())).toMatchObject({ ok: true });
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
