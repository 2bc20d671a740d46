import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Dispatcher } from 'undici';
import { startAskedWorld, type AskedWorld } from '../../../test/support/servers/asked-world.ts';
import { MastodonServer } from '../../../test/support/servers/mastodon-server.ts';
import { MisskeyServer } from '../../../test/support/servers/misskey-server.ts';
import { createGuardedDispatcher } from '../../platform/http-dispatcher.ts';
import { mastodonPublisher } from './mastodon-publisher.ts';
import { misskeyPublisher } from './misskey-publisher.ts';
import type { Publisher } from './publisher.ts';

const MESSAGE = { handle: 'ada@pouet.example', text: 'It is open.', language: 'en' };
const NOBODY = { ok: false, error: { type: 'rejected' } };

let asked: AskedWorld;
let dispatcher: Dispatcher;

beforeAll(async () => {
  asked = await startAskedWorld(new Date('2023-09-02T07:30:00Z'));
  dispatcher = createGuardedDispatcher({ privateNetwork: { host: 'localhost', port: asked.world.port } });
  for (const user of ['ada', 'eve']) {
    const people = asked.world.servers.get('pouet.example') ?? asked.world.add(new MastodonServer(asked.world, 'pouet.example'));
    (people as MastodonServer).addPerson(user);
  }
});
afterAll(async () => {
  await dispatcher.destroy();
  await asked.close();
});
beforeEach(() => {
  for (const trouble of [asked.world.down, asked.world.lost]) trouble.clear();
});

const until = (): AbortSignal => AbortSignal.timeout(20_000);

describe('a message of an account on Mastodon', () => {
  let server: MastodonServer;
  let publisher: (scopes?: readonly string[]) => Publisher;

  beforeEach(() => {
    server = asked.world.add(new MastodonServer(asked.world, 'bots.example'));
    const bot = server.addPerson('chiche');
    publisher = (scopes = ['write:statuses']) => {
      const account = { origin: 'https://bots.example', flow: 'mastodon', token: server.giveToken(bot, scopes) } as const;
      return mastodonPublisher(account, { ...asked.asking, dispatcher, until: until() });
    };
  });

  test('is seen by one person, and is one however often it is sent under its key', async () => {
    asked.world.lost.add('POST /api/v1/statuses');
    expect(await publisher().tell(MESSAGE, 'a key')).toMatchObject({ ok: false, error: { type: 'no-answer' } });
    asked.world.lost.clear();
    expect(await publisher().tell(MESSAGE, 'a key')).toEqual({ ok: true, value: null });
    expect(server.posts.all).toMatchObject([{ text: '@ada@pouet.example It is open.', visibility: 'direct', language: 'en', mentions: [{ user: 'ada' }] }]);
  });

  test('reaches nobody whom the server does not find, which it says of them alone', async () => {
    expect(await publisher().tell({ ...MESSAGE, handle: 'nobody@pouet.example' }, 'a key')).toMatchObject(NOBODY);
    asked.world.down.add('pouet.example');
    expect(await publisher().tell(MESSAGE, 'another key')).toMatchObject(NOBODY);
    expect(await publisher(['profile']).tell(MESSAGE, 'a third key')).toEqual({ ok: false, error: { type: 'refused' } });
  });
});

describe('a message of an account on Misskey', () => {
  let server: MisskeyServer;
  let publisher: (permissions?: readonly string[]) => Publisher;

  beforeEach(() => {
    server = asked.world.add(new MisskeyServer(asked.world, 'misskey.example'));
    const bot = server.addPerson('chiche');
    publisher = (permissions = ['write:notes']) =>
      misskeyPublisher({ origin: 'https://misskey.example', token: server.giveToken(bot, permissions) }, { ...asked.asking, until: until() });
  });

  test('is seen by one person, whom the server looks up', async () => {
    expect(await publisher().tell(MESSAGE, 'a key')).toEqual({ ok: true, value: null });
    const shown = asked.world.seen.find(({ path }) => path === '/api/users/show');
    expect(shown?.fields).toMatchObject({ username: 'ada', host: 'pouet.example' });
    const [note] = server.notes;
    expect(server.notes).toMatchObject([{ text: '@ada@pouet.example It is open.', visibility: 'specified' }]);
    expect(note?.visibleUserIds).toEqual([`x${Buffer.from('ada@pouet.example').toString('hex')}`]);
  });

  test('is not written where nobody is found, nor where the account may not', async () => {
    expect(await publisher().tell({ ...MESSAGE, handle: 'nobody@pouet.example' }, 'a key')).toMatchObject(NOBODY);
    expect(await publisher(['read:account']).tell(MESSAGE, 'a key')).toEqual({ ok: false, error: { type: 'refused' } });
    // Nothing was sent while somebody was looked for.
    asked.world.lost.add('POST /api/users/show');
    expect(await publisher().tell(MESSAGE, 'a key')).toMatchObject({ ok: false, error: { type: 'not-reached' } });
    asked.world.lost.clear();
    server.isLimited = true;
    expect(await publisher().tell(MESSAGE, 'a key')).toMatchObject({ ok: false, error: { type: 'rate-limited' } });
    expect(server.notes).toEqual([]);
  });

  test('of which no answer came may be there', async () => {
    asked.world.lost.add('POST /api/notes/create');
    expect(await publisher().tell(MESSAGE, 'a key')).toMatchObject({ ok: false, error: { type: 'no-answer' } });
    expect(server.notes).toHaveLength(1);
  });
});
