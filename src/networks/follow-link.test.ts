import { afterEach, describe, expect, test } from '@jest/globals';
import { startReplay, type Exchange, type Replay } from '../../test/contracts/replay.ts';
import { followLink, leadsTo, type FollowLink, type FollowLinkFailure } from './follow-link.ts';
import type { Result } from '../domain/result.ts';

const SUPPORTER = { user: 'ada', host: 'home.example' };
const WEBFINGER = {
  method: 'GET',
  url: 'https://home.example/.well-known/webfinger?resource=acct%3Aada%40home.example',
};
const TARGET = { handle: 'lelibreedu@education.example', actorUri: 'https://social.education.example/ap/users/115' };
const ENCODED = encodeURIComponent(TARGET.actorUri);
const FOLLOW = 'https://w3id.org/fep/3b86/Follow';
const OBJECT = 'https://w3id.org/fep/3b86/Object';
const SUBSCRIBE = 'http://ostatus.org/schema/1.0/subscribe';
const SELF = { rel: 'self', type: 'application/activity+json', href: 'https://api.home.example/users/ada' };

let replay: Replay | undefined;
afterEach(() => replay?.close());

async function ask(
  links: readonly object[],
  answer: Partial<Exchange> = {},
  target: { handle: string; actorUri: string | null } = TARGET,
): Promise<Result<FollowLink, FollowLinkFailure>> {
  const exchange: Exchange = {
    request: WEBFINGER,
    status: 200,
    headers: { 'content-type': 'application/jrd+json' },
    body: { subject: 'acct:ada@home.example', links },
    ...answer,
  };
  replay = await startReplay([exchange], 300);
  return followLink(SUPPORTER, target, replay.http);
}

describe('the supporter’s server', () => {
  test.each([
    ['Mastodon', { rel: SUBSCRIBE, template: 'https://home.example/authorize_interaction?uri={uri}' }],
    ['Misskey', { rel: SUBSCRIBE, template: 'https://home.example/authorize-follow?acct={uri}' }],
    ['Pleroma', { rel: SUBSCRIBE, template: 'https://home.example/ostatus_subscribe?acct={uri}' }],
    ['PeerTube', { rel: SUBSCRIBE, template: 'https://home.example/remote-interaction?uri={uri}' }],
    ['Lemmy', { rel: SUBSCRIBE, template: 'https://api.home.example/activitypub/externalInteraction?uri={uri}' }],
  ])('%s is followed from by its subscribe template', async (_name, link) => {
    const url = link.template.replace('{uri}', ENCODED);
    expect(await ask([SELF, link])).toEqual({ ok: true, value: { url, how: 'subscribe' } });
  });

  test('prefers to be asked by a Follow intent, then subscribe, then Object', async () => {
    const follow = { rel: FOLLOW, template: 'https://home.example/follow?who={object}&then={on-success}' };
    const subscribe = { rel: SUBSCRIBE, template: 'https://home.example/subscribe?uri={uri}' };
    const object = { rel: OBJECT, template: 'https://home.example/object?uri={object}' };
    expect(await ask([object, subscribe, follow])).toEqual({
      ok: true,
      value: { url: `https://home.example/follow?who=${ENCODED}&then=`, how: 'fep-3b86-follow' },
    });
    await replay?.close();
    expect(await ask([object, subscribe])).toMatchObject({ value: { how: 'subscribe' } });
    await replay?.close();
    expect(await ask([SELF, object])).toMatchObject({ value: { how: 'fep-3b86-object' } });
  });

  test('may give its intent in href, as the text of FEP-3b86 has it', async () => {
    const href = 'https://home.example/intents/follow?on-success={on-success}&object={object}';
    expect(await ask([{ rel: FOLLOW, href }])).toEqual({
      ok: true,
      value: { url: `https://home.example/intents/follow?on-success=&object=${ENCODED}`, how: 'fep-3b86-follow' },
    });
  });

  test('is guessed to be like Mastodon when it says nothing, on the host where its accounts live', async () => {
    expect(await ask([SELF])).toEqual({
      ok: true,
      value: { url: `https://api.home.example/authorize_interaction?uri=${ENCODED}`, how: 'guessed' },
    });
  });

  test('gets the handle of an account whose ActivityPub id is not known, where a handle will do', async () => {
    const target = { handle: TARGET.handle, actorUri: null };
    const links = [
      { rel: FOLLOW, template: 'https://home.example/follow?who={object}' },
      { rel: SUBSCRIBE, template: 'https://home.example/subscribe?uri={uri}' },
    ];
    expect(await ask(links, {}, target)).toEqual({
      ok: true,
      value: { url: 'https://home.example/subscribe?uri=lelibreedu%40education.example', how: 'subscribe' },
    });
  });
});

