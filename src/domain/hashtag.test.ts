import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { camelCase, hashtagOf } from './hashtag.ts';
import { postPieces } from './post-length.ts';

describe('a hashtag that was typed', () => {
  test.each([
    ['plus de monde sur Mastodon', 'PlusDeMondeSurMastodon'],
    ['#plus #de #monde', 'PlusDeMonde'],
    ['public-money, public code!', 'PublicMoneyPublicCode'],
    ['l’école libre', 'LÉcoleLibre'],
    ['le CNRS passe à Mastodon', 'LeCNRSPasseÀMastodon'],
    ['20 ans déjà', '20AnsDéjà'],
    ['straße ßa', 'Straßeßa'],
    ['#TriompheModeste', 'TriompheModeste'],
    ['chiche', 'chiche'],
    ['plus_de_monde', 'plus_de_monde'],
    ['#chiche !', 'chiche'],
    ['e\u0301cole', 'école'],
    ['हिन्दी में', 'हिन्दीमें'],
  ])('%j is %j', (typed, tag) => expect(hashtagOf(typed)).toBe(tag));

  test.each(['', '#', '2026', '12 34', '!?', '_'])('%j is none', (typed) => expect(hashtagOf(typed)).toBeNull());

  const letter = fc.constantFrom(...'abcdefzéàñßœABCÉÜ0123_');
  const word = fc.string({ unit: letter, minLength: 1, maxLength: 12 });
  const between = fc.constantFrom(' ', '  ', ' #', '-', ', ', '’', '\u202f', '\n');

  test('of several words has them all, each with a capital, and is one hashtag everywhere', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 2, maxLength: 6 }), between, (words, gap) => {
        const tag = hashtagOf(words.join(gap));
        if (tag === null) return expect(words.join('')).not.toMatch(/\p{L}/u);
        expect(tag.toLowerCase()).toBe(words.join('').toLowerCase());
        expect(tag).toBe(camelCase(words));
        let at = 0;
        for (const each of words) {
          expect(tag[at]).not.toMatch(/[a-zà-öø-þœ]/);
          at += each.length;
        }
        expect(postPieces(`#${tag}`)).toEqual([{ kind: 'hashtag', text: `#${tag}` }]);
      }),
    );
  });

  test('of one word is that word, and one that was made stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), word, (anything, single) => {
        if (/\p{L}/u.test(single)) expect(hashtagOf(`#${single}`)).toBe(single);
        const tag = hashtagOf(anything);
        expect(tag === null).toBe(!/\p{L}/u.test(anything.normalize('NFC')));
        if (tag !== null) expect(hashtagOf(tag)).toBe(tag);
      }),
    );
  });
});
