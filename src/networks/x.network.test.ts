import { afterEach, describe, expect, test } from '@jest/globals';
import { startReplay, type Exchange, type Replay } from '../../test/contracts/replay.ts';
import { network } from './x.network.ts';

const NOW = new Date('2023-09-02T10:00:00Z');
const API = { url: 'https://api.x.example', bearerToken: 'token-of-the-operator' };

let replay: Replay | undefined;
afterEach(() => replay?.close());

function account(handle: string): { handle: string; actorUri: null; remoteId: null } {
  return { handle, actorUri: null, remoteId: null };
}

function answering(names: string, body: unknown): Exchange {
  const url = `${API.url}/2/users/by?usernames=${names}&user.fields=public_metrics,protected,withheld`;
  return {
    request: { method: 'GET', url },
    demands: { authorization: `Bearer ${API.bearerToken}` },
    status: 200,
    headers: { 'content-type': 'application/json' },
    body,
  };
}

function user(username: string, followers: unknown): object {
  return { id: `id-of-${username}`, name: username, username, public_metrics: { followers_count: followers } };
}

function notFound(value: string, detail: string): object {
  return { value, detail, title: '', type: 'https://api.twitter.com/2/problems/resource-not-found' };
}

describe('with a token', () => {
  test('one call reads many accounts, each for itself', async () => {
    replay = await startReplay(
      [
        answering('lelibreedu,Louvre,CNRS,nobody,banned,forgotten', {
          data: [user('LeLibreEdu', 5832), user('louvre', 'many'), user('uninvited', 1), user('cnrs', 0)],
          errors: [
            notFound('NOBODY', 'Could not find user with usernames: [NOBODY].'),
            notFound('banned', 'User has been suspended: [banned].'),
            'what is this',
          ],
        }),
      ],
      2_000,
    );
    const asked = ['lelibreedu', 'Louvre', 'CNRS', 'nobody', 'banned', 'forgotten'].map(account);
    const counts = await network.followers(asked, { http: replay.http, now: NOW, xApi: API });
    const read = (handle: string, remoteId: string, followers: number) => [
      handle,
      { ok: true, value: { handle, actorUri: null, remoteId, limited: false, followers } },
    ];
    const unread = (handle: string, error: object) => [handle, { ok: false, error }];
    expect([...counts]).toEqual([
      read('lelibreedu', 'id-of-LeLibreEdu', 5832),
      unread('Louvre', { type: 'unreadable', detail: 'x-user' }),
      read('CNRS', 'id-of-cnrs', 0),
      unread('nobody', { type: 'gone' }),
      unread('banned', { type: 'suspended' }),
      unread('forgotten', { type: 'unreadable', detail: 'not-in-answer' }),
    ]);
    expect(replay.requests()).toBe(1);
  });

  test('as many fit in a call as X takes', () => {
    expect(network.batch).toBe(100);
    expect(network.onceADay).toBe(true);
  });

  test('the token follows no redirect', async () => {
    const { request, demands } = answering('lelibreedu', null);
    const stolen = { ...answering('lelibreedu', { data: [user('lelibreedu', 1)] }), request: { method: 'GET', url: 'https://thief.example/' } };
    const redirect = { request, demands: demands ?? {}, status: 302, headers: { location: 'https://thief.example/' }, body: '' };
    replay = await startReplay([redirect, stolen], 2_000);
    const counts = await network.followers([account('lelibreedu')], { http: replay.http, now: NOW, xApi: API });
    expect(counts.get('lelibreedu')).toEqual({ ok: false, error: { type: 'unreadable', detail: 'status-302' } });
    expect(replay.differences().unasked).toEqual(['GET https://thief.example/']);
  });

  test('looking an account up costs nothing', async () => {
    replay = await startReplay([], 2_000);
    const found = await network.find('lelibreedu', { http: replay.http, now: NOW, xApi: API });
    expect(found).toMatchObject({ ok: true, value: { handle: 'lelibreedu', followers: null } });
    expect(replay.requests()).toBe(0);
  });
});

test('without a token nobody is asked, however many are wanted', async () => {
  replay = await startReplay([], 2_000);
  const counts = await network.followers(['lelibreedu', 'louvre'].map(account), { http: replay.http, now: NOW, xApi: null });
  const failure = { ok: false, error: { type: 'read-by-people' } };
  expect([...counts]).toEqual([
    ['lelibreedu', failure],
    ['louvre', failure],
  ]);
  expect(replay.requests()).toBe(0);
});
