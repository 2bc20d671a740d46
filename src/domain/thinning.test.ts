import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY, HOUR } from './durations.ts';
import { superfluous } from './thinning.ts';

const START = Date.UTC(2023, 8, 1);
const utc = (moment: Date): number => Math.floor(moment.getTime() / DAY);
/** Two hours ahead, as Paris is in summer. */
const paris = (moment: Date): number => Math.floor((moment.getTime() + 2 * HOUR) / DAY);
const hours = (...given: number[]): { at: Date }[] => given.map((hour) => ({ at: new Date(START + hour * HOUR) }));
const hoursOf = (readings: { at: Date }[]): number[] => readings.map(({ at }) => (at.getTime() - START) / HOUR);

test('of each day the last reading stays', () => {
  expect(hoursOf(superfluous(hours(0, 5, 23, 24, 25, 70), [utc], new Set()))).toEqual([0, 5, 24]);
});

test('on every calendar', () => {
  expect(hoursOf(superfluous(hours(20, 21, 22, 23, 24, 44, 45, 46), [utc, paris], new Set()))).toEqual([20, 22, 24, 44]);
});

test('and what something stands on', () => {
  expect(hoursOf(superfluous(hours(0, 1, 2, 3), [utc], new Set([START + HOUR])))).toEqual([0, 2]);
});

test('what is left has the same last reading on each day, and nothing more is superfluous', () => {
  const given = fc.uniqueArray(fc.integer({ min: 0, max: 240 }), { maxLength: 60 }).map((all) => hours(...all.toSorted((a, b) => a - b)));
  const lastOf = (readings: { at: Date }[], dayOf: (moment: Date) => number) => new Map(readings.map(({ at }) => [dayOf(at), at]));
  fc.assert(
    fc.property(given, fc.nat(240), (readings, standing) => {
      const stands = new Set([START + standing * HOUR]);
      const gone = new Set(superfluous(readings, [utc, paris], stands));
      const left = readings.filter((reading) => !gone.has(reading));
      for (const dayOf of [utc, paris]) expect(lastOf(left, dayOf)).toEqual(lastOf(readings, dayOf));
      expect(superfluous(left, [utc, paris], stands)).toEqual([]);
      expect(left.length).toBeLessThanOrEqual(2 * 11 + 1);
    }),
  );
});
