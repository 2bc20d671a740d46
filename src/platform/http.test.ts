import { afterEach, describe, expect, test } from '@jest/globals';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { generateKeyPairSync } from 'node:crypto';
import { isSignedBy, signatureOf } from '../../test/support/signatures.ts';
import { signatureHeaders } from './http-signatures.ts';
import { createGuardedHttp, type GuardedHttp, type GuardedHttpOptions, type Lookup } from './http.ts';

const open: { server?: Server; clients: GuardedHttp[] } = { clients: [] };

afterEach(async () => {
  await Promise.all(open.clients.splice(0).map((client) => client.close()));
  open.server?.closeAllConnections();
  open.server?.close();
  delete open.server;
});

/** A loopback server that plays every host, and a client whose every connection goes there. */
async function against(listener: RequestListener, options: Partial<GuardedHttpOptions> = {}): Promise<GuardedHttp> {
  open.server = createServer(listener);
  await new Promise<void>((resolve) => open.server?.listen(0, '127.0.0.1', resolve));
  const { port } = open.server.address() as AddressInfo;
  return client({ privateNetwork: { host: '127.0.0.1', port }, ...options });
}

function client(options: Partial<GuardedHttpOptions>): GuardedHttp {
  const http = createGuardedHttp({ userAgent: 'Chiche test', privateNetwork: 'forbidden', ...options });
  open.clients.push(http);
  return http;
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const redirectTo =
  (location: string): RequestListener =>
  (_request, response) =>
    void response.writeHead(302, { location }).end();

const at =
  (address: string): Lookup =>
  () =>
    Promise.resolve([{ address, family: address.includes(':') ? 6 : 4 }]);

describe('an honest server', () => {
  test('is asked in its own name, and its JSON comes back with the final address', async () => {
    let seen: IncomingMessage | undefined;
    const http = await against((request, response) => {
      seen = request;
      json(response, { followers: 5876 });
    });
    const answer = await http.getJson('https://social.example/a?b=c', { headers: { signature: 's' } });
    expect(answer).toMatchObject({
      ok: true,
      value: { status: 200, url: 'https://social.example/a?b=c', body: { followers: 5876 } },
    });
    expect(seen?.headers).toMatchObject({
      host: 'social.example',
      'user-agent': 'Chiche test',
      accept: 'application/json',
      signature: 's',
    });
  });

  test('may compress', async () => {
    const http = await against((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync('{"a":1}'));
    });
    expect(await http.getJson('https://social.example/')).toMatchObject({ ok: true, value: { body: { a: 1 } } });
  });

  test('receives what is posted, and its redirect of a post is handed back', async () => {
    let body = '';
    const http = await against((request, response) => {
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => response.writeHead(307, { location: 'https://elsewhere.example/' }).end());
    });
    const answer = await http.postJson('https://social.example/api', { username: 'u' });
    expect(body).toBe('{"username":"u"}');
    expect(answer).toMatchObject({ ok: true, value: { status: 307 } });
  });

  test('may say no in any format, and the status is what counts', async () => {
    const http = await against((_request, response) => void response.writeHead(404).end('<h1>404</h1>'));
    expect(await http.getJson('https://social.example/')).toMatchObject({
      ok: true,
      value: { status: 404, body: undefined },
    });
  });

  test('gives text and bytes too', async () => {
    const http = await against((_request, response) => void response.end('é'));
    expect(await http.getText('https://social.example/')).toMatchObject({ ok: true, value: { body: 'é' } });
    expect(await http.getBytes('https://social.example/')).toMatchObject({
      ok: true,
      value: { body: Buffer.from('é') },
    });
  });
});

describe('addresses', () => {
  test.each([
    'http://social.example/',
    'https://social.example:8443/',
    'https://user@social.example/',
    'https://:password@social.example/',
    'https://127.0.0.1/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://[::1]/',
    'https://[2606:4700::1111]/',
    'ftp://social.example/',
    'file:///etc/passwd',
    'not an address',
    `https://social.example/${'a'.repeat(5000)}`,
  ])('%s is refused before anything is sent', async (url) => {
    const http = await against(() => {
      throw new Error('was asked');
    });
    expect(await http.getJson(url)).toEqual({ ok: false, error: { type: 'forbidden-url' } });
  });

  test.each(['127.0.0.1', '10.1.2.3', '169.254.169.254', '::1', 'fd00::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1'])(
    'a name that leads to %s is refused',
    async (address) => {
      const http = client({ lookup: at(address) });
      expect(await http.getJson('https://social.example/')).toEqual({
        ok: false,
        error: { type: 'forbidden-address' },
      });
    },
  );

  test('a name is looked up once for each connection, so that it cannot change its mind after the check', async () => {
    let lookups = 0;
    const http = client({
      lookup: () => Promise.resolve([{ address: (lookups += 1) === 1 ? '127.0.0.1' : '93.184.215.14', family: 4 }]),
    });
    expect(await http.getJson('https://social.example/')).toMatchObject({ error: { type: 'forbidden-address' } });
    expect(lookups).toBe(1);
  });

  test('only the address check is lifted for an allowed private network', async () => {
    const http = client({ privateNetwork: 'allowed', lookup: at('127.0.0.1') });
    expect(await http.getJson('https://social.example/')).toMatchObject({ error: { type: 'unreachable' } });
    expect(await http.getJson('http://social.example/')).toMatchObject({ error: { type: 'forbidden-url' } });
  });

  test('a name that does not exist is unreachable', async () => {
    const http = client({
      lookup: () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })),
    });
    expect(await http.getJson('https://social.example/')).toEqual({
      ok: false,
      error: { type: 'unreachable', detail: 'ENOTFOUND' },
    });
  });
});

