import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY, HOUR } from './durations.ts';
import { isOld, silences } from './silence.ts';

const START = Date.parse('2023-08-30T18:00:00Z');
const at = (milliseconds: number): Date => new Date(START + milliseconds);
const readings = (...offsets: number[]) => offsets.map((offset) => ({ at: at(offset) }));

describe('a silence', () => {
  test('is what interrupts hourly readings for more than two days', () => {
    const series = readings(0, HOUR, 2 * HOUR, 2 * HOUR + 3 * DAY, 3 * HOUR + 3 * DAY);
    expect(silences(series)).toEqual([{ from: at(2 * HOUR), to: at(2 * HOUR + 3 * DAY) }]);
    expect(silences(readings(0, HOUR, 2 * HOUR, 2 * HOUR + 2 * DAY, 3 * HOUR + 2 * DAY))).toEqual([]);
  });

  test('is longer than three of the usual intervals', () => {
    const daily = [0, 1, 2, 3].map((day) => day * DAY);
    expect(silences(readings(...daily, 6 * DAY))).toEqual([]);
    expect(silences(readings(...daily, 6 * DAY + 1))).toEqual([{ from: at(3 * DAY), to: at(6 * DAY + 1) }]);
  });

  test('is not told of where nobody knows what is usual', () => {
    expect(silences([])).toEqual([]);
    expect(silences(readings(0))).toEqual([]);
    expect(silences(readings(0, HOUR, 30 * DAY))).toEqual([]);
  });

  test('may come several times, but never most of the time', () => {
    const offsets = fc.array(fc.integer({ min: 1, max: 90 * DAY }), { maxLength: 150 });
    fc.assert(
      fc.property(offsets, (lengths) => {
        let time = 0;
        const series = readings(0, ...lengths.map((length) => (time += length)));
        const found = silences(series);
        expect(found.length).toBeLessThanOrEqual(lengths.length / 2);
        for (const { from, to } of found) {
          expect(to.getTime() - from.getTime()).toBeGreaterThan(2 * DAY);
          expect(series.some((reading) => reading.at > from && reading.at < to)).toBe(false);
        }
      }),
    );
  });
});

test.each([
  [36 * HOUR, false, false],
  [36 * HOUR + 1, false, true],
  [36 * HOUR + 1, true, false],
  [7 * DAY + 1, true, true],
])('a reading of %i ms ago (by people: %s) is old: %s', (age, byPeople, old) => {
  expect(isOld(at(0), at(age), { byPeople })).toBe(old);
});
