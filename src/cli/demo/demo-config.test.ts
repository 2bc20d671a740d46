import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { demoConfig } from './demo-config.ts';

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
  expect(await demoConfig({ PORT: String(port) }, SIMULATED)).toEqual({ ok: false, error: { type: 'port-taken', port } });
});

test('without a port there is one, and the site knows its address', async () => {
  const config = await demoConfig({}, SIMULATED);
  if (!config.ok) throw new Error(config.error.type);
  expect(config.value.port).toBeGreaterThan(0);
  expect(config.value.publicUrl).toBe(`http://localhost:${config.value.port}`);
});

test('it keeps to itself: a folder of its own, no mail, every server simulated', async () => {
  const environment = { PORT: '0', SMTP_URL: 'smtp://mail.example', MAIL_FROM: 'chiche@mail.example', ROLES: 'web' };
  expect(await demoConfig(environment, SIMULATED)).toMatchObject({
    ok: true,
    value: { dataDirectory: 'data/demo', mail: null, privateNetwork: SIMULATED, roles: ['web', 'worker'] },
  });
});

test('what is wrong in the environment is said', async () => {
  expect(await demoConfig({ PORT: 'http' }, SIMULATED)).toMatchObject({ ok: false, error: { type: 'invalid-configuration' } });
});
