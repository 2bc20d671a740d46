import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startReplay, type Exchange } from '../../test/contracts/replay.ts';
import { startAskedWorld, type AskedWorld } from '../../test/support/servers/asked-world.ts';
import { BlueskyServers, type BlueskyPerson } from '../../test/support/servers/bluesky-servers.ts';
import { json } from '../../test/support/servers/world.ts';
import { startSimulatedFediverse, type SimulatedFediverse } from '../cli/demo/simulated-fediverse.ts';
import type { Fault } from '../cli/demo/simulated-world.ts';
import { createGuardedHttp, type GuardedHttp } from '../platform/http.ts';
import { readProfileProof, type ProfileOwner, type ProfileProofFailure } from './profile-proof.ts';
import type { Result } from '../domain/result.ts';

const NOW = new Date('2023-09-02T07:30:00Z');
const CODE = 'chiche-k7m2q9x4tb';

let fediverse: SimulatedFediverse;
let http: GuardedHttp;

beforeAll(async () => {
  fediverse = await startSimulatedFediverse();
  http = createGuardedHttp({ userAgent: 'test', privateNetwork: fediverse.address, timeoutMs: 1_000 });
  for (const software of ['mastodon', 'misskey', 'lemmy', 'peertube', 'friendica']) {
    fediverse.addServer({ host: `${software}.example`, software });
    fediverse.addAccount({ handle: `Ada@${software}.example`, note: `Hello! ${CODE}` });
    fediverse.addAccount({ handle: `bob@${software}.example`, note: 'Hello!' });
  }
  fediverse.addServer({ host: 'social.town.example', software: 'mastodon', accountDomain: 'town.example' });
  fediverse.addAccount({ handle: 'ada@town.example', fields: [{ name: 'Chiche', value: `https://chiche.example/proof/${CODE}` }] });
});
afterEach(() => fediverse.fail('ada@mastodon.example', null));
afterAll(async () => {
  await http.close();
  await fediverse.close();
});

function read(user: string, host: string): Promise<Result<ProfileOwner, ProfileProofFailure>> {
  return readProfileProof({ user, host }, CODE, http, NOW);
}

describe('a profile', () => {
  test.each(['mastodon', 'misskey', 'lemmy', 'peertube', 'friendica'])('on %s proves its owner by the code in its text', async (software) => {
    const host = `${software}.example`;
    expect(await read('ada', host)).toMatchObject({ ok: true, value: { handle: { host }, actorUri: expect.stringContaining(`https://${host}/`) } });
    expect(await read('bob', host)).toEqual({ ok: false, error: { type: 'no-code' } });
  });

  test('of a delegated domain proves its owner by a link, under the handle that its server gives', async () => {
    const actorUri = 'https://social.town.example/users/ada';
    const expected = { ok: true, value: { handle: { user: 'ada', host: 'town.example' }, actorUri } };
    expect(await read('ADA', 'town.example')).toEqual(expected);
    expect(await read('ada', 'social.town.example')).toEqual(expected);
  });

  test.each<[Fault, object]>([
    ['down', { type: 'unreachable' }],
    ['refused', { type: 'refused' }],
    ['rate-limited', { type: 'rate-limited' }],
    ['garbage', { type: 'unreadable' }],
    ['slow', { type: 'unreachable' }],
    ['gone', { type: 'deleted' }],
  ])('whose server is %s says so', async (fault, error) => {
    fediverse.fail('ada@mastodon.example', fault);
    expect(await read('ada', 'mastodon.example')).toMatchObject({ ok: false, error });
  });

  test('of nobody is gone', async () => {
    expect(await read('nobody', 'mastodon.example')).toEqual({ ok: false, error: { type: 'gone' } });
  });
});

