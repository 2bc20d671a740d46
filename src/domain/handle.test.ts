import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  formatHandle,
  handleKey,
  handleText,
  parseBlueskyHandle,
  parseFediverseHandle,
  parseXHandle,
  sameHandle,
} from './handle.ts';
import type { FediverseHandle } from './handle.ts';

const letters = [...'abcdefghijklmnopqrstuvwxyz'];
const edge = fc.constantFrom(...letters, ...'ABCXYZ0123456789_');
const inside = fc.constantFrom(...letters, ...'ABCXYZ0123456789_', '-', '.');
const user = fc.tuple(edge, fc.string({ unit: inside, maxLength: 20 }), edge).map((parts) => parts.join(''));
const label = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 12 });
const host = fc.tuple(label, label, fc.constantFrom('fr', 'social', 'example')).map((labels) => labels.join('.'));
const handle: fc.Arbitrary<FediverseHandle> = fc.record({ user, host });

const spellings = [
  (h: FediverseHandle) => `@${h.user}@${h.host}`,
  (h: FediverseHandle) => `${h.user}@${h.host}`,
  (h: FediverseHandle) => `acct:${h.user}@${h.host}`,
  (h: FediverseHandle) => `!${h.user}@${h.host}`,
  (h: FediverseHandle) => `！${h.user}＠${h.host}`,
  (h: FediverseHandle) => `https://${h.host}/c/${h.user}`,
  (h: FediverseHandle) => `https://${h.host}/@${h.user}`,
  (h: FediverseHandle) => `https://${h.host}/@${h.user}/`,
  (h: FediverseHandle) => `http://${h.host.toUpperCase()}/users/${h.user}/followers?page=1#top`,
  (h: FediverseHandle) => `${h.host}/@${h.user}`,
  (h: FediverseHandle) => `https://${h.host}/%40${h.user}/110000000000000001`,
  (h: FediverseHandle) => `https://${h.host}/web/@${h.user}`,
  (h: FediverseHandle) => `https://elsewhere.example/@${h.user}@${h.host}`,
  (h: FediverseHandle) => `https://lemmy.example/u/${h.user}@${h.host}`,
  (h: FediverseHandle) => `@${h.user}@${h.host.toUpperCase()}`,
  (h: FediverseHandle) => `＠${h.user}＠${h.host.replaceAll('.', '。')}`,
  (h: FediverseHandle) => `${h.user} @ ${h.host}`,
];
const wrapping = fc.constantFrom('', ' ', '\u00a0', '\u200b', '\ufeff', '\n', '\t\u202f', '\u2068');
const leading = fc.constantFrom('', '(', '« ', '“', '<');
const trailing = fc.constantFrom('', '.', ',', ' !', '\u202f!', ' »', ').', '…', '>', '/');
const around = fc.tuple(wrapping, leading, trailing);