describe('redirects', () => {
  test('are followed, and other origins learn nothing but what is asked for', async () => {
    const seen: IncomingMessage[] = [];
    const http = await against((request, response) => {
      seen.push(request);
      if (request.headers.host === 'old.example') redirectTo('https://new.example/there')(request, response);
      else json(response, { there: true });
    });
    const answer = await http.getJson('https://old.example/', {
      accept: 'application/activity+json',
      headers: { signature: 's', authorization: 'Bearer t' },
    });
    expect(answer).toMatchObject({ ok: true, value: { url: 'https://new.example/there', body: { there: true } } });
    expect(seen[1]?.headers).toMatchObject({ accept: 'application/activity+json', 'user-agent': 'Chiche test' });
    expect(seen[1]?.headers).not.toHaveProperty('signature');
    expect(seen[1]?.headers).not.toHaveProperty('authorization');
  });

  test.each(['http://social.example/', 'https://169.254.169.254/latest/meta-data', 'https://social.example:22/'])(
    'to %s are refused',
    async (location) => {
      const http = await against(redirectTo(location));
      expect(await http.getJson('https://social.example/')).toEqual({ ok: false, error: { type: 'forbidden-url' } });
    },
  );

  test('to a name on a private network are refused', async () => {
    const http = await against(redirectTo('https://inside.example/'), {
      lookup: (hostname) => at(hostname === 'inside.example' ? '10.0.0.7' : '93.184.215.14')(hostname),
    });
    expect(await http.getJson('https://social.example/')).toEqual({
      ok: false,
      error: { type: 'forbidden-address' },
    });
  });

  test('that never end are given up', async () => {
    let requests = 0;
    const http = await against((request, response) => {
      requests += 1;
      redirectTo(`/${requests}`)(request, response);
    });
    expect(await http.getJson('https://social.example/')).toEqual({
      ok: false,
      error: { type: 'too-many-redirects' },
    });
    expect(requests).toBe(4);
  });
});

describe('signed requests', () => {
  const now = new Date('2023-09-02T10:00:00Z');
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const key = { id: 'https://chiche.example/actor#main-key', privateKey };
  const signer = () =>
    Promise.resolve((request: { method: string; url: URL }) => signatureHeaders({ ...request, at: now }, key));

  test('are signed for what is asked of whom and when', async () => {
    let seen: IncomingMessage | undefined;
    const listener: RequestListener = (request, response) => {
      seen = request;
      json(response, {});
    };
    const http = await against(listener, { signer });
    await http.getJson('https://social.example/users/mairie?page=1', { signed: true });
    expect(seen && isSignedBy(publicKeyPem, seen, now)).toBe(true);
    expect(seen?.headers.date).toBe('Sat, 02 Sep 2023 10:00:00 GMT');
  });

  test('are signed anew at each redirect, for its own host and path', async () => {
    const seen: { host: string | undefined; valid: boolean; signature: string }[] = [];
    const http = await against(
      (request, response) => {
        const signature = signatureOf(request)?.value.toString('base64') ?? '';
        seen.push({ host: request.headers.host, valid: isSignedBy(publicKeyPem, request, now), signature });
        if (request.url === '/old') redirectTo('/new')(request, response);
        else if (request.url === '/new') redirectTo('https://moved.example/users/mairie')(request, response);
        else json(response, {});
      },
      { signer },
    );
    expect(await http.getJson('https://social.example/old', { signed: true })).toMatchObject({ ok: true });
    expect(seen.map(({ host, valid }) => ({ host, valid }))).toEqual([
      { host: 'social.example', valid: true },
      { host: 'social.example', valid: true },
      { host: 'moved.example', valid: true },
    ]);
    expect(new Set(seen.map(({ signature }) => signature)).size).toBe(3);
  });

  test('are only those that ask for it, and none without a signer', async () => {
    const seen: IncomingMessage[] = [];
    const listener: RequestListener = (request, response) => {
      seen.push(request);
      json(response, {});
    };
    const signing = await against(listener, { signer });
    await signing.getJson('https://social.example/nodeinfo');
    const { port } = open.server?.address() as AddressInfo;
    const plain = client({ privateNetwork: { host: '127.0.0.1', port } });
    await plain.getJson('https://social.example/users/mairie', { signed: true });
    expect(seen.map(({ headers }) => [headers['signature'], headers.date])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  test('are not made when the key cannot be had, and nobody else is blamed for it', async () => {
    let requests = 0;
    const http = await against(() => void (requests += 1), {
      signer: () => Promise.reject(Object.assign(new Error('no database'), { code: 'ECONNREFUSED' })),
    });
    await expect(http.getJson('https://social.example/', { signed: true })).rejects.toThrow('no database');
    expect(requests).toBe(0);
  });
});

test('a redirect that must not be followed is handed back', async () => {
  const hosts: (string | undefined)[] = [];
  const http = await against((request, response) => {
    hosts.push(request.headers.host);
    redirectTo('https://elsewhere.example/')(request, response);
  });
  const answer = await http.getJson('https://social.example/', { followsRedirects: false });
  expect(answer).toMatchObject({ ok: true, value: { status: 302 } });
  expect(hosts).toEqual(['social.example']);
});
