import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { valueOf } from '../../../test/support/value-of.ts';
import { parseFediverseHandle, type FediverseHandle } from '../../domain/handle.ts';
import { followLink } from '../../networks/follow-link.ts';
import { isFollower } from '../../networks/follower-check.ts';
import type { Asking, KnownAccount } from '../../networks/network.ts';
import { discover, network } from '../../networks/networks.ts';
import { shareTarget } from '../../networks/share-target.ts';
import { mastodonGrant, misskeyGrant } from '../../networks/sign-in/grant.ts';
import { authorizeUrl, exchangeCode, registerApp } from '../../networks/sign-in/mastodon-sign-in.ts';
import { checkMiAuth, miAuthUrl } from '../../networks/sign-in/miauth.ts';
import { oauthServer } from '../../networks/sign-in/oauth-server.ts';
import { confirmAccount } from '../../networks/sign-in/token-account.ts';
import { createGuardedHttp, type GuardedHttp } from '../../platform/http.ts';
import { startSimulatedFediverse, type SimulatedFediverse } from './simulated-fediverse.ts';
import type { Fault } from './simulated-world.ts';

const NOW = new Date('2023-09-02T10:00:00Z');
const INSTITUTION = 'lelibreedu@education.example';
const ADA = 'ada@mastodon.example';
const BEN = 'ben@misskey.example';

let fediverse: SimulatedFediverse;
let http: GuardedHttp;

beforeEach(async () => {
  fediverse = await startSimulatedFediverse({ now: () => NOW });
  fediverse.addServer({ host: 'social.education.example', software: 'mastodon', accountDomain: 'education.example' });
  fediverse.addServer({ host: 'mastodon.example', software: 'mastodon' });
  fediverse.addServer({ host: 'misskey.example', software: 'misskey' });
  fediverse.addServer({ host: 'blog.example', software: 'wordpress' });
  fediverse.addAccount({
    handle: INSTITUTION,
    displayName: 'Le libre <édu>',
    followers: 5090,
    institution: true,
    fields: [{ name: 'Site', value: 'https://www.education.example/' }],
  });
  fediverse.addAccount({ handle: ADA, displayName: 'Ada' });
  fediverse.addAccount({ handle: BEN });
  fediverse.addAccount({ handle: 'town@blog.example', followers: 12 });
  for (const software of ['firefish', 'pleroma', 'akkoma', 'peertube', 'lemmy']) {
    fediverse.addServer({ host: `${software}.example`, software });
    fediverse.addAccount({ handle: `town@${software}.example`, followers: 34, group: software === 'lemmy' });
  }
  fediverse.addAccount({ handle: 'town_videos@peertube.example', followers: 56, group: true });
  fediverse.addAccount({ handle: 'person@lemmy.example' });
  http = createGuardedHttp({ userAgent: 'Chiche test', privateNetwork: fediverse.address, timeoutMs: 3_000 });
});

afterEach(async () => {
  await http.close();
  await fediverse.close();
});

