import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import { afterEach, expect, test } from '@jest/globals';
import { askNameServers } from './name-servers.ts';

let server: Socket;

afterEach(() => void server.close());

/** A name server on loopback; an answer is its address record, null is silence. */
async function nameServer(answer: readonly number[] | null): Promise<string> {
  server = createSocket('udp4').on('message', (query, from) => {
    if (answer === null) return;
    const isIpv4 = query.readUInt16BE(query.length - (query.includes(Buffer.from([0, 0, 41])) ? 15 : 4)) === 1;
    const question = query.subarray(12, query.indexOf(0, 12) + 5);
    const header = Buffer.from([query[0] ?? 0, query[1] ?? 0, 0x81, 0x80, 0, 1, 0, isIpv4 ? 1 : 0, 0, 0, 0, 0]);
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...answer]);
    server.send(Buffer.concat([header, question, ...(isIpv4 ? [record] : [])]), from.port, from.address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address()).port}`;
}

test('a name leads to its addresses', async () => {
  const lookup = askNameServers([await nameServer([192, 0, 2, 7])]);
  expect(await lookup('social.example')).toEqual([{ address: '192.0.2.7', family: 4 }]);
});

test('names whose servers are silent keep no thread from its work', async () => {
  const lookup = askNameServers([await nameServer(null)], 400);
  const waiting = Array.from({ length: 20 }, (_, n) => lookup(`n${n}.social.example`).then(String, (error: { code: string }) => error.code));
  let settled = false;
  void Promise.all(waiting).then(() => (settled = true));
  await promisify(brotliCompress)(Buffer.from('a page that is being compressed'));
  expect(settled).toBe(false);
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['ETIMEOUT']));
});
