import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { network } from '../../src/networks/networks.ts';
import { startReplay, type Exchange, type Replay } from './replay.ts';

interface Fixture {
  readonly handle: string;
  readonly expected: { readonly actorUri: string; readonly followers: number };
  readonly exchanges: readonly Exchange[];
}

const NOW = new Date('2023-09-02T10:00:00Z');
const TIMEOUT_MS = 2_000;

let replay: Replay | undefined;
afterEach(() => replay?.close());

function fixture(path: string): Fixture {
  return JSON.parse(readFileSync(new URL(`fixtures/${path}.json`, import.meta.url), 'utf8')) as Fixture;
}

describe.each(['gotosocial/ok', 'pixelfed/ok', 'friendica/ok', 'activitypub/ok.authorized-fetch'])('%s', (path) => {
  const [id = ''] = path.split('/');
  const { handle, expected, exchanges } = fixture(path);

  test('costs two requests once the account is known: its actor, and its followers', async () => {
    replay = await startReplay(exchanges, TIMEOUT_MS);
    const known = { handle, actorUri: expected.actorUri, remoteId: null };
    const counts = await network(id).followers([known], { http: replay.http, now: NOW, xApi: null });
    expect(counts.get(handle)).toMatchObject({ ok: true, value: { followers: expected.followers } });
    expect(replay.requests()).toBe(2);
    expect(replay.differences().unasked).toEqual([`GET ${exchanges[0]?.request.url}`]);
  });
});

test.each(['gotosocial/ok', 'activitypub/ok.authorized-fetch'])('%s is refused to whoever does not sign', async (path) => {
  const [id = ''] = path.split('/');
  const { handle, exchanges } = fixture(path);
  replay = await startReplay(exchanges, TIMEOUT_MS, false);
  const found = await network(id).find(handle, { http: replay.http, now: NOW, xApi: null });
  expect(found).toEqual({ ok: false, error: { type: 'refused' } });
});