function handle(text: string): FediverseHandle {
  const parsed = parseFediverseHandle(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.value;
}

function asking(): Asking {
  return { http, now: NOW, xApi: null };
}

async function followers(of: string): Promise<unknown> {
  const found = await discover(of, asking());
  if (!found.ok) return found.error.type;
  const { handle, actorUri } = found.value;
  const counts = await found.value.network.followers([{ handle, actorUri, remoteId: null }], asking());
  const counted = counts.get(handle);
  return counted?.ok ? counted.value.followers : counted?.error.type;
}

describe('the networks read it', () => {
  test('through a domain that only lends its name', async () => {
    expect(await network('mastodon').find(INSTITUTION, asking())).toEqual({
      ok: true,
      value: {
        handle: INSTITUTION,
        url: 'https://social.education.example/@lelibreedu',
        actorUri: 'https://social.education.example/users/lelibreedu',
        displayName: 'Le libre <édu>',
        pictureUrl: 'https://social.education.example/avatars/1001.png',
        links: ['https://www.education.example/'],
        followers: 5090,
        remoteId: '1001',
        limited: false,
      },
    });
    const picture = await http.getBytes('https://social.education.example/avatars/1001.png');
    expect(picture).toMatchObject({ ok: true, value: { status: 200 } });
  });

  test.each([
    [INSTITUTION, 'mastodon', 'mastodon'],
    [BEN, 'misskey', 'misskey'],
    ['town@blog.example', 'activitypub', 'wordpress'],
    ['town@firefish.example', 'misskey', 'firefish'],
    ['town@pleroma.example', 'pleroma', 'pleroma'],
    ['town@akkoma.example', 'pleroma', 'akkoma'],
    ['town@peertube.example', 'peertube', 'peertube'],
    ['town@lemmy.example', 'lemmy', 'lemmy'],
  ])('%s as what its software is', async (text, id, software) => {
    expect(await discover(text, asking())).toMatchObject({ ok: true, value: { network: { id }, software } });
  });

  test('and it tells Misskey’s counts as Misskey does', async () => {
    const answer = await http.postJson('https://misskey.example/api/users/show', { username: 'ben', host: null });
    expect(answer).toMatchObject({ ok: true, value: { body: { followersCount: 0, followersVisibility: 'public' } } });
  });

  test.each([
    [BEN, 0],
    ['town@firefish.example', 34],
    ['town@pleroma.example', 34],
    ['town@akkoma.example', 34],
    ['town@peertube.example', 34],
    ['town_videos@peertube.example', 56],
    ['town@lemmy.example', 34],
    ['person@lemmy.example', 'hidden'],
  ])('%s has %s followers, by its server’s own API', async (text, count) => {
    expect(await followers(text)).toBe(count);
    expect(fediverse.requests.filter(({ path }) => path.startsWith('/api/'))).toHaveLength(1);
  });

  test.each<[string, Fault, unknown]>([
    ['firefish', 'suspended', 'gone'],
    ['firefish', 'hidden', 'hidden'],
    ['pleroma', 'suspended', 34],
    ['pleroma', 'hidden', 'hidden'],
    ['peertube', 'suspended', 34],
    ['peertube', 'hidden', 34],
    ['lemmy', 'suspended', 'deleted'],
  ])('an account on %s that is %s is read as %s', async (software, fault, told) => {
    fediverse.fail(`town@${software}.example`, fault);
    expect(await followers(`town@${software}.example`)).toBe(told);
  });

  test('and know what can be shared there', async () => {
    expect(await shareTarget('mastodon.example', http)).toEqual({
      ok: true,
      value: { target: 'mastodon', maxCharacters: 500, urlCharacters: 23 },
    });
    expect(await shareTarget('misskey.example', http)).toEqual({
      ok: true,
      value: { target: 'misskey', maxCharacters: 3000, urlCharacters: null },
    });
    expect(await shareTarget('nowhere.example', http)).toMatchObject({ ok: false, error: { type: 'unreachable' } });
  });

  test('while its requests are kept for whoever wants to know', async () => {
    await followers('town@blog.example');
    expect(fediverse.requests.map(({ host, path }) => host + path)).toContain('blog.example/.well-known/nodeinfo');
  });
});

describe('a fault', () => {
  const faults: [Fault, string][] = [
    ['gone', 'deleted'],
    ['suspended', 'suspended'],
    ['hidden', 'hidden'],
    ['rate-limited', 'rate-limited'],
    ['refused', 'refused'],
    ['garbage', 'unreadable'],
    ['slow', 'unreachable'],
    ['endless', 'unreadable'],
    ['down', 'unreachable'],
  ];

  test.each(faults)('of an account, %s, is read as %s', async (fault, type) => {
    fediverse.fail('town@blog.example', fault);
    expect(await followers('town@blog.example')).toBe(type);
    fediverse.fail('town@blog.example', null);
    expect(await followers('town@blog.example')).toBe(12);
  });

  test.each(faults)('of a host, %s, is read as %s', async (fault, type) => {
    fediverse.fail('mastodon.example', fault);
    expect(await followers(ADA)).toBe(type);
  });

  test('is not needed for a host that does not exist', async () => {
    expect(await followers('nobody@nowhere.example')).toBe('unreachable');
    expect(await followers('nobody@mastodon.example')).toBe('gone');
  });
});

describe('many accounts of one server', () => {
  const USERS = ['a', 'b', 'c', 'd', 'e', 'f'];
  const FAULTS: (Fault | null)[] = [null, null, 'gone', 'suspended', 'hidden', 'refused', 'garbage'];
  /** What is known of an account, what is wrong with it, and whether it is asked for. */
  const asked = fc.record({
    knows: fc.constantFrom<'nothing' | 'actor' | 'id'>('nothing', 'actor', 'id'),
    fault: fc.constantFrom(...FAULTS),
    isAsked: fc.boolean(),
  });
  const world = fc.record({
    server: fc.constantFrom('mastodon', 'misskey', 'pleroma'),
    accounts: fc.array(asked, { minLength: USERS.length, maxLength: USERS.length }),
    order: fc.shuffledSubarray([...USERS.keys()], { minLength: USERS.length }),
  });

  test('are each answered once, and as if it had been alone', async () => {
    for (const host of ['mastodon', 'misskey', 'pleroma']) {
      for (const [n, user] of USERS.entries()) fediverse.addAccount({ handle: `${user}@${host}.example`, followers: 10 + n });
    }
    await fc.assert(
      fc.asyncProperty(world, async ({ server, accounts, order }) => {
        const handles = order.filter((n) => accounts[n]?.isAsked).map((n) => `${USERS[n]}@${server}.example`);
        const known = handles.map((text) => {
          const { knows, fault } = accounts[USERS.indexOf(text[0] ?? '')]!;
          fediverse.fail(text, fault);
          const { actorUri, id } = fediverse.findAccount(text)!;
          return { handle: text, actorUri: knows === 'nothing' ? null : actorUri, remoteId: knows === 'id' ? id : null };
        });
        const { followers: ask } = network(server);
        const alone = new Map<string, unknown>();
        fediverse.requests.length = 0;
        for (const account of known) alone.set(account.handle, (await ask([account], asking())).get(account.handle));
        const requestsAlone = fediverse.requests.length;
        fediverse.requests.length = 0;
        const together = await ask(known, asking());
        expect([...together.keys()].sort()).toEqual(handles.toSorted());
        for (const [text, counted] of together) expect(counted).toEqual(alone.get(text));
        const isListed = network(server).batch > 1 && known.filter(isNumbered).length > 1;
        const listings = fediverse.requests.filter(({ path }) => path.startsWith('/api/v1/accounts?'));
        if (server === 'mastodon') expect(listings).toHaveLength(isListed ? 1 : 0);
        expect(fediverse.requests.length).toBeLessThanOrEqual(requestsAlone + (isListed ? 1 : 0));
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  function isNumbered({ actorUri, remoteId }: KnownAccount): boolean {
    return actorUri !== null && remoteId !== null;
  }
});

describe('a person follows', () => {
  const target = { handle: INSTITUTION, actorUri: 'https://social.education.example/users/lelibreedu' };

  test.each([
    [ADA, 'https://mastodon.example/authorize_interaction?uri='],
    [BEN, 'https://misskey.example/authorize-follow?acct='],
  ])('%s with one click in a browser', async (who, template) => {
    const link = await followLink(handle(who), target, http);
    expect(link).toMatchObject({ value: { url: template + encodeURIComponent(target.actorUri), how: 'subscribe' } });
    const page = await fetch(fediverse.browserUrl(link.ok ? link.value.url : ''));
    const text = await page.text();
    expect(text).toContain('Serveur simulé');
    expect(text).toContain('Simulated server');
    expect(text).toContain('Le libre &lt;édu&gt;');
    expect(text).toContain(`<option selected value="${who}">`);
    const [, action = ''] = /<form method="post" action="([^"]+)"/.exec(text) ?? [];
    const done = await fetch(new URL(action, page.url), {
      method: 'POST',
      body: new URLSearchParams({ uri: target.actorUri, as: who }),
    });
    expect(await done.text()).toContain('follows this account');
    expect(await followers(INSTITUTION)).toBe(5091);
  });

  test('once, however often they click, and is found among the followers', async () => {
    const actorUri = 'https://mastodon.example/users/ada';
    expect(await isFollower(target.actorUri, actorUri, http)).toEqual({ ok: true, value: false });
    fediverse.follow(ADA, INSTITUTION);
    fediverse.follow(ADA, INSTITUTION);
    expect(fediverse.followersOf(INSTITUTION)).toBe(5091);
    expect(await isFollower(target.actorUri, actorUri, http)).toEqual({ ok: true, value: true });
    fediverse.fail(INSTITUTION, 'hidden');
    expect(await isFollower(target.actorUri, actorUri, http)).toEqual({ ok: false, error: { type: 'hidden' } });
  });

  test('and is found behind others who came later', async () => {
    fediverse.follow(ADA, INSTITUTION);
    for (let i = 0; i < 25; i += 1) {
      fediverse.addAccount({ handle: `later${i}@mastodon.example` });
      fediverse.follow(`later${i}@mastodon.example`, INSTITUTION);
    }
    const ada = 'https://mastodon.example/users/ada';
    expect(await isFollower(target.actorUri, ada, http)).toEqual({ ok: true, value: true });
    fediverse.setFollowers(INSTITUTION, 5876);
    expect(await followers(INSTITUTION)).toBe(5876);
  });

  test('from a server that does not say where, at the usual place', async () => {
    expect(await followLink(handle('town@blog.example'), target, http)).toMatchObject({
      value: { how: 'guessed', url: expect.stringMatching(/^https:\/\/blog\.example\/authorize_interaction\?uri=/) },
    });
  });
});

describe('people say on their own server who they are', () => {
  const STATE = '0b1c4a3e-6d0f-4f5e-9d59-6b6f1e0f7a11';
  const CALLBACK = 'https://chiche.example/proof/x';

  /** Looks at the page that asks, and answers it. */
  async function answer(address: string, as: string, decision: string): Promise<URL> {
    const page = await fetch(fediverse.browserUrl(address));
    const text = await page.text();
    const [, action = ''] = /<form class="card" method="post" action="([^"]+)"/.exec(text) ?? [];
    const body = new URLSearchParams({ address: CALLBACK, state: new URL(address).searchParams.get('state') ?? '', as, decision });
    const answered = await fetch(new URL(action, page.url), { method: 'POST', body, redirect: 'manual' });
    return new URL(answered.headers.get('location') ?? 'https://nowhere.invalid');
  }

  test.each(['mastodon', 'pleroma'])('to OAuth on %s, and follow with it', async (software) => {
    const person = software === 'mastodon' ? ADA : 'town@pleroma.example';
    const server = valueOf(await oauthServer(`https://${software}.example`, asking()));
    const app = valueOf(await registerApp(server, { name: 'Chiche', url: 'https://chiche.example', redirectUri: CALLBACK }, asking()));
    const page = authorizeUrl(server, app, { state: STATE, verifier: 'v', follow: true });
    expect((await answer(page, person, 'deny')).search).toBe(`?state=${STATE}&error=access_denied`);
    const back = await answer(page, person, 'allow');
    const code = back.searchParams.get('code') ?? '';
    const grant = mastodonGrant(server, app, valueOf(await exchangeCode(server, app, { code, verifier: 'v' }, asking())));
    const host = `${software}.example`;
    expect(valueOf(await grant.identify(host, asking())).handle).toEqual(handle(person));
    expect(await grant.follow({ handle: INSTITUTION, actorUri: null }, asking())).toEqual({ ok: true, value: 'following' });
    expect(await grant.follow({ handle: INSTITUTION, actorUri: null }, asking())).toEqual({ ok: true, value: 'already' });
    expect(await grant.revoke(asking())).toBe(true);
    expect((await grant.identify(host, asking())).ok).toBe(false);
    expect((await exchangeCode(server, app, { code, verifier: 'v' }, asking())).ok).toBe(false);
  });

  test('to MiAuth on Misskey, and follow with it', async () => {
    const origin = 'https://misskey.example';
    const page = miAuthUrl(origin, { session: STATE, name: 'Chiche', callback: CALLBACK, follow: true });
    expect((await answer(page, BEN, 'allow')).search).toBe(`?session=${STATE}`);
    const { token, account } = valueOf(await checkMiAuth(origin, STATE, asking()));
    expect(valueOf(await confirmAccount(account, { origin, host: 'misskey.example' }, asking())).handle).toEqual(handle(BEN));
    expect(await misskeyGrant(origin, token, account).follow({ handle: INSTITUTION, actorUri: null }, asking())).toEqual({ ok: true, value: 'following' });
    expect((await checkMiAuth(origin, STATE, asking())).ok).toBe(false);
  });
});

describe('its pages', () => {
  test.each(['/', '/~mastodon.example/', '/~mastodon.example/@ada', '/~blog.example/users/1004'])(
    '%s can be looked at, and say that they are simulated',
    async (path) => {
      const address = `http://127.0.0.1:${fediverse.address.port}${path}`;
      const page = await fetch(address, { headers: { accept: 'text/html' } });
      expect(page.status).toBe(200);
      expect(await page.text()).toMatch(/rien ici n’est réel.*nothing here is real/s);
    },
  );

  test('take a text to share, and show what was published', async () => {
    const address = fediverse.browserUrl(`https://mastodon.example/share?text=${encodeURIComponent('<b>Chiche !')}`);
    expect(await (await fetch(address)).text()).toContain('&lt;b&gt;Chiche !</textarea>');
    const body = new URLSearchParams({ as: ADA, text: 'Chiche !' });
    expect(await (await fetch(address, { method: 'POST', body })).text()).toContain('<p>Chiche !</p>');
  });

  test('have real addresses only for hosts of this world', () => {
    expect(fediverse.browserUrl('https://x.com/lelibreedu')).toBe('https://x.com/lelibreedu');
  });

  test('tell a browser that went outside where the link leads in reality', async () => {
    const outside = await fetch(`http://127.0.0.1:${fediverse.address.port}/~www.gouv.example/%22%3E?q=a`);
    expect(outside.status).toBe(404);
    expect(await outside.text()).toContain('<a rel="nofollow noopener noreferrer" href="https://www.gouv.example/%22%3E?q=a">');
  });
});
