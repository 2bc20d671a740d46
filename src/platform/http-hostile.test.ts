import { afterEach, describe, expect, test } from '@jest/globals';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { isPublicAddress } from './http-addresses.ts';
import { createGuardedHttp, type GuardedHttp } from './http.ts';

const open: { server?: Server; client?: GuardedHttp } = {};

afterEach(async () => {
  await open.client?.close();
  open.server?.closeAllConnections();
  open.server?.close();
});

async function against(listener: RequestListener, timeoutMs = 5000): Promise<GuardedHttp> {
  open.server = createServer(listener);
  await new Promise<void>((resolve) => open.server?.listen(0, '127.0.0.1', resolve));
  const { port } = open.server.address() as AddressInfo;
  const privateNetwork = { host: '127.0.0.1', port };
  open.client = createGuardedHttp({ userAgent: 'Chiche test', privateNetwork, timeoutMs, maxBytes: 100_000 });
  return open.client;
}

const answering =
  (body: string | Buffer, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);

describe('a server that', () => {
  test('never stops sending is cut off', async () => {
    const http = await against((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const pour = (): void => {
        while (!response.destroyed && response.write(' '.repeat(10_000)));
      };
      response.on('drain', pour);
      pour();
    });
    expect(await http.getJson('https://social.example/')).toEqual({ ok: false, error: { type: 'too-large' } });
  });

  test('drips is left when the time for the whole exchange is over', async () => {
    const http = await against((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    }, 300);
    expect(await http.getJson('https://social.example/')).toEqual({ ok: false, error: { type: 'timeout' } });
  });

  test('never answers is left', async () => {
    const http = await against(() => undefined, 200);
    expect(await http.getJson('https://social.example/')).toEqual({ ok: false, error: { type: 'timeout' } });
  });

  test('redirects slowly gets no new time with each hop', async () => {
    const http = await against((_request, response) => {
      setTimeout(() => response.writeHead(302, { location: '/again' }).end(), 150);
    }, 350);
    expect(await http.getJson('https://social.example/')).toEqual({ ok: false, error: { type: 'timeout' } });
  });

  test('sends a decompression bomb is cut off', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    expect(bomb.length).toBeLessThan(100_000);
    const http = await against(answering(bomb, { 'content-encoding': 'gzip' }));
    expect(await http.getJson('https://social.example/')).toEqual({ ok: false, error: { type: 'too-large' } });
  });

  test.each([
    ['broken gzip', 'gzip'],
    ['broken brotli', 'br'],
    ['an unknown coding', 'sdch'],
    ['stacked codings', 'gzip, gzip'],
  ])('sends %s is not decoded', async (_name, coding) => {
    const http = await against(answering('not what it says', { 'content-encoding': coding }));
    expect(await http.getJson('https://social.example/')).toEqual({
      ok: false,
      error: { type: 'undecodable', status: 200 },
    });
  });

  test.each([
    ['HTML', '<h1>Checking your browser</h1>', 'text/html'],
    ['JSON that calls itself HTML', '{"followers":0}', 'text/html; charset=utf-8'],
    ['text that is not JSON', 'followers: 0', 'application/json'],
    ['half of a JSON document', '{"followers":', 'application/json'],
    ['nothing', '', 'application/json'],
    ['JSON nested without end', '['.repeat(50_000), 'application/json'],
    ['deep JSON', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`, 'application/json'],
  ])('answers %s is not read as JSON', async (_name, body, contentType) => {
    const http = await against(answering(body, { 'content-type': contentType }));
    expect(await http.getJson('https://social.example/')).toEqual({
      ok: false,
      error: { type: 'not-json', status: 200 },
    });
  });

  test('writes brackets inside strings is read all the same', async () => {
    const body = { text: '[{"'.repeat(100) };
    const http = await against(answering(JSON.stringify(body)));
    expect(await http.getJson('https://social.example/')).toMatchObject({ ok: true, value: { body } });
  });

  test.each(['before', 'after'])('resets the connection %s its headers is unreachable', async (moment) => {
    const http = await against((request, response) => {
      if (moment === 'before') request.socket.resetAndDestroy();
      else {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{');
        setTimeout(() => request.socket.resetAndDestroy(), 20);
      }
    });
    expect(await http.getJson('https://social.example/')).toMatchObject({
      ok: false,
      error: { type: 'unreachable' },
    });
  });

  test('speaks something else than HTTP is unreachable', async () => {
    const http = await against((request) => void request.socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
    expect(await http.getJson('https://social.example/')).toMatchObject({
      ok: false,
      error: { type: 'unreachable' },
    });
  });

  test('is no longer wanted is left at once', async () => {
    const http = await against(() => undefined);
    const answer = http.getJson('https://social.example/', { signal: AbortSignal.timeout(50) });
    expect(await answer).toEqual({ ok: false, error: { type: 'unreachable', detail: 'aborted' } });
  });
});

describe('isPublicAddress', () => {
  test.each(['8.8.8.8', '93.184.215.14', '172.15.0.1', '100.63.255.255', '2606:4700::1111', '2001:4860:4860::8888'])(
    '%s is public',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test.each([
    ...['0.0.0.0', '10.255.0.1', '100.64.0.1', '100.100.100.200', '127.8.8.8', '168.63.129.16', '169.254.169.254'],
    ...['172.16.0.1', '172.31.255.255', '192.0.0.192', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1'],
    ...['198.19.255.255', '198.51.100.1', '203.0.113.1', '224.0.0.251', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', '::ffff:8.8.8.8', '::ffff:127.0.0.1', '64:ff9b::808:808', '64:ff9b:1::1', '100::1'],
    ...['2001::1', '2001:db8::1', '2002:7f00:1::', '3fff::1', 'fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%lo'],
    ...['fec0::1', 'ff02::1', '2606:4700::1111%eth0', 'localhost', '', '127.1'],
  ])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false));
});