describe('a host that lends names to accounts of another one proves nothing', () => {
  const borrowed = 'https://mastodon.example/users/ada';
  const jrd = (subject: string, links: readonly object[]): Partial<Exchange> => ({
    status: 200,
    headers: { 'content-type': 'application/jrd+json' },
    body: { subject: `acct:${subject}`, links },
  });
  const self = (href: string, type?: string): object => ({
    rel: 'self',
    type: 'application/activity+json',
    href,
    ...(type && { properties: { 'https://www.w3.org/ns/activitystreams#type': type } }),
  });
  const actor = (id: string, fields: object): Partial<Exchange> => ({
    status: 200,
    headers: { 'content-type': 'application/activity+json' },
    body: { id, type: 'Person', preferredUsername: 'ada', summary: `<p>${CODE}</p>`, ...fields },
  });
  const get = (url: string, answer: Partial<Exchange>): Exchange => ({ request: { method: 'GET', url }, status: 200, headers: {}, body: null, ...answer });
  const finger = (handle: string): string =>
    `https://${handle.split('@')[1] ?? ''}/.well-known/webfinger?resource=${encodeURIComponent(`acct:${handle}`)}`;

  async function replayed(asked: { user: string; host: string }, exchanges: Exchange[]): Promise<unknown> {
    const replay = await startReplay(exchanges, 500);
    try {
      return await readProfileProof(asked, CODE, replay.http, NOW);
    } finally {
      await replay.close();
    }
  }

  test('when the account’s own host gives it another name', async () => {
    const result = await replayed({ user: 'victim', host: 'evil.example' }, [
      get(finger('victim@evil.example'), jrd('victim@evil.example', [self(borrowed)])),
      get(borrowed, actor(borrowed, {})),
      get(finger('ada@mastodon.example'), jrd('ada@mastodon.example', [self(borrowed)])),
    ]);
    expect(result).toEqual({ ok: false, error: { type: 'not-both-ways' } });
  });

  test('when the account does not say its name, or is another one than was asked for', async () => {
    const asked = { user: 'ada', host: 'mastodon.example' };
    const named = get(finger('ada@mastodon.example'), jrd('ada@mastodon.example', [self(borrowed)]));
    const other = 'https://mastodon.example/users/eve';
    expect(await replayed(asked, [named, get(borrowed, actor(borrowed, { preferredUsername: null }))])).toMatchObject({ error: { type: 'not-both-ways' } });
    expect(await replayed(asked, [named, get(borrowed, actor(other, {}))])).toMatchObject({ error: { type: 'not-both-ways' } });
    // Lemmy and PeerTube echo the name that was asked for, and its account may have another one.
    expect(await replayed(asked, [
      named,
      get(borrowed, actor(borrowed, { preferredUsername: 'eve' })),
      get(finger('eve@mastodon.example'), jrd('eve@mastodon.example', [self(other)])),
    ])).toMatchObject({ error: { type: 'not-both-ways' } });
  });

  test('and a community does not speak for the person of the same name', async () => {
    const person = 'https://lemmy.example/u/ada';
    const community = 'https://lemmy.example/c/ada';
    const links = [self(community, 'Group'), self(person, 'Person')];
    const named = get(finger('ada@lemmy.example'), jrd('ada@lemmy.example', links));
    expect(await replayed({ user: 'ada', host: 'lemmy.example' }, [named, get(person, actor(person, {}))])).toMatchObject({ ok: true, value: { actorUri: person } });
  });
});

describe('a profile on Bluesky', () => {
  const alice = { user: 'alice.bsky.social', host: 'bsky.app' };
  let asked: AskedWorld;
  let person: BlueskyPerson;

  beforeAll(async () => {
    asked = await startAskedWorld(NOW);
    person = new BlueskyServers(asked.world).addPerson(alice.user);
  });
  afterAll(() => asked.close());

  test('proves its owner by the code in its text, and their DID', async () => {
    expect(await readProfileProof(alice, CODE, asked.asking.http, NOW)).toEqual({ ok: false, error: { type: 'no-code' } });
    person.description = `Hello! ${CODE}`;
    expect(await readProfileProof(alice, CODE, asked.asking.http, NOW)).toEqual({ ok: true, value: { handle: alice, actorUri: person.did } });
  });

  test('proves nobody whose name leads elsewhere', async () => {
    asked.world.servers.set('public.api.bsky.app', { host: '', accountDomain: '', people: [], answer: () => json({ did: person.did, handle: 'handle.invalid', followersCount: 0, description: CODE }) });
    expect(await readProfileProof(alice, CODE, asked.asking.http, NOW)).toEqual({ ok: false, error: { type: 'not-both-ways' } });
    asked.world.servers.delete('public.api.bsky.app');
    expect(await readProfileProof(alice, CODE, asked.asking.http, NOW)).toMatchObject({ ok: false, error: { type: 'unreachable' } });
  });
});
