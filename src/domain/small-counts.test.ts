import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FEW, withoutSmall } from './small-counts.ts';

const counts = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 500 })), { maxLength: 40 });

describe('counts of people beside their sum', () => {
  test.each([
    [[], []],
    [[0, 12, 7], [0, 12, 7]],
    [[3, 12, 7], ['few', 12, 'hidden']],
    [[2, 2, 40], ['few', 'few', 'hidden']],
    [[4, 1, 40], ['few', 'few', 40]],
    [[3], ['few']],
  ])('%j are shown as %j', (all, shown) => expect(withoutSmall(all)).toEqual(shown));

  test('never show one to four, nor let them be worked out', () => {
    fc.assert(
      fc.property(counts, (all) => {
        const shown = withoutSmall(all);
        const hidden = all.filter((_, index) => typeof shown[index] === 'string');
        const visible = shown.filter((n) => typeof n === 'number');
        expect(visible.every((n) => n === 0 || n >= FEW)).toBe(true);
        expect(hidden.every((n) => n > 0)).toBe(true);
        expect(all.every((n, index) => (shown[index] === 'few') === (n > 0 && n < FEW))).toBe(true);
        const people = hidden.reduce((sum, n) => sum + n, 0);
        const couldNotHideMore = visible.every((n) => n === 0);
        expect(hidden.length === 0 || couldNotHideMore || (hidden.length >= 2 && people >= FEW)).toBe(true);
      }),
    );
  });

  test('hide nothing without need', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 5, max: 500 }).chain((n) => fc.constantFrom(0, n))), (all) => {
        expect(withoutSmall(all)).toEqual(all);
      }),
    );
  });
});
