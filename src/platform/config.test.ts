import { expect, test } from '@jest/globals';
import { isReachable, readConfig, type Config } from './config.ts';

function read(environment: NodeJS.ProcessEnv): Config {
  const config = readConfig(environment);
  if (!config.ok) throw new Error(config.error.problems.join('; '));
  return config.value;
}

function problems(environment: NodeJS.ProcessEnv): string[] {
  const config = readConfig(environment);
  return config.ok ? [] : config.error.problems;
}

test('nothing has to be set', () => {
  expect(read({})).toMatchObject({
    publicUrl: 'http://localhost:3000',
    databaseUrl: null,
    roles: ['web', 'worker'],
    mail: null,
    privateNetwork: 'forbidden',
  });
});

test('an empty variable counts as not set', () => {
  expect(read({ DATABASE_URL: '', SMTP_URL: '', SESSION_SECRET: '' })).toMatchObject({ databaseUrl: null, mail: null });
});

test('what is not understood is named', () => {
  expect(problems({ PORT: 'eighty' })[0]).toMatch(/^PORT: /);
  expect(problems({ ROLES: 'web,cook' })[0]).toMatch(/^ROLES/);
  expect(problems({ DATABASE_URL: 'mysql://x/y' })[0]).toMatch(/^DATABASE_URL: /);
  expect(problems({ SESSION_SECRET: 'short' })[0]).toMatch(/^SESSION_SECRET: /);
  expect(problems({ PREVIOUS_SESSION_SECRET: 'short' })[0]).toMatch(/^PREVIOUS_SESSION_SECRET: /);
  expect(problems({ SMTP_URL: 'smtp://mail.example' })).toEqual(['MAIL_FROM: is needed when SMTP_URL is set']);
  expect(problems({ BOT_URL: 'https://mastodon.example' })).toEqual(['BOT_ACCESS_TOKEN: is needed when BOT_URL is set']);
  expect(problems({ BOT_ACCESS_TOKEN: 'a-secret-token' })).toEqual(['BOT_URL: is needed when BOT_ACCESS_TOKEN is set']);
  for (const url of ['http://mastodon.example', 'https://mastodon.example/api', 'https://somebody:word@mastodon.example', 'https://mastodon.example:8443', 'mastodon.example']) {
    expect(problems({ BOT_URL: url, BOT_ACCESS_TOKEN: 'a-secret-token' })[0]).toMatch(/^BOT_URL: /);
  }
  expect(problems({ BOT_URL: 'https://mastodon.example', BOT_ACCESS_TOKEN: 'two words' })).toEqual(['BOT_ACCESS_TOKEN: must be a token without spaces']);
  expect(problems({ ALLOW_PRIVATE_NETWORK: 'perhaps' })[0]).toMatch(/^ALLOW_PRIVATE_NETWORK: /);
});

test('the public URL loses its closing slash', () => {
  expect(read({ PUBLIC_URL: 'https://chiche.example/' }).publicUrl).toBe('https://chiche.example');
});

test('the bot has a server and a token', () => {
  expect(read({ BOT_URL: 'https://Mastodon.example/', BOT_ACCESS_TOKEN: 'a-secret-token' }).bot).toEqual({ url: 'https://mastodon.example', accessToken: 'a-secret-token' });
});

test('a simulated fediverse is an address and a port', () => {
  expect(read({ ALLOW_PRIVATE_NETWORK: '127.0.0.1:4567' }).privateNetwork).toEqual({ host: '127.0.0.1', port: 4567 });
});

test.each([
  ['https://chiche.example', true],
  ['http://chiche.example', false],
  ['https://localhost:3000', false],
  ['http://127.0.0.1:3000', false],
  ['https://[::1]', false],
])('whether other servers can reach %s', (publicUrl, reachable) => expect(isReachable(publicUrl)).toBe(reachable));
