import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { freePort } from '../../test/support/process.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { startStrictServer, type StrictServer } from '../../test/support/strict-server.ts';
import { startChiche } from '../app.ts';
import { AccountFinder } from '../institutions/account-finder.service.ts';
import { fetchActor } from '../networks/activitypub.ts';
import { nodeInfo } from '../networks/nodeinfo.ts';
import { webfinger } from '../networks/webfinger.ts';
import { createGuardedHttp, type GuardedHttp } from '../platform/http.ts';

const PUBLIC_URL = 'https://chiche.example';
const ACTOR = `${PUBLIC_URL}/actor`;
const ACTIVITY = 'application/activity+json';

let site: TestSite;
let origin: string;
/** How another server reads this one. */
let outside: GuardedHttp;
let strict: StrictServer;

beforeAll(async () => {
  strict = await startStrictServer({ asks: (path) => ask(origin, path), now: () => site.clock.now() });
  const env = { PUBLIC_URL, ALLOW_PRIVATE_NETWORK: `127.0.0.1:${strict.port}` };
  site = await startTestSite({ env });
  origin = `http://127.0.0.1:${site.config.port}`;
  outside = createGuardedHttp({ userAgent: 'another server', privateNetwork: { host: '127.0.0.1', port: site.config.port } });
});
afterAll(async () => {
  await outside.close();
  await site.close();
  await strict.close();
});

describe('the actor that signs', () => {
  test('is found and read by others, as Chiche reads theirs', async () => {
    const now = site.clock.now();
    const found = await webfinger({ user: 'chiche.example', host: 'chiche.example' }, outside, now);
    expect(found).toMatchObject({ ok: true, value: { actorUri: ACTOR, profileUrl: `${PUBLIC_URL}/about/method` } });
    expect(await fetchActor(ACTOR, outside, now)).toMatchObject({
      ok: true,
      value: {
        id: ACTOR,
        user: 'chiche.example',
        displayName: 'Chiche',
        links: [`${PUBLIC_URL}/about/method`, `${PUBLIC_URL}/about/legal`],
        followersUri: null,
      },
    });
    expect(await nodeInfo('chiche.example', outside, now)).toEqual({ ok: true, value: { software: 'chiche' } });
  });

  test('is an application with a key of its own, in the words of both languages', async () => {
    const { body } = await request(origin).get('/actor').set('accept', ACTIVITY).expect(200);
    expect(body).toMatchObject({
      '@context': expect.arrayContaining(['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1']),
      type: 'Application',
      preferredUsername: 'chiche.example',
      inbox: `${ACTOR}/inbox`,
      outbox: `${ACTOR}/outbox`,
      publicKey: { id: `${ACTOR}#main-key`, owner: ACTOR },
    });
    expect(body.publicKey.publicKeyPem).toMatch(/^-----BEGIN PUBLIC KEY-----\n[\s\S]+\n-----END PUBLIC KEY-----\n$/);
    expect(body.summaryMap.fr).toContain('Chiche relève');
    expect(body.summary).toBe(body.summaryMap.en);
    const outbox = await request(origin).get('/actor/outbox').set('accept', ACTIVITY).expect(200);
    expect(outbox.body).toMatchObject({ id: body.outbox, type: 'OrderedCollection', totalItems: 0 });
  });

  test.each([ACTIVITY, 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"', 'application/json', '*/*'])(
    'is shown to whoever takes %s, and may be kept',
    async (accept) => {
      const answer = await request(origin).get('/actor').set('accept', accept).expect(200);
      expect(answer.headers).toMatchObject({
        'content-type': ACTIVITY,
        'cache-control': 'public, max-age=600',
        'vary': 'Accept',
        'access-control-allow-origin': '*',
      });
      expect(answer.headers).not.toHaveProperty('set-cookie');
      const again = request(origin).get('/actor').set('accept', accept).set('if-none-match', String(answer.headers['etag']));
      await again.expect(304);
      const head = await request(origin).head('/actor').set('accept', accept).expect(200);
      expect(head.headers['content-length']).toBe(answer.headers['content-length']);
    },
  );

  test('leads people to the page that says what is read', async () => {
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    const answer = await request(origin).get('/actor').set('accept', accept).expect(303);
    expect(answer.headers).toMatchObject({ location: `${PUBLIC_URL}/about/method`, vary: 'Accept' });
    await request(origin).get('/about/method').expect(200);
  });

  test('receives nothing, and says so once and for all', async () => {
    const activity = JSON.stringify({ type: 'Follow', actor: 'https://other.example/users/a', object: ACTOR });
    const posted = await request(origin).post('/actor/inbox').set('content-type', ACTIVITY).send(activity).expect(405);
    expect(posted.text).toContain('receives nothing');
    expect(posted.headers['allow']).toBe('');
    await request(origin).get('/actor/inbox').expect(405);
  });

  test('has the same key in every process and after a restart', async () => {
    const port = await freePort();
    const config = { ...site.config, port };
    const second = await startChiche(config, { clock: site.clock, database: site.database });
    if (!second.ok) throw new Error(second.error.type);
    const keys = await Promise.all(
      [origin, `http://127.0.0.1:${port}`].map((each) => request(each).get('/actor').set('accept', ACTIVITY)),
    );
    await second.value.close();
    const [here, there] = keys.map(({ body }) => (body as { publicKey: unknown }).publicKey);
    expect(there).toEqual(here);
  });
});

describe('WebFinger', () => {
  test.each(['acct:chiche.example@chiche.example', 'acct:Chiche.Example@CHICHE.example', ACTOR])('knows %s', async (resource) => {
    const answer = await request(origin).get('/.well-known/webfinger').query({ resource }).expect(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/jrd+json',
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=600',
    });
    expect(JSON.parse(answer.text)).toMatchObject({ subject: 'acct:chiche.example@chiche.example', aliases: [ACTOR] });
  });

  test('gives the links that were asked for alone', async () => {
    const query = { resource: ACTOR, rel: 'self' };
    const answer = await request(origin).get('/.well-known/webfinger').query(query).expect(200);
    expect(JSON.parse(answer.text).links).toEqual([{ rel: 'self', type: ACTIVITY, href: ACTOR }]);
  });

  test.each(['acct:someone@chiche.example', 'acct:chiche.example@other.example', 'https://chiche.example/c/x', 'nonsense'])(
    'knows nobody called %s',
    (resource) => request(origin).get('/.well-known/webfinger').query({ resource }).expect(404),
  );

  test.each(['', '?resource=', '?resource=a&resource=b'])('does not answer %j', (query) =>
    request(origin).get(`/.well-known/webfinger${query}`).expect(400),
  );
});

