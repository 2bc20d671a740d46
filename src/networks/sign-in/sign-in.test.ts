import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startAskedWorld } from '../../../test/support/servers/asked-world.ts';
import { decide } from '../../../test/support/servers/consent.ts';
import { KINDS, MastodonServer, type MastodonKind } from '../../../test/support/servers/mastodon-server.ts';
import { MisskeyServer } from '../../../test/support/servers/misskey-server.ts';
import { json, type Person, type TestWorld } from '../../../test/support/servers/world.ts';
import { valueOf } from '../../../test/support/value-of.ts';
import { handleText } from '../../domain/handle.ts';
import { createGuardedHttp } from '../../platform/http.ts';
import type { Asking } from '../network.ts';
import { mastodonGrant, misskeyGrant, type Grant } from './grant.ts';
import { authorizeUrl, exchangeCode, isRemembered, registerApp, type OAuthApp } from './mastodon-sign-in.ts';
import { checkMiAuth, miAuthUrl } from './miauth.ts';
import { oauthServer, type OAuthServer } from './oauth-server.ts';
import { findSignIn } from './sign-in-server.ts';
import { confirmAccount } from './token-account.ts';

const NOW = new Date('2026-11-27T12:00:00Z');
const SITE = { name: 'Chiche', url: 'https://chiche.example', redirectUri: 'https://chiche.example/proof/pouet.example' };
const VERIFIER = 'v'.repeat(43);
const STATE = '0b1c4a3e-6d0f-4f5e-9d59-6b6f1e0f7a11';

let world: TestWorld;
let close: () => Promise<void>;
let asking: Asking;
let ministry: Person;

beforeAll(async () => {
  ({ world, asking, close } = await startAskedWorld(NOW));
});
afterAll(() => close());
beforeEach(() => {
  world.empty();
  ministry = world.add(new MastodonServer(world, 'social.gouv.example')).addPerson('ministry');
});

function mastodon(kind: MastodonKind = KINDS.mastodon, host = 'pouet.example', accountDomain = host): MastodonServer {
  const server = world.add(new MastodonServer(world, host, kind, accountDomain));
  server.addPerson('suzie');
  return server;
}

async function allowed(follow: boolean): Promise<{ server: OAuthServer; app: OAuthApp; grant: Grant; says: string }> {
  const { origin, software } = valueOf(await findSignIn('suzie@pouet.example', asking));
  const server = valueOf(await oauthServer(origin, asking, software));
  const app = valueOf(await registerApp(server, SITE, asking));
  const { says, location } = await decide(world, authorizeUrl(server, app, { state: STATE, verifier: VERIFIER, follow }), 'allow');
  expect(location?.searchParams.get('state')).toBe(STATE);
  const token = valueOf(await exchangeCode(server, app, { code: location?.searchParams.get('code') ?? '', verifier: VERIFIER }, asking));
  return { server, app, grant: mastodonGrant(server, app, token), says };
}

async function allowedOnMisskey(follow: boolean): Promise<{ grant: Grant; says: string }> {
  const url = miAuthUrl('https://notes.example', { session: STATE, name: 'Chiche', callback: 'https://chiche.example/proof/notes.example', follow });
  const { says, location } = await decide(world, url, 'allow');
  expect(location?.searchParams.get('session')).toBe(STATE);
  const { token, account } = valueOf(await checkMiAuth('https://notes.example', STATE, asking));
  return { grant: misskeyGrant('https://notes.example', token, account), says };
}

function target(): { handle: string; actorUri: string } {
  return { handle: 'ministry@social.gouv.example', actorUri: ministry.actorUri };
}

describe('which flow a server speaks', () => {
  test('is told by its software, wherever the handle’s domain is', async () => {
    mastodon(KINDS.mastodon, 'masto.pouet.example', 'pouet.example');
    world.add(new MisskeyServer(world, 'notes.example', 'sharkey')).addPerson('yuki');
    expect(valueOf(await findSignIn('suzie@pouet.example', asking))).toMatchObject({ origin: 'https://masto.pouet.example', flow: 'mastodon' });
    expect(valueOf(await findSignIn('yuki@notes.example', asking))).toMatchObject({ origin: 'https://notes.example', flow: 'misskey' });
  });

  test.each(['lemmy', 'peertube'])('%s has none', async (software) => {
    mastodon({ ...KINDS.mastodon, software });
    expect(await findSignIn('suzie@pouet.example', asking)).toEqual({ ok: false, error: { type: 'no-sign-in' } });
  });

  test('a server without the call to register has none either', async () => {
    mastodon().instead.set('/api/v1/apps', () => json({ error: 'Not found' }, 404));
    const server = valueOf(await oauthServer('https://pouet.example', asking));
    expect(await registerApp(server, SITE, asking)).toEqual({ ok: false, error: { type: 'no-sign-in' } });
  });
});