describe('a fediverse handle', () => {
  test('is understood in every spelling, with whatever keyboards and copying add', () => {
    fc.assert(
      fc.property(handle, fc.constantFrom(...spellings), around, (h, spell, [space, before, after]) => {
        const parsed = parseFediverseHandle(space + before + spell(h) + after + space);
        expect(parsed).toEqual({ ok: true, value: h });
      }),
      { numRuns: 1000 },
    );
  });

  test('reads back from what is shown and from what is stored', () => {
    fc.assert(
      fc.property(handle, (h) => {
        expect(parseFediverseHandle(formatHandle(h))).toEqual({ ok: true, value: h });
        expect(parseFediverseHandle(handleText(h))).toEqual({ ok: true, value: h });
      }),
    );
  });

  test('never throws, and what it accepts is always a public name in canonical form', () => {
    const fragment = fc.constantFrom(...'@ . / : [ ] % é u h.fr 127.0.0.1 https:// acct:'.split(' '), ' ');
    const noise = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fragment).map((parts) => parts.join('')));
    fc.assert(
      fc.property(noise, (text) => {
        const parsed = parseFediverseHandle(text);
        if (!parsed.ok) return;
        expect(parsed.value.user).toMatch(/^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$/);
        expect(parsed.value.host).toMatch(/^([a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63}$/);
        expect(parseFediverseHandle(handleText(parsed.value))).toEqual(parsed);
      }),
      { numRuns: 2000 },
    );
  });

  test('compares without case and keeps the casing of its name', () => {
    fc.assert(
      fc.property(handle, (h) => {
        const shouted = { ...h, user: h.user.toUpperCase() };
        expect(sameHandle(h, shouted)).toBe(true);
        expect(handleKey(shouted)).toBe(handleKey(h));
      }),
    );
    expect(parseFediverseHandle('@LeLibreEdu@Mastodon.Mim-Libre.fr')).toEqual({
      ok: true,
      value: { user: 'LeLibreEdu', host: 'mastodon.mim-libre.fr' },
    });
  });

  test.each([
    ['@claire@éducation.example', 'xn--ducation-90a.example'],
    ['claire@EXÄMPLE.social', 'xn--exmple-cua.social'],
    ['@claire@xn--exmple-cua.social', 'xn--exmple-cua.social'],
    ['https://例え.example/@claire', 'xn--r8jz45g.example'],
  ])('%s is kept with an A-label', (text, expected) => {
    expect(parseFediverseHandle(text)).toEqual({ ok: true, value: { user: 'claire', host: expected } });
  });

  test.each([
    ['', { type: 'empty' }],
    [' \u200b\u00a0', { type: 'empty' }],
    ['@', { type: 'empty' }],
    ['!', { type: 'empty' }],
    ['!claire', { type: 'no-server', user: 'claire' }],
    ['!!claire@mastodon.example', { type: 'malformed' }],
    ['mastodon.example', { type: 'server-only', host: 'mastodon.example' }],
    ['https://Mastodon.example/', { type: 'server-only', host: 'mastodon.example' }],
    ['@claire', { type: 'no-server', user: 'claire' }],
    ['claire', { type: 'no-server', user: 'claire' }],
    ['claire@', { type: 'no-server', user: 'claire' }],
    ['@jean.dupont', { type: 'no-server', user: 'jean.dupont' }],
    ['claire@localhost', { type: 'forbidden-host', host: 'localhost' }],
    ['claire@127.0.0.1', { type: 'forbidden-host', host: '127.0.0.1' }],
    ['claire@0x7f.1', { type: 'forbidden-host', host: '0x7f.1' }],
    ['claire@１２７.1', { type: 'forbidden-host', host: '127.1' }],
    ['http://169.254.169.254/@claire', { type: 'forbidden-host', host: '169.254.169.254' }],
    ['http://[::1]/@claire', { type: 'forbidden-host', host: '[::1]' }],
    ['claire@mastodon.example:8080', { type: 'forbidden-host', host: 'mastodon.example:8080' }],
    ['https://mastodon.example:8080/@claire', { type: 'forbidden-host', host: 'mastodon.example:8080' }],
    ['https://me:secret@mastodon.example/@claire', { type: 'forbidden-host', host: 'mastodon.example' }],
    [`claire@${'a'.repeat(64)}.example`, { type: 'too-long' }],
    [`claire@${'abcdefg.'.repeat(32)}example`, { type: 'too-long' }],
    [`${'a'.repeat(254)}@mastodon.example`, { type: 'too-long' }],
    ['@'.repeat(3000), { type: 'too-long' }],
    ['claire@mastodon..example', { type: 'malformed' }],
    ['claire@-mastodon.example', { type: 'malformed' }],
    ['claire@mast%6fdon.example', { type: 'malformed' }],
    ['claire@mastodon.example/@other', { type: 'malformed' }],
    ['claire@a@mastodon.example', { type: 'malformed' }],
    ['clai re@mastodon.example', { type: 'malformed' }],
    ['clàire@mastodon.example', { type: 'malformed' }],
    ['.claire@mastodon.example', { type: 'malformed' }],
    ['https://mastodon.example/about', { type: 'malformed' }],
    ['https://not a host/@claire', { type: 'malformed' }],
    ['hello world', { type: 'malformed' }],
  ])('%j is refused with its reason', (text, error) => {
    expect(parseFediverseHandle(text)).toEqual({ ok: false, error });
  });

  test.each([
    ['xn--ducation-90a.example', '@claire@éducation.example'],
    ['xn--r8jz45g.example', '@claire@例え.example'],
    ['xn--e1afmkfd.xn--p1ai', '@claire@пример.рф'],
    ['xn--pple-43d.example', '@claire@xn--pple-43d.example'],
    ['xn--80ak6aa92e.example', '@claire@xn--80ak6aa92e.example'],
    ['xn--n3h.example', '@claire@xn--n3h.example'],
  ])('on %s is shown as %s, never in an alphabet that deceives', (host, shown) => {
    expect(formatHandle({ user: 'claire', host })).toBe(shown);
  });
});

