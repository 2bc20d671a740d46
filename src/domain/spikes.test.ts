import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY, HOUR, MINUTE } from './durations.ts';
import type { Point } from './gap.ts';
import { spikesSince } from './spikes.ts';

const START = Date.parse('2023-08-30T16:00:00Z');
const EVER = new Date(0);

/** A series by its steps: how long each takes, and what it brings. */
function series(first: number, steps: readonly (readonly [milliseconds: number, gained: number])[]): Point[] {
  const points = [{ at: new Date(START), count: first }];
  for (const [wait, gained] of steps) {
    const last = points.at(-1) ?? { at: new Date(START), count: first };
    points.push({ at: new Date(last.at.getTime() + wait), count: Math.max(0, last.count + gained) });
  }
  return points;
}

const kinds = (points: readonly Point[]): string[] => spikesSince(points, EVER).map(({ kind }) => kind);
const calm = (hours: number, gained = 5) => Array.from({ length: hours }, () => [HOUR, gained] as const);

describe('what is flagged', () => {
  test('400 within ten minutes, on an account of 3,000 that gains 5 in an hour', () => {
    const points = series(3_000, [...calm(24), [10 * MINUTE, 400]]);
    const [before, after] = points.slice(-2);
    expect(spikesSince(points, EVER)).toEqual([{ kind: 'spike', from: before, to: after, most: 105 }]);
  });

  test('as many who go at once', () => {
    expect(kinds(series(3_000, [...calm(24), [10 * MINUTE, -400]]))).toEqual(['drop']);
  });

  test('that on any calm account of some size', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 500, max: 10_000 }),
        fc.array(fc.tuple(fc.integer({ min: 5, max: 60 }), fc.integer({ min: -3, max: 8 })), { minLength: 4, maxLength: 60 }),
        fc.constantFrom(400, -400),
        (count, steps, gained) => {
          const usual = steps.map(([minutes, each]) => [minutes * MINUTE, each] as const);
          expect(kinds(series(count, [...usual, [10 * MINUTE, gained]]))).toEqual([gained > 0 ? 'spike' : 'drop']);
        },
      ),
    ));

  test('a second attack, which the first one does not excuse', () => {
    const points = series(3_000, [...calm(24), [HOUR, 800], ...calm(3), [HOUR, 1_500]]);
    expect(kinds(points)).toEqual(['spike', 'spike']);
    const [first] = spikesSince(points, EVER);
    expect(spikesSince(points, EVER, first ? [first.to.at] : [])).toEqual([]);
  });

  test('only what ends since a moment', () => {
    const points = series(3_000, [...calm(24), [HOUR, 800], ...calm(3)]);
    expect(spikesSince(points, points.at(-4)?.at ?? EVER)).toHaveLength(1);
    expect(spikesSince(points, points.at(-3)?.at ?? EVER)).toHaveLength(0);
  });
});

describe('what is not flagged', () => {
  test('the campaign that started it all, by the day and by the hour', () => {
    const byDay = [
      { at: '2023-08-28T18:00:00Z', count: 2_895 },
      { at: '2023-08-29T18:00:00Z', count: 2_897 },
      { at: '2023-08-30T18:00:00Z', count: 2_900 },
      { at: '2023-08-31T18:00:00Z', count: 3_800 },
      { at: '2023-09-01T18:00:00Z', count: 4_500 },
      { at: '2023-09-02T07:00:00Z', count: 5_090 },
      { at: '2023-09-04T06:30:00Z', count: 5_876 },
    ].map(({ at, count }) => ({ at: new Date(at), count }));
    expect(kinds(byDay)).toEqual([]);
    const day = [4, 12, 40, 90, 140, 160, 120, 80, 60, 40, 30, 24, 20, 15, 10, 8, 6, 5, 5, 5, 6, 8, 6, 6].map((each) => [HOUR, each] as const);
    expect(kinds(series(2_900, [...calm(24, 0), ...day, ...day]))).toEqual([]);
    expect(kinds(series(5_850, [[DAY, -2], [DAY, -4], [DAY, -4], [13 * HOUR, -4], [2 * DAY, -8]]))).toEqual([]);
  });

  test('a burst that grows from reading to reading, however high it gets', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 100_000 }),
        fc.array(fc.double({ min: 0, max: 2.9, noNaN: true }), { minLength: 1, maxLength: 12 }),
        fc.constantFrom(5 * MINUTE, HOUR, DAY),
        (count, growth, step) => {
          let gained = 20;
          const burst = growth.map((each) => [step, (gained = Math.floor(gained * each))] as const);
          expect(kinds(series(count, [...Array.from({ length: 5 }, () => [step, 20] as const), ...burst]))).toEqual([]);
        },
      ),
    ));

  test('an even pace, whenever it is read, with days missing', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: 0, max: 500 }),
        fc.array(fc.integer({ min: 5, max: 5 * 24 * 60 }), { minLength: 4, maxLength: 40 }),
        (count, perHour, waits) => {
          let minutes = 0;
          const points = waits.map((wait) => ({ at: new Date(START + (minutes += wait) * MINUTE), count: count + Math.round((perHour * minutes) / 60) }));
          expect(kinds(points)).toEqual([]);
        },
      ),
    ));

  test('fewer than a hundred, up or down, on any account', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5_000 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: -100, max: 100 })), { maxLength: 30 }),
        (count, steps) => {
          expect(kinds(series(count, steps.map(([minutes, gained]) => [minutes * MINUTE, gained] as const)))).toEqual([]);
        },
      ),
    ));

  test('an account that has just opened: nothing is usual for it yet', () => {
    expect(kinds(series(0, [[HOUR, 900], [HOUR, 700], [HOUR, 500], [HOUR, 900]]))).toEqual([]);
  });

  test('anything, without readings to compare', () => {
    expect([kinds([]), kinds(series(3_000, [])), kinds(series(3_000, [[MINUTE, 4_000]]))]).toEqual([[], [], []]);
  });
});
