import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatHandle, handleText, parseFediverseHandle } from './handle.ts';
import { parseSupporterHandle } from './supporter-handle.ts';

const alice = { user: 'alice.bsky.social', host: 'bsky.app' };

describe('somebody of Bluesky', () => {
  test.each([
    'alice.bsky.social',
    '@alice.bsky.social',
    ' @Alice.Bsky.Social, ',
    'https://bsky.app/profile/alice.bsky.social',
    'bsky.app/profile/@alice.bsky.social/post/3kabc?ref=1',
    'at://alice.bsky.social/app.bsky.feed.post/3kabc',
    '@alice@bsky.social',
    '@alice.bsky.social@bsky.app',
    '@alice.bsky.social@bsky.brid.gy',
  ])('%s', (typed) => {
    expect(parseSupporterHandle(typed)).toEqual({ ok: true, value: alice });
  });

  test.each(['https://bsky.app/profile/alice.example', 'at://alice.example', '@alice.example@bsky.brid.gy'])('with a domain of their own: %s', (typed) => {
    expect(parseSupporterHandle(typed)).toEqual({ ok: true, value: { user: 'alice.example', host: 'bsky.app' } });
  });

  test('is shown as Bluesky shows them, and read again as they are kept', () => {
    expect(formatHandle(alice)).toBe('@alice.bsky.social');
    expect(parseSupporterHandle(formatHandle(alice))).toEqual({ ok: true, value: alice });
    expect(parseFediverseHandle(handleText(alice))).toEqual({ ok: true, value: alice });
  });
});

describe('what may be meant for the fediverse is not taken for Bluesky', () => {
  test.each([
    ['mastodon.social', { type: 'server-only', host: 'mastodon.social' }],
    ['alice.example', { type: 'server-only', host: 'alice.example' }],
    ['bsky.social', { type: 'server-only', host: 'bsky.social' }],
    ['@alice.example', { type: 'no-server', user: 'alice.example' }],
    ['@alice', { type: 'no-server', user: 'alice' }],
    ['alice.notbsky.social.example', { type: 'server-only', host: 'alice.notbsky.social.example' }],
    ['at://did:plc:ewvi7nxzyoun6zhxrhs64oiz', { type: 'malformed' }],
    ['https://bsky.app/profile/did:plc:ewvi7nxzyoun6zhxrhs64oiz', { type: 'malformed' }],
    ['@a_b@bsky.social', { type: 'malformed' }],
    ['https://bsky.app/', { type: 'server-only', host: 'bsky.app' }],
  ])('%s', (typed, error) => {
    expect(parseSupporterHandle(typed)).toEqual({ ok: false, error });
  });

  test('every handle of another host is read as ever', () => {
    const host = fc.domain().filter((name) => !/(^|\.)(bsky\.(app|social|brid\.gy))$/.test(name));
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9_]{1,20}$/), host, (user, name) => {
        const typed = `@${user}@${name}`;
        expect(parseSupporterHandle(typed)).toEqual(parseFediverseHandle(typed));
      }),
    );
  });
});
