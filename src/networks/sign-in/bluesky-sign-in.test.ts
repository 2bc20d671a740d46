import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startAskedWorld } from '../../../test/support/servers/asked-world.ts';
import { BlueskyServers, type BlueskyPerson } from '../../../test/support/servers/bluesky-servers.ts';
import { decide } from '../../../test/support/servers/consent.ts';
import { json, type TestWorld } from '../../../test/support/servers/world.ts';
import { valueOf } from '../../../test/support/value-of.ts';
import { createGuardedHttp } from '../../platform/http.ts';
import type { Asking } from '../network.ts';
import { blueskyClientMetadata, CLIENT_METADATA_PATH, type BlueskySite } from './bluesky-client.ts';
import { beginOnBluesky, finishOnBluesky, type BegunOnBluesky, type BlueskyReturn } from './bluesky-sign-in.ts';

const NOW = new Date('2026-11-27T12:00:00Z');
const SITE: BlueskySite = { name: 'Chiche', publicUrl: 'http://127.0.0.1:3000', redirectUri: 'http://127.0.0.1:3000/proof/bsky.app' };
const PUBLIC_SITE: BlueskySite = { name: 'Chiche', publicUrl: 'https://chiche.example', redirectUri: 'https://chiche.example/proof/bsky.app' };

let world: TestWorld;
let close: () => Promise<void>;
let asking: Asking;
let bluesky: BlueskyServers;
let alice: BlueskyPerson;

beforeAll(async () => {
  ({ world, asking, close } = await startAskedWorld(NOW));
});
afterAll(() => close());
beforeEach(() => {
  world.empty();
  bluesky = new BlueskyServers(world);
  alice = bluesky.addPerson('alice.bsky.social');
});

async function begun(site = SITE, name = alice.handle): Promise<BegunOnBluesky> {
  return valueOf(await beginOnBluesky(name, site, asking));
}

/** Says yes; what the browser brings back. */
async function allowed({ url }: BegunOnBluesky): Promise<BlueskyReturn> {
  const { location } = await decide(world, url, 'allow');
  const told = (name: string): string | null => location?.searchParams.get(name) ?? null;
  return { state: told('state') ?? '', code: told('code') ?? '', issuer: told('iss') };
}

describe('somebody of Bluesky', () => {
  test('tells who they are, for one act, and the token is taken back', async () => {
    const attempt = await begun();
    const { says } = await decide(world, attempt.url, 'deny');
    expect(says).toContain('<ul><li>atproto</li></ul>');
    const again = await begun();
    const grant = valueOf(await finishOnBluesky(await allowed(again), again.kept, SITE, asking));
    expect(await grant.identify('bsky.app', asking)).toEqual({ ok: true, value: { handle: { user: 'alice.bsky.social', host: 'bsky.app' }, actorUri: alice.did } });
    expect(bluesky.tokens.size).toBe(1);
    expect(await grant.revoke(asking)).toBe(true);
    expect([bluesky.tokens.size, bluesky.revoked.length]).toEqual([0, 1]);
  });

  test('whose site is public is asked in its name, which is read where it says', async () => {
    const metadata = blueskyClientMetadata(PUBLIC_SITE);
    const answer = (): ReturnType<typeof json> => json(metadata);
    world.servers.set('chiche.example', { host: 'chiche.example', accountDomain: 'chiche.example', people: [], answer: ({ path }) => (path === CLIENT_METADATA_PATH ? answer() : json({}, 404)) });
    const attempt = await begun(PUBLIC_SITE);
    const grant = valueOf(await finishOnBluesky(await allowed(attempt), attempt.kept, PUBLIC_SITE, asking));
    expect(valueOf(await grant.identify('bsky.app', asking)).actorUri).toBe(alice.did);
  });

  test.each(['http://chiche.example', 'https://chiche.example:8443', 'http://localhost:3000'])('cannot be asked by %s', async (publicUrl) => {
    const site = { name: 'Chiche', publicUrl, redirectUri: `${publicUrl}/proof/bsky.app` };
    expect(await beginOnBluesky(alice.handle, site, asking)).toEqual({ ok: false, error: { type: 'no-sign-in' } });
    expect(world.seen).toEqual([]);
  });

  test('is still known after the server has changed its nonce', async () => {
    const attempt = await begun();
    const back = await allowed(attempt);
    bluesky.changeNonce();
    const grant = valueOf(await finishOnBluesky(back, attempt.kept, SITE, asking));
    bluesky.changeNonce();
    expect(await grant.revoke(asking)).toBe(true);
  });

  test('whose name leads to somebody else, or nowhere, is not confirmed under it', async () => {
    const attempt = await begun();
    const grant = valueOf(await finishOnBluesky(await allowed(attempt), attempt.kept, SITE, asking));
    const other = bluesky.addPerson('other.bsky.social');
    for (const did of [other.did, null]) {
      bluesky.instead.set('public.api.bsky.app/xrpc/com.atproto.identity.resolveHandle', () => (did === null ? json({ error: 'InvalidRequest', message: 'Unable to resolve handle' }, 400) : json({ did })));
      expect(await grant.identify('bsky.app', asking)).toEqual({ ok: false, error: { type: 'not-confirmed' } });
    }
  });

  test('whose token the server does not take back is not done with', async () => {
    const attempt = await begun();
    const grant = valueOf(await finishOnBluesky(await allowed(attempt), attempt.kept, SITE, asking));
    bluesky.instead.set('auth.bsky.example/oauth/revoke', () => json({}, 503));
    expect(await grant.revoke(asking)).toBe(false);
    world.down.add('auth.bsky.example');
    expect(await grant.revoke(asking)).toBe(false);
  });
});