describe('a name on X', () => {
  // Without vowels, none of these is the name of one of the site's own pages.
  const name = fc.string({ unit: fc.constantFrom(...'bcdfghjklmnpqrstvwxzBCXZ0129_'), minLength: 1, maxLength: 15 });
  const addresses = [
    (n: string) => n,
    (n: string) => `@${n}`,
    (n: string) => `＠${n} `,
    (n: string) => `@${n}@twitter.com`,
    (n: string) => `https://x.com/@${n}`,
    (n: string) => `https://www.twitter.com/${n}/status/1?lang=fr`,
    (n: string) => `mobile.twitter.com/${n}/`,
  ];

  test('is understood in every spelling and keeps its casing', () => {
    fc.assert(
      fc.property(name, fc.constantFrom(...addresses), (n, spell) => {
        expect(parseXHandle(spell(n))).toEqual({ ok: true, value: n });
      }),
    );
    expect(parseXHandle('https://twitter.com/LeLibreEdu?lang=fr')).toEqual({ ok: true, value: 'LeLibreEdu' });
  });

  test('never throws, and only accepts what the API accepts', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl()), (text) => {
        const parsed = parseXHandle(text);
        if (parsed.ok) expect(parsed.value).toMatch(/^[A-Za-z0-9_]{1,15}$/);
      }),
    );
  });

  test.each([
    ['', { type: 'empty' }],
    ['@', { type: 'empty' }],
    ['https://x.com/', { type: 'server-only', host: 'x.com' }],
    ['https://x.com/home', { type: 'malformed' }],
    ['https://x.com/i/lists/1', { type: 'malformed' }],
    ['https://x.com/intent/follow?screen_name=u', { type: 'malformed' }],
    ['https://twitter.com/search?q=u', { type: 'malformed' }],
    ['https://x.com/Share', { type: 'malformed' }],
    ['claire@mastodon.example', { type: 'forbidden-host', host: 'mastodon.example' }],
    ['https://x.com.evil.example/u', { type: 'forbidden-host', host: 'x.com.evil.example' }],
    ['https://x.com:444/u', { type: 'forbidden-host', host: 'x.com:444' }],
    ['abcdefghijklmnop', { type: 'too-long' }],
    ['a'.repeat(3000), { type: 'too-long' }],
    ['clàire', { type: 'malformed' }],
    ['two names', { type: 'malformed' }],
    ['a@b@x.com', { type: 'malformed' }],
    ['https://not a host/u', { type: 'malformed' }],
  ])('%j is refused with its reason', (text, error) => {
    expect(parseXHandle(text)).toEqual({ ok: false, error });
  });
});

describe('an account on Bluesky', () => {
  const did = fc
    .string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567'), minLength: 24, maxLength: 24 })
    .map((key) => `did:plc:${key}`);
  const known = fc.oneof(host, did, host.map((name) => `did:web:${name}`));
  const addresses = [
    (n: string) => n,
    (n: string) => `@${n}`,
    (n: string) => `＠${n} `,
    (n: string) => n.toUpperCase(),
    (n: string) => `https://bsky.app/profile/${n}`,
    (n: string) => `https://bsky.app/profile/@${n}/`,
    (n: string) => `bsky.app/profile/${encodeURIComponent(n)}/post/3kabc?ref=1#top`,
    (n: string) => `at://${n}`,
    (n: string) => `at://${n}/app.bsky.feed.post/3kabc`,
  ];

  test('is understood in every spelling, in lower case', () => {
    fc.assert(
      fc.property(known, fc.constantFrom(...addresses), around, (n, spell, [space, before, after]) => {
        expect(parseBlueskyHandle(space + before + spell(n) + after + space)).toEqual({ ok: true, value: n });
      }),
      { numRuns: 500 },
    );
  });

  test('never throws, and only accepts names of hosts and DIDs, which read back', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.domain(), did), (text) => {
        const parsed = parseBlueskyHandle(text);
        if (!parsed.ok) return;
        expect(parsed.value).toMatch(/^(?:([a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63}|did:plc:[a-z2-7]{24}|did:web:[a-z0-9.-]+)$/);
        expect(parseBlueskyHandle(parsed.value)).toEqual(parsed);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['', { type: 'empty' }],
    ['@', { type: 'empty' }],
    ['claire', { type: 'no-server', user: 'claire' }],
    ['@claire', { type: 'no-server', user: 'claire' }],
    ['https://bsky.app/', { type: 'server-only', host: 'bsky.app' }],
    ['https://bsky.app/search?q=claire', { type: 'malformed' }],
    ['https://bsky.app/profile/', { type: 'malformed' }],
    ['https://mastodon.example/@claire', { type: 'forbidden-host', host: 'mastodon.example' }],
    ['mastodon.example/@claire', { type: 'forbidden-host', host: 'mastodon.example' }],
    ['https://bsky.app.evil.example/profile/claire.bsky.social', { type: 'forbidden-host', host: 'bsky.app.evil.example' }],
    ['@claire@mastodon.example', { type: 'forbidden-host', host: 'mastodon.example' }],
    ['claire.127.0.0.1', { type: 'forbidden-host', host: 'claire.127.0.0.1' }],
    ['did:plc:tooshort', { type: 'malformed' }],
    ['did:web:', { type: 'malformed' }],
    ['did:web:localhost', { type: 'forbidden-host', host: 'localhost' }],
    ['did:key:z6Mk', { type: 'malformed' }],
    ['cl aire.bsky.social', { type: 'malformed' }],
    ['a'.repeat(3000), { type: 'too-long' }],
  ])('%j is refused with its reason', (text, error) => {
    expect(parseBlueskyHandle(text)).toEqual({ ok: false, error });
  });
});
