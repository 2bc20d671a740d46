import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { demoPlace } from './demo-place.ts';

const SIMULATED = { host: '127.0.0.1', port: 4999 };
let busy: Server | null = null;
afterEach(() => new Promise((settle) => (busy === null ? settle(null) : busy.close(settle))));

async function listenSomewhere(): Promise<number> {
  const server = createServer();
  busy = server;
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('a port that was asked for and is taken is said to be', async () => {
  const port = await listenSomewhere();
  expect(await demoPlace({ PORT: String(port) }, SIMULATED)).toEqual({ ok: false, error: { type: 'port-taken', port } });
});

test('two demos that start together get a port each, and know their addresses', async () => {
  const places = await Promise.all([demoPlace({}, SIMULATED), demoPlace({}, SIMULATED)]);
  const ports = places.map((place) => {
    if (!place.ok) throw new Error(place.error.type);
    expect(place.value.config.publicUrl).toBe(`http://localhost:${place.value.config.port}`);
    return place.value.config.port;
  });
  expect(new Set(ports).size).toBe(2);
  for (const place of places) if (place.ok) await place.value.release();
});

test('it keeps to itself: a folder of its own, no mail, every server simulated', async () => {
  const environment = { PORT: '0', SMTP_URL: 'smtp://mail.example', MAIL_FROM: 'chiche@mail.example', ROLES: 'web' };
  const place = await demoPlace(environment, SIMULATED);
  if (!place.ok) throw new Error(place.error.type);
  await place.value.release();
  expect(place.value.config).toMatchObject({
    dataDirectory: 'data/demo',
    mail: null,
    privateNetwork: SIMULATED,
    roles: ['web', 'worker'],
  });
  expect(place.value.config.port).toBeGreaterThan(0);
});

test('what is wrong in the environment is said', async () => {
  expect(await demoPlace({ PORT: 'http' }, SIMULATED)).toMatchObject({ ok: false, error: { type: 'invalid-configuration' } });
});