describe.each(Object.entries(KINDS))('a server of the kind %s', (_name, kind) => {
  test('tells who somebody is, for one act, and takes the token back', async () => {
    const host = mastodon(kind);
    const { grant, says } = await allowed(false);
    expect(says).toContain(kind.profile ? '<li>profile</li>' : '<li>read:accounts</li>');
    expect(says).not.toContain('write');
    const confirmed = valueOf(await grant.identify('pouet.example', asking));
    expect(handleText(confirmed.handle)).toBe('suzie@pouet.example');
    expect(confirmed.actorUri).toBe(host.people[0]?.actorUri);
    expect(await grant.follow(target(), asking)).not.toMatchObject({ value: 'following' });
    expect(ministry.followers.size).toBe(0);
    expect(await grant.revoke(asking)).toBe(true);
    expect(host.revoked).toEqual([grant.token]);
    expect(await grant.identify('pouet.example', asking)).toMatchObject({ ok: false, error: { type: 'refused' } });
  });

  test('follows in one tap', async () => {
    mastodon(kind);
    const { grant } = await allowed(true);
    expect(await grant.follow(target(), asking)).toEqual({ ok: true, value: 'following' });
    expect(await grant.follow(target(), asking)).toEqual({ ok: true, value: 'already' });
    expect(ministry.followers.size).toBe(1);
  });
});

describe('a code', () => {
  test('works once, and with the verifier that it began with', async () => {
    mastodon();
    const server = valueOf(await oauthServer('https://pouet.example', asking));
    const app = valueOf(await registerApp(server, SITE, asking));
    const { location } = await decide(world, authorizeUrl(server, app, { state: STATE, verifier: VERIFIER, follow: false }), 'allow');
    const code = location?.searchParams.get('code') ?? '';
    expect(await exchangeCode(server, app, { code, verifier: 'w'.repeat(43) }, asking)).toEqual({ ok: false, error: { type: 'bad-code' } });
    expect(await exchangeCode(server, app, { code, verifier: VERIFIER }, asking)).toEqual({ ok: false, error: { type: 'bad-code' } });
  });

  test('of Misskey works once, and not before somebody said yes', async () => {
    world.add(new MisskeyServer(world, 'notes.example')).addPerson('yuki');
    expect(await checkMiAuth('https://notes.example', STATE, asking)).toEqual({ ok: false, error: { type: 'bad-code' } });
    await allowedOnMisskey(false);
    expect(await checkMiAuth('https://notes.example', STATE, asking)).toEqual({ ok: false, error: { type: 'bad-code' } });
  });
});

test('an application that the server forgot is told apart from a server that is down', async () => {
  const host = mastodon();
  const { server, app } = await allowed(false);
  expect(await isRemembered(server, app, asking)).toBe(true);
  expect([...host.tokens.values()].filter(({ person }) => person === null)).toEqual([]);
  host.forgetApps();
  expect(await isRemembered(server, app, asking)).toBe(false);
  world.down.add('pouet.example');
  expect(await isRemembered(server, app, asking)).toBe(true);
});

test('too many registrations are told as such', async () => {
  mastodon();
  const server = valueOf(await oauthServer('https://pouet.example', asking));
  for (let tries = 0; tries < 5; tries += 1) valueOf(await registerApp(server, SITE, asking));
  expect(await registerApp(server, SITE, asking)).toMatchObject({ ok: false, error: { type: 'rate-limited' } });
});

describe.each(['mastodon', 'misskey'] as const)('following from %s', (flow) => {
  let me: Person;
  let limit: () => void;
  let follow: () => ReturnType<Grant['follow']>;

  beforeEach(async () => {
    if (flow === 'mastodon') {
      const host = mastodon();
      me = host.people[0] as Person;
      limit = () => (host.followLimit = 0);
    } else {
      const host = world.add(new MisskeyServer(world, 'notes.example'));
      me = host.addPerson('yuki');
      limit = () => (host.isLimited = true);
    }
    const { grant } = flow === 'mastodon' ? await allowed(true) : await allowedOnMisskey(true);
    follow = () => grant.follow(target(), asking);
  });

  test.each<[string, () => void, string]>([
    ['goes through', () => undefined, 'following'],
    ['waits for a locked account', () => (ministry.locked = true), 'requested'],
    ['was asked for before', () => ministry.requests.add(me.actorUri), 'requested'],
    ['was done before', () => ministry.followers.add(me.actorUri), 'already'],
    ['is said to be both done and waiting', () => [ministry.followers, ministry.requests].forEach((list) => list.add(me.actorUri)), 'requested'],
    ['is blocked by the other side', () => ministry.blocks.add(me.actorUri), 'blocked'],
    ['is blocked by oneself', () => me.blocks.add(ministry.actorUri), 'blocked'],
    ['finds that the account moved', () => (ministry.movedTo = me), 'moved'],
    ['is beyond the limit', () => limit(), 'limit-reached'],
    ['finds nobody', () => world.down.add('social.gouv.example'), 'not-found'],
  ])('%s', async (_what, prepare, outcome) => {
    prepare();
    expect(await follow()).toEqual({ ok: true, value: outcome });
  });
});

