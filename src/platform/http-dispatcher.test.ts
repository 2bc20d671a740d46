import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Dispatcher } from 'undici';
import { createGuardedDispatcher } from './http-dispatcher.ts';

let server: Server;
let here: Dispatcher;
let outside: Dispatcher;
let asked = 0;

const answer: RequestListener = (request, response) => {
  asked += 1;
  if (request.url === '/packed') response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('a'.repeat(10_000_000)));
  else if (request.url === '/long') response.end('a'.repeat(2_000_000));
  else response.end('{"id":"1"}');
};

beforeAll(async () => {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  here = createGuardedDispatcher({ privateNetwork: { host: '127.0.0.1', port: (server.address() as AddressInfo).port } });
  outside = createGuardedDispatcher({ privateNetwork: 'forbidden', lookup: async () => [{ address: '10.0.0.7', family: 4 }] });
});
afterAll(async () => {
  await Promise.all([here.destroy(), outside.destroy()]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function read(url: string, dispatcher: Dispatcher): Promise<string> {
  return (await fetch(url, { dispatcher } as object)).text();
}

test('lets a library ask by fetch', async () => {
  expect(await read('https://bots.example/', here)).toBe('{"id":"1"}');
});

test.each([
  ['a compressed answer, which might be without end', 'https://bots.example/packed', () => here],
  ['an answer that is too long', 'https://bots.example/long', () => here],
])('breaks off %s', async (_what, url, dispatcher) => {
  await expect(read(url, dispatcher())).rejects.toThrow();
});

test.each([
  ['in plain text', 'http://bots.example/', () => here],
  ['in a private network, by name', 'https://bots.example/', () => outside],
  ['in a private network, by address', 'https://10.0.0.7/', () => outside],
])('asks nobody %s', async (_where, url, dispatcher) => {
  const before = asked;
  await expect(read(url, dispatcher())).rejects.toThrow();
  expect(asked).toBe(before);
});
