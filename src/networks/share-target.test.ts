import { afterEach, expect, test } from '@jest/globals';
import { startReplay, type Exchange, type Replay } from '../../test/contracts/replay.ts';
import { shareTarget } from './share-target.ts';

let replay: Replay | undefined;
afterEach(() => replay?.close());

const JSON_HEADERS = { 'content-type': 'application/json' };

function get(path: string, body: unknown, status = 200, method = 'GET'): Exchange {
  return { request: { method, url: `https://home.example${path}` }, status, headers: JSON_HEADERS, body };
}

function nodeInfo(software: string, origin = 'https://home.example'): Exchange[] {
  const rel = 'http://nodeinfo.diaspora.software/ns/schema/2.';
  const links = [
    { rel: `${rel}0`, href: `${origin}/nodeinfo/2.0` },
    { rel: `${rel}1`, href: `${origin}/nodeinfo/2.1` },
  ];
  const document = { version: '2.1', software: { name: software } };
  return [get('/.well-known/nodeinfo', { links }), get('/nodeinfo/2.1', document)];
}

async function ask(...exchanges: Exchange[]): Promise<unknown> {
  replay = await startReplay(exchanges, 300);
  return shareTarget('home.example', replay.http);
}

const instance = (max_characters: unknown): unknown => ({
  configuration: { statuses: { max_characters, characters_reserved_per_url: 23 } },
});

test('Mastodon tells its limits in its instance document', async () => {
  expect(await ask(...nodeInfo('mastodon'), get('/api/v2/instance', instance(5000)))).toEqual({
    ok: true,
    value: { target: 'mastodon', maxCharacters: 5000, urlCharacters: 23 },
  });
});

test.each([
  ['missing', get('/api/v2/instance', { error: 'Record not found' }, 404)],
  ['closed', get('/api/v2/instance', { error: 'Unauthorized' }, 401)],
  ['nonsense', get('/api/v2/instance', instance('many'))],
  ['below one', get('/api/v2/instance', instance(0))],
])('an instance document that is %s leaves the limits untold', async (_name, exchange) => {
  expect(await ask(...nodeInfo('mastodon'), exchange)).toEqual({
    ok: true,
    value: { target: 'mastodon', maxCharacters: null, urlCharacters: null },
  });
});

test.each(['pleroma', 'akkoma', 'gotosocial'])('%s tells them in the same document, though it has no share page', async (software) => {
  const target = software === 'gotosocial' ? 'gotosocial' : 'pleroma';
  expect(await ask(...nodeInfo(software), get('/api/v2/instance', instance(8000)))).toEqual({
    ok: true,
    value: { target, maxCharacters: 8000, urlCharacters: 23 },
  });
});

test.each(['misskey', 'Firefish', 'sharkey'])('%s tells its limit in its meta document', async (software) => {
  expect(await ask(...nodeInfo(software), get('/api/meta', { maxNoteTextLength: 8192 }, 200, 'POST'))).toEqual({
    ok: true,
    value: { target: 'misskey', maxCharacters: 8192, urlCharacters: null },
  });
});

test.each([
  ['friendica', 'friendica'],
  ['lemmy', 'lemmy'],
  ['hollo', 'unknown'],
])('%s is shared to as %s', async (software, target) => {
  expect(await ask(...nodeInfo(software))).toMatchObject({ ok: true, value: { target } });
});

test.each([
  ['does not tell its software', [get('/.well-known/nodeinfo', {}, 403)]],
  ['tells nonsense', [get('/.well-known/nodeinfo', { links: 'none' })]],
  ['names a document on another host', nodeInfo('mastodon', 'https://elsewhere.example')],
])('a server that %s is unknown', async (_name, exchanges) => {
  expect(await ask(...exchanges)).toMatchObject({ ok: true, value: { target: 'unknown' } });
});

test('a server that does not answer is a failure', async () => {
  expect(await ask(get('/.well-known/nodeinfo', '', 503))).toMatchObject({ ok: false, error: { type: 'unreachable' } });
});