describe('nobody passes for somebody else', () => {
  const PLACE = { origin: 'https://pouet.example', host: 'pouet.example' };
  const suzie = (): Person => world.find('suzie@pouet.example') as Person;
  const told = (fields: object): Parameters<typeof confirmAccount>[0] => ({ user: 'suzie', actorUri: suzie().actorUri, profileUrl: null, ...fields });

  test.each<[string, () => object]>([
    ['another account’s id under this name', () => ({ actorUri: ministry.actorUri })],
    ['no id and another page', () => ({ actorUri: null, profileUrl: 'https://pouet.example/@zoe' })],
    ['neither id nor page', () => ({ actorUri: null })],
  ])('%s', async (_what, fields) => {
    mastodon();
    expect(await confirmAccount(told(fields()), PLACE, asking)).toEqual({ ok: false, error: { type: 'not-confirmed' } });
  });

  test('a server does not speak for the people of another', async () => {
    mastodon();
    expect(await confirmAccount(told({}), { ...PLACE, origin: 'https://evil.example' }, asking)).toEqual({ ok: false, error: { type: 'not-confirmed' } });
  });

  test('a domain that points at an account which does not bear its name changes nothing about its name', async () => {
    const server = mastodon();
    world.servers.set('vanity.example', Object.assign(Object.create(server) as MastodonServer, { accountDomain: 'vanity.example', people: [{ ...suzie(), server: { ...server, accountDomain: 'vanity.example' } }] }));
    const confirmed = valueOf(await confirmAccount(told({}), { origin: 'https://pouet.example', host: 'vanity.example' }, asking));
    expect(confirmed).toEqual({ handle: { user: 'suzie', host: 'pouet.example' }, actorUri: suzie().actorUri });
  });

  test('a token without an id is known by its page, and a domain that lends its name by its own word', async () => {
    mastodon(KINDS.pixelfed, 'masto.pouet.example', 'pouet.example');
    const page = { user: 'SUZIE', actorUri: null, profileUrl: 'https://masto.pouet.example/@suzie' };
    const confirmed = valueOf(await confirmAccount(page, { origin: 'https://masto.pouet.example', host: 'pouet.example' }, asking));
    expect(confirmed).toEqual({ handle: { user: 'suzie', host: 'pouet.example' }, actorUri: suzie().actorUri });
  });
});

describe('what discovery says is not believed unchecked', () => {
  test.each(['issuer', 'authorization_endpoint', 'token_endpoint', 'revocation_endpoint', 'userinfo_endpoint', 'app_registration_endpoint'])(
    '%s on another origin, on a private address, or in plain HTTP',
    async (place) => {
      const host = mastodon();
      for (const address of ['https://evil.example/x', 'https://169.254.169.254/latest', 'https://127.0.0.1/', 'http://pouet.example/oauth', 'https://pouet.example:8443/', 'javascript:alert(1)', '//evil.example']) {
        host.instead.set('/.well-known/oauth-authorization-server', () => json({ ...host.discovery(), [place]: address }));
        expect(await oauthServer('https://pouet.example', asking)).toEqual({ ok: false, error: { type: 'unreadable', detail: 'oauth-origin' } });
      }
    },
  );

  test('a name that leads to a private network is not asked for anything', async () => {
    mastodon();
    const lookup = async (hostname: string): Promise<{ address: string; family: number }[]> => [{ address: hostname === 'pouet.example' ? '10.0.0.7' : '203.0.113.9', family: 4 }];
    const guarded = createGuardedHttp({ userAgent: 'test', privateNetwork: { host: 'localhost', port: world.port }, lookup });
    const careful = { ...asking, http: guarded };
    const usual = valueOf(await oauthServer('https://pouet.example', asking));
    const app = valueOf(await registerApp(usual, SITE, asking));
    const before = world.seen.length;
    expect(await oauthServer('https://pouet.example', careful)).toMatchObject({ ok: false, error: { detail: 'forbidden-address' } });
    expect(await registerApp(usual, SITE, careful)).toMatchObject({ ok: false, error: { detail: 'forbidden-address' } });
    expect(await exchangeCode(usual, app, { code: 'x', verifier: VERIFIER }, careful)).toMatchObject({ ok: false, error: { detail: 'forbidden-address' } });
    expect(await mastodonGrant(usual, app, 'x').identify('pouet.example', careful)).toMatchObject({ ok: false, error: { detail: 'forbidden-address' } });
    expect(await mastodonGrant(usual, app, 'x').revoke(careful)).toBe(false);
    expect(await checkMiAuth('https://pouet.example', STATE, careful)).toMatchObject({ ok: false, error: { detail: 'forbidden-address' } });
    expect(world.seen.length).toBe(before);
    await guarded.close();
  });
});
