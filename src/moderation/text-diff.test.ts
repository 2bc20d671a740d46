import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { diffWords } from './text-diff.ts';

describe('the difference of two texts', () => {
  test('is told by words', () => {
    expect(diffWords('Le ministère doit venir.', 'Le ministère peut venir !')).toEqual([
      { kind: 'same', text: 'Le ministère ' },
      { kind: 'removed', text: 'doit' },
      { kind: 'added', text: 'peut' },
      { kind: 'same', text: ' venir' },
      { kind: 'removed', text: '.' },
      { kind: 'added', text: ' !' },
    ]);
  });

  test('holds both texts whole', () => {
    const words = fc.array(fc.constantFrom('a', 'bé', ' ', '\n', '.', '🐘'), { maxLength: 30 }).map((list) => list.join(''));
    fc.assert(
      fc.property(words, words, (before, after) => {
        const pieces = diffWords(before, after);
        const textOf = (gone: string) => pieces.filter(({ kind }) => kind !== gone).map(({ text }) => text).join('');
        expect(textOf('added')).toBe(before);
        expect(textOf('removed')).toBe(after);
      }),
    );
  });

  test('of two texts too long to compare is both of them', () => {
    const long = 'un mot et '.repeat(2_000);
    expect(diffWords(long, `${long}.`).map(({ kind }) => kind)).toEqual(['removed', 'added']);
  });
});