test('NodeInfo 2.1 says what runs here', async () => {
  const { body } = await request(origin).get('/.well-known/nodeinfo').expect(200);
  expect(body).toEqual({
    links: [
      { rel: 'http://nodeinfo.diaspora.software/ns/schema/2.1', href: `${PUBLIC_URL}/nodeinfo/2.1` },
      { rel: 'https://www.w3.org/ns/activitystreams#Application', href: ACTOR },
    ],
  });
  const document = await request(origin).get('/nodeinfo/2.1').expect(200);
  expect(document.headers['content-type']).toContain('profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"');
  expect(document.body).toMatchObject({
    version: '2.1',
    software: { name: 'chiche', version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
    protocols: ['activitypub'],
    openRegistrations: false,
  });
});

test('a server that checks who asks, as GoToSocial does, lets us read a count', async () => {
  const found = await site.get(AccountFinder).find('fediverse', '@mairie@strict.example', null);
  expect(found).toMatchObject({ ok: true, value: { network: 'gotosocial', handle: 'mairie@strict.example', followers: 1204 } });
  expect(strict.checked).toEqual(['/users/mairie', '/users/mairie/followers']);
  const answer = await fetch(`http://127.0.0.1:${strict.port}/users/mairie`, { headers: { accept: ACTIVITY } });
  expect(answer.status).toBe(401);
});

async function ask(base: string, path: string): Promise<unknown> {
  return (await fetch(base + path, { headers: { accept: ACTIVITY } })).json();
}
