import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { request } from 'undici';
import { SettableClock } from './clock.ts';
import { PageCache } from './page-cache.ts';

/** Milliseconds that others wait for the one that renders. */
const PATIENCE = 50;
const LONG = 'Chiche ! '.repeat(400);

let clock: SettableClock;
let server: Server;
let url: string;
let rendered: number;
/** What the second rendering waits for; null: for nothing. */
let held: PromiseWithResolvers<void> | null;
let arrived: number;
let broken: boolean;

beforeEach(async () => {
  clock = new SettableClock(new Date('2023-09-02T08:00:00Z'));
  rendered = 0;
  held = null;
  arrived = 0;
  broken = false;
  await startServer(PATIENCE * 1_000);
});
afterEach(stopServer);

function stopServer(): void {
  server.closeAllConnections();
  server.close();
}

async function startServer(patience: number): Promise<void> {
  if (server?.listening) stopServer();
  const cache = new PageCache(clock, (header) => (header?.startsWith('fr') ? 'fr' : 'en'), 10_000_000, patience);
  const route = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    rendered += 1;
    if (rendered === 2) await held?.promise;
    if (broken) {
      response.writeHead(500).end();
      return;
    }
    const body = `${incoming.headers['accept-language'] ?? 'none'} ${incoming.url} ${rendered} ${LONG}`;
    if (incoming.url?.startsWith('/private')) {
      response.end(body);
      return;
    }
    response.setHeader('x-content-type-options', 'nosniff');
    await cache.publish(incoming, response, { body, type: 'text/html; charset=utf-8', compressible: true });
  };
  server = createServer((incoming, response) => {
    arrived += 1;
    cache.serve(incoming, response, () => void route(incoming, response));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Until so many requests came in all. */
async function untilArrived(n: number): Promise<void> {
  while (arrived < n) await once(server, 'request');
}

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: Buffer;
}

async function get(path: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' | 'POST' = 'GET'): Promise<Answer> {
  const answer = await request(url + path, { headers, method });
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.from(await answer.body.arrayBuffer()) };
}

test('addresses count as memory too, so that long ones with short pages cannot fill it', async () => {
  const cache = new PageCache(clock, () => 'en', 100_000);
  const kept = createServer((incoming, response) => {
    const page = { body: '{}', type: 'application/json', compressible: true };
    cache.serve(incoming, response, () => {
      renderings += 1;
      void cache.publish(incoming, response, page);
    });
  }).listen(0, '127.0.0.1');
  let renderings = 0;
  await once(kept, 'listening');
  const origin = `http://127.0.0.1:${(kept.address() as AddressInfo).port}`;
  const ask = async (n: number): Promise<void> => void (await (await request(`${origin}/?${n}=${'x'.repeat(8_000)}`)).body.dump());
  for (let n = 0; n < 20; n += 1) await ask(n);
  await ask(19);
  expect(renderings).toBe(20);
  await ask(0);
  expect(renderings).toBe(21);
  kept.closeAllConnections();
  kept.close();
});

test('a page is rendered once while it is fresh, and again after', async () => {
  await get('/page');
  await get('/page');
  expect(rendered).toBe(1);
  clock.advance(3_999);
  await get('/page');
  expect(rendered).toBe(1);
  clock.advance(1);
  await get('/page');
  expect(rendered).toBe(2);
});

test('with what clients may keep, no page is seen older than ten seconds', async () => {
  await get('/page');
  clock.advance(6_000);
  const [first, second] = await Promise.all([get('/page'), get('/page')]);
  expect(rendered).toBeGreaterThan(1);
  expect(first.headers['cache-control']).toBe('public, max-age=4');
  expect(second.body.toString()).not.toContain(' 1 Chiche');
});

test('a page that is too old is rendered by one request for all who come meanwhile', async () => {
  await get('/page');
  clock.advance(6_000);
  held = Promise.withResolvers();
  const answers = Array.from({ length: 20 }, () => get('/page'));
  await untilArrived(21);
  held.resolve();
  const bodies = (await Promise.all(answers)).map(({ body }) => body.toString());
  expect(rendered).toBe(2);
  expect(new Set(bodies)).toEqual(new Set([`none /page 2 ${LONG}`]));
});

test('who waits for a page that cannot be rendered any more is told so', async () => {
  await get('/page');
  clock.advance(6_000);
  held = Promise.withResolvers();
  broken = true;
  const answers = Array.from({ length: 20 }, () => get('/page'));
  await untilArrived(21);
  held.resolve();
  expect((await Promise.all(answers)).every(({ status }) => status === 500)).toBe(true);
  broken = false;
  expect((await get('/page')).status).toBe(200);
});

test.each([
  ['goes away', PATIENCE * 1_000, true],
  ['takes too long', PATIENCE, false],
])('who waits is answered though the one for whom it is rendered %s', async (_how, patience, leaves) => {
  await startServer(patience);
  await get('/page');
  clock.advance(6_000);
  held = Promise.withResolvers();
  const leaving = new AbortController();
  const first = request(`${url}/page`, { signal: leaving.signal }).catch(() => null);
  await untilArrived(2);
  const answers = [get('/page'), get('/page')];
  await untilArrived(4);
  if (leaves) leaving.abort();
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
  held.resolve();
  await (await first)?.body.dump();
});

test('nobody waits for a request with a body, which may never come', async () => {
  await get('/page');
  clock.advance(6_000);
  held = Promise.withResolvers();
  const slow = request(`${url}/page`, { method: 'GET', body: '{' });
  await untilArrived(2);
  expect((await get('/page')).status).toBe(200);
  held.resolve();
  await (await slow).body.dump();
});

test('each language and each encoding gets its own', async () => {
  const french = await get('/page', { 'accept-language': 'fr', 'accept-encoding': 'gzip, br' });
  const english = await get('/page', { 'accept-language': 'en', 'accept-encoding': 'gzip' });
  const plain = await get('/page', { 'accept-language': 'fr' });
  expect(french.headers['content-encoding']).toBe('br');
  expect(brotliDecompressSync(french.body).toString()).toMatch(/^fr /);
  expect(english.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(english.body).toString()).toMatch(/^en /);
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(plain.body.toString()).toMatch(/^fr /);
  expect(rendered).toBe(2);
  expect(french.headers['vary']).toBe('Accept-Encoding, Accept-Language');
  expect(new Set([french, english, plain].map(({ headers }) => headers['etag'])).size).toBe(3);
});

test('an encoding that is refused is not sent', async () => {
  const answer = await get('/page', { 'accept-encoding': 'br;q=0, gzip;q=0.5' });
  expect(answer.headers['content-encoding']).toBe('gzip');
});

test('a client that has it already gets 304 with the same headers and no body', async () => {
  const first = await get('/page');
  const again = await get('/page', { 'if-none-match': `"other", W/${String(first.headers['etag'])}` });
  expect(again).toMatchObject({ status: 304, headers: { 'etag': first.headers['etag'], 'x-content-type-options': 'nosniff' } });
  expect(again.body).toHaveLength(0);
  expect(again.headers['content-type']).toBeUndefined();
});

test('HEAD tells the length and sends nothing', async () => {
  const { headers } = await get('/page');
  const head = await get('/page', {}, 'HEAD');
  expect(head.headers['content-length']).toBe(headers['content-length']);
  expect(head.body).toHaveLength(0);
});

test('what was not published is never kept, and forms always reach the router', async () => {
  await get('/private/token');
  await get('/private/token');
  await get('/page');
  await get('/page', {}, 'POST');
  expect(rendered).toBe(4);
});
