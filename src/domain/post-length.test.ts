import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  LEMMY_TITLE_RULES,
  POST_RULES,
  SHARING_TARGETS,
  postLength,
  shorten,
  withServerLimits,
} from './post-length.ts';
import type { SharingTarget } from './post-length.ts';

const url = 'https://chiche.example/c/lelibreedu?from=share';
const mention = '@lelibreedu@mastodon.mim-libre.fr';
const family = '👨‍👩‍👧‍👦';
const lengthOn = (target: SharingTarget, text: string) => postLength(text, POST_RULES[target]).length;

describe('a post is counted as its target counts it', () => {
  test.each<[SharingTarget, string, number]>([
    ['mastodon', url, 23],
    ['mastodon', `(${url}).`, 26],
    ['mastodon', 'http://a.fr', 23],
    ['mastodon', mention, 11],
    ['mastodon', `${mention}, ${mention}.`, 25],
    ['mastodon', family, 1],
    ['mastodon', 'e\u0301', 1],
    ['mastodon', 'me@mastodon.example', 19],
    ['mastodon', `${url} ${mention} #LeLibreÉdu ${family}`, 23 + 1 + 11 + 1 + 11 + 1 + 1],
    ['bluesky', url, url.length],
    ['bluesky', family, 1],
    ['misskey', mention, mention.length],
    ['misskey', family, family.length],
    ['pleroma', url, url.length],
    ['x', url, 23],
    ['x', family, 2],
    ['x', '🇫🇷👍🏽', 4],
    ['x', '日本', 4],
    ['x', 'e\u0301 – « oui » ’', 13],
    ['x', '…', 2],
    ['x', mention, mention.length],
  ])('%s: %s', (target, text, length) => {
    expect(lengthOn(target, text)).toBe(length);
  });

  test('up to its limit', () => {
    const limits = { mastodon: 500, misskey: 3000, lemmy: 10_000, bluesky: 300, x: 280, pleroma: 5000 };
    for (const [target, limit] of Object.entries(limits)) {
      const rules = POST_RULES[target as SharingTarget];
      expect(postLength('a'.repeat(limit), rules)).toEqual({ length: limit, limit, fits: true });
      expect(postLength('a'.repeat(limit + 1), rules).fits).toBe(false);
    }
    expect(postLength('a'.repeat(201), LEMMY_TITLE_RULES).fits).toBe(false);
    expect(postLength('a'.repeat(200_000), POST_RULES.friendica).fits).toBe(true);
  });

  test('and on Bluesky in bytes too', () => {
    expect(postLength(family.repeat(120), POST_RULES.bluesky)).toEqual({ length: 120, limit: 300, fits: true });
    expect(postLength(family.repeat(121), POST_RULES.bluesky)).toEqual({ length: 121, limit: 300, fits: false });
  });

  test('or as its server says', () => {
    const rules = withServerLimits(POST_RULES.mastodon, { maxCharacters: 1000, urlCharacters: 30 });
    expect(postLength(url, rules)).toEqual({ length: 30, limit: 1000, fits: true });
    expect(withServerLimits(POST_RULES.mastodon, { maxCharacters: null, urlCharacters: null })).toEqual(POST_RULES.mastodon);
    expect(withServerLimits(POST_RULES.pleroma, { maxCharacters: null, urlCharacters: 25 }).urlLength).toBeNull();
  });
});

const word = fc.oneof(
  fc.constantFrom(url, `(${url})`, 'http://a.fr/x.', mention, '@claire', '#LeLibreÉdu', family, '日本語', '\n', '«\u00a0'),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.lorem({ maxCount: 5 }),
);
const text = fc.array(word, { maxLength: 25 }).map((words) => words.join(' '));
const rules = fc
  .tuple(fc.constantFrom(...SHARING_TARGETS), fc.nat({ max: 120 }), fc.option(fc.nat({ max: 300 })))
  .map(([target, limit, maxBytes]) => ({ ...POST_RULES[target], limit, maxBytes }));

test('European text is counted as a segmenter counts it', () => {
  const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
  const character = fc.oneof(
    fc.integer({ min: 0x20, max: 0x36f }),
    fc.integer({ min: 0x2000, max: 0x2070 }),
    fc.constantFrom(0x0a, 0x0d),
  );
  fc.assert(
    fc.property(fc.array(character, { maxLength: 30 }).map((codes) => String.fromCodePoint(...codes)), (written) => {
      const rules = { ...POST_RULES.bluesky, urlLength: null };
      expect(postLength(written, rules).length).toBe([...segmenter.segment(written)].length);
    }),
    { numRuns: 1000 },
  );
});

describe('a post too long', () => {
  test('is cut between words', () => {
    const short = { ...POST_RULES.mastodon, limit: 40 };
    expect(shorten('Nous parlerons de Mastodon quand le compte sera suivi', short)).toBe(
      'Nous parlerons de Mastodon quand le…',
    );
    expect(shorten(`Nous y sommes presque\u00a0: ${url} et plus`, short)).toBe('Nous y sommes presque\u00a0:…');
    expect(shorten(`On y va\u00a0: ${url} malheureusement`, short)).toBe(`On y va\u00a0: ${url} …`);
    expect(shorten('日'.repeat(50), short)).toBe(`${'日'.repeat(37)}…`);
  });

  test('always fits once it is cut, and is left alone when it fits', () => {
    fc.assert(
      fc.property(text, rules, (post, limits) => {
        const shortened = shorten(post, limits);
        if (postLength(post, limits).fits) return expect(shortened).toBe(post);
        expect(shortened === '' || postLength(shortened, limits).fits).toBe(true);
        if (shortened !== '') expect(shortened.endsWith('…')).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('keeps a beginning of the text that ends inside no address, mention, hashtag or grapheme', () => {
    const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
    const startsOf = (whole: string) => Array.from(segmenter.segment(whole), ({ index }) => index);
    const tokens = fc.constantFrom(url, mention, '#LeLibreÉdu', '@claire', family, 'mot', 'e\u0301té', '日本語');
    fc.assert(
      fc.property(fc.array(tokens, { maxLength: 25 }), rules, (words, limits) => {
        const post = words.join(' ');
        const shortened = shorten(post, limits);
        if (shortened === post || shortened === '') return;
        const kept = shortened.replace(/ ?…$/u, '');
        expect(post.startsWith(kept)).toBe(true);
        expect(startsOf(post)).toContain(kept.length);
        const lastWord = kept.split(' ').at(-1) ?? '';
        if (/^(https|[@#])/.test(lastWord)) expect(words).toContain(lastWord);
      }),
      { numRuns: 1000 },
    );
  });
});