describe('the other server is as strict as it should be', () => {
  test('a code works once', async () => {
    const attempt = await begun();
    const back = await allowed(attempt);
    valueOf(await finishOnBluesky(back, attempt.kept, SITE, asking));
    expect(await finishOnBluesky(back, attempt.kept, SITE, asking)).toEqual({ ok: false, error: { type: 'bad-code' } });
    expect(bluesky.tokens.size).toBe(0);
  });

  test.each(['verifier', 'dpopJwk'])('a code works with the %s alone that it began with', async (part) => {
    const [attempt, other] = [await begun(), await begun()];
    const read = ({ kept }: BegunOnBluesky): Record<string, unknown> => JSON.parse(kept) as Record<string, unknown>;
    const mixed = JSON.stringify({ ...read(attempt), [part]: read(other)[part] });
    expect(read(attempt)[part]).not.toEqual(read(other)[part]);
    expect(await finishOnBluesky(await allowed(attempt), mixed, SITE, asking)).toEqual({ ok: false, error: { type: 'bad-code' } });
  });
});

describe('nobody passes for somebody else', () => {
  test.each(['https://auth.evil.example', null])('an answer of another issuer, or of none, is thrown away: %s', async (issuer) => {
    const attempt = await begun();
    const back = await allowed(attempt);
    world.seen.length = 0;
    expect(await finishOnBluesky({ ...back, issuer }, attempt.kept, SITE, asking)).toEqual({ ok: false, error: { type: 'wrong-server' } });
    expect(world.seen).toEqual([]);
  });

  test('a server does not speak for the people of another', async () => {
    const victim = new BlueskyServers(world, { pds: 'pds.victim.example', auth: 'auth.victim.example' }, bluesky.people).addPerson('victim.bsky.social');
    const attempt = await begun();
    const back = await allowed(attempt);
    bluesky.lie = { sub: victim.did };
    expect(await finishOnBluesky(back, attempt.kept, SITE, asking)).toEqual({ ok: false, error: { type: 'not-confirmed' } });
    expect(bluesky.tokens.size).toBe(0);
  });

  test.each([{ sub: undefined }, { sub: 'alice' }, { token_type: 'Bearer' }, { access_token: 7 }])('a token that says %j is none', async (lie) => {
    const attempt = await begun();
    const back = await allowed(attempt);
    bluesky.lie = lie;
    expect(await finishOnBluesky(back, attempt.kept, SITE, asking)).toMatchObject({ ok: false });
  });
});