describe('no link is made', () => {
  test.each([
    'https://evil.example/login?next={uri}',
    'https://home.example.evil.example/{uri}',
    'https://home.example@evil.example/{uri}',
    'https://ada:secret@home.example/{uri}',
    'https://home.example:8443/{uri}',
    'http://home.example/{uri}',
    'javascript:alert("{uri}")',
    '//home.example/{uri}',
    '{uri}',
  ])('of a template that leads away: %s', async (template) => {
    expect(await ask([SELF, { rel: SUBSCRIBE, template }])).toEqual({ ok: false, error: { type: 'refused' } });
  });

  test.each<[string, Partial<Exchange>, FollowLinkFailure['type']]>([
    ['there is no such account', { status: 404 }, 'no-such-account'],
    ['the account was deleted', { status: 410 }, 'no-such-account'],
    ['the server is down', { status: 502 }, 'unreachable'],
    ['the server has had enough', { status: 429 }, 'unreachable'],
    ['the server is slow', { stalls: true }, 'unreachable'],
    ['the server wants to know who asks', { status: 401 }, 'refused'],
    ['the answer is a page', { headers: { 'content-type': 'text/html' }, body: '<h1>Hello</h1>' }, 'unreadable'],
    ['the answer is a list', { body: [] }, 'unreadable'],
    ['the account is of another protocol', { body: { subject: 'acct:ada@home.example', links: [] } }, 'unreadable'],
  ])('when %s', async (_name, answer, type) => {
    expect(await ask([SELF], answer)).toEqual({ ok: false, error: { type } });
  });

  test('for whom a shorter patience is over', async () => {
    const silence = { request: WEBFINGER, status: 200, headers: {}, body: '', stalls: true };
    replay = await startReplay([silence], 10_000);
    expect(await followLink(SUPPORTER, TARGET, replay.http, AbortSignal.timeout(100))).toEqual({
      ok: false,
      error: { type: 'unreachable' },
    });
  });
});

describe('from Bluesky', () => {
  const alice = { user: 'alice.bsky.social', host: 'bsky.app' };
  const name = 'mid-fr.social.education.example.ap.brid.gy';
  const target = { handle: 'Mid_fr@social.education.example', actorUri: null };
  const request = { method: 'GET', url: `https://public.api.bsky.app/xrpc/app.bsky.actor.getProfile?actor=${name}` };
  const headers = { 'content-type': 'application/json' };

  test('the account is followed where a bridge shows it', async () => {
    replay = await startReplay([{ request, status: 200, headers, body: { did: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz', handle: name, followersCount: 3 } }], 300);
    expect(await followLink(alice, target, replay.http)).toEqual({ ok: true, value: { url: `https://bsky.app/profile/${name}`, how: 'bridged' } });
    expect(leadsTo(`https://bsky.app/profile/${name}`, target)).toBe(true);
    expect(leadsTo(`https://bsky.app/profile/${name}`, { ...target, handle: 'other@social.education.example' })).toBe(false);
  });

  test('and is not there where none does', async () => {
    replay = await startReplay([{ request, status: 400, headers, body: { error: 'InvalidRequest', message: 'Profile not found' } }], 300);
    expect(await followLink(alice, target, replay.http)).toEqual({ ok: false, error: { type: 'no-such-account' } });
  });
});