describe('no document leads the site anywhere', () => {
  const PLACES = ['https://127.0.0.1', 'https://169.254.169.254', 'http://pds.bsky.example', 'https://pds.bsky.example:8443', 'https://[::1]', 'file:///etc'];

  async function expectNothing(): Promise<void> {
    world.seen.length = 0;
    expect(await beginOnBluesky(alice.handle, SITE, asking)).toMatchObject({ ok: false });
    expect(world.seen.filter(({ host }) => !['public.api.bsky.app', 'plc.directory', 'pds.bsky.example', 'auth.bsky.example'].includes(host))).toEqual([]);
    expect(world.seen.filter(({ method }) => method === 'POST')).toEqual([]);
  }

  test.each(PLACES)('that of a person, which names %s as their server', async (serviceEndpoint) => {
    const document = { ...bluesky.document(alice), service: [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint }] };
    bluesky.instead.set(`plc.directory/${alice.did}`, () => json(document, 200, 'application/did+ld+json'));
    await expectNothing();
  });

  test.each(PLACES)('that of a server, which names %s as its authorization server', async (place) => {
    bluesky.instead.set('pds.bsky.example/.well-known/oauth-protected-resource', () => json({ ...bluesky.resource(), authorization_servers: [place] }));
    await expectNothing();
  });

  test.each(['issuer', 'pushed_authorization_request_endpoint', 'authorization_endpoint'])('that of an authorization server, which names another origin as its %s', async (place) => {
    for (const address of [...PLACES, 'https://evil.example', 'javascript:alert(1)']) {
      bluesky.instead.set('auth.bsky.example/.well-known/oauth-authorization-server', () => json({ ...bluesky.metadata(), [place]: `${address}/oauth` }));
      expect([place, address, await beginOnBluesky(alice.handle, SITE, asking)]).toEqual([place, address, { ok: false, error: expect.anything() }]);
    }
    expect(world.seen.map(({ host }) => host)).not.toContain('evil.example');
  });

  test('nor do those that are read once somebody is back', async () => {
    for (const place of ['token_endpoint', 'revocation_endpoint']) {
      const attempt = await begun();
      const back = await allowed(attempt);
      bluesky.instead.set('auth.bsky.example/.well-known/oauth-authorization-server', () => json({ ...bluesky.metadata(), [place]: 'https://evil.example/oauth' }));
      const finished = await finishOnBluesky(back, attempt.kept, SITE, asking);
      if (place === 'token_endpoint') expect(finished).toEqual({ ok: false, error: { type: 'unreadable', detail: 'oauth-origin' } });
      else expect(await valueOf(finished).revoke(asking)).toBe(false);
      bluesky.instead.clear();
    }
    expect(world.seen.map(({ host }) => host)).not.toContain('evil.example');
  });

  test('redirects are not followed', async () => {
    bluesky.instead.set(`plc.directory/${alice.did}`, () => ({ status: 302, headers: { location: 'https://evil.example/' }, body: '' }));
    await expectNothing();
  });

  test('a name that leads to a private network is not asked for anything', async () => {
    const attempt = await begun();
    const back = await allowed(attempt);
    const lookup = async (hostname: string): Promise<{ address: string; family: number }[]> => [{ address: hostname === 'auth.bsky.example' ? '10.0.0.7' : '203.0.113.9', family: 4 }];
    const guarded = createGuardedHttp({ userAgent: 'test', privateNetwork: { host: 'localhost', port: world.port }, lookup });
    const careful = { ...asking, http: guarded };
    world.seen.length = 0;
    expect(await beginOnBluesky(alice.handle, SITE, careful)).toEqual({ ok: false, error: { type: 'unreachable', detail: 'forbidden-address' } });
    expect(await finishOnBluesky(back, attempt.kept, SITE, careful)).toEqual({ ok: false, error: { type: 'unreachable', detail: 'forbidden-address' } });
    expect(world.seen.map(({ host }) => host)).not.toContain('auth.bsky.example');
    await guarded.close();
  });
});
