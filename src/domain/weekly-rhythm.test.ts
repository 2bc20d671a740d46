import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Mark } from './pace.ts';
import { dayGains } from './pace.ts';
import { weeklyRhythm, withoutRhythm } from './weekly-rhythm.ts';

const FLAT = [1, 1, 1, 1, 1, 1, 1];

function marksOf(days: number, gainOf: (day: number) => number): Mark[] {
  let count = 1000;
  return [{ day: 0, count }, ...Array.from({ length: days }, (_, day) => ({ day: day + 1, count: (count += gainOf(day)) }))];
}

const working = (day: number): number => (day % 7 < 5 ? 100 : 30);

test('a rhythm is seen after two full weeks and the days around them, and not before', () => {
  expect(weeklyRhythm([])).toEqual(FLAT);
  expect(weeklyRhythm(marksOf(14, working))).toEqual(FLAT);
  // 28 days end with a weekend: the next five are busy.
  const rhythm = weeklyRhythm(marksOf(28, working));
  expect(rhythm.map((busy) => busy > 1)).toEqual([true, true, true, true, true, false, false]);
  expect((rhythm[0] ?? 0) / (rhythm[6] ?? 0)).toBeCloseTo(100 / 30, 1);
});

test('the gains without it are those of a series without a week', () => {
  const marks = marksOf(28, working);
  const gains = withoutRhythm(dayGains(marks, 28, 28), weeklyRhythm(marks));
  for (const { perDay } of gains) expect(perDay).toBeCloseTo(80, 0);
});

test('no rhythm is made of noise, bursts or a constant', () => {
  expect(weeklyRhythm(marksOf(40, () => 0))).toEqual(FLAT);
  expect(weeklyRhythm(marksOf(40, () => 7))).toEqual(FLAT);
  const bursting = weeklyRhythm(marksOf(40, (day) => (day === 20 || day === 29 ? 900 : 10)));
  for (const busy of bursting) expect(Math.abs(busy - 1)).toBeLessThan(0.3);
});

test('all days together are mean days, and none is without anybody', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 500 }), { minLength: 1, maxLength: 100 }), (perDay) => {
      const rhythm = weeklyRhythm(marksOf(perDay.length, (day) => perDay[day] ?? 0));
      expect(rhythm.reduce((sum, busy) => sum + busy, 0)).toBeCloseTo(7);
      for (const busy of rhythm) expect(busy).toBeGreaterThan(0.01);
    }),
  );
});

test('the last reading makes no weekday busier', () => {
  const marks = marksOf(28, working);
  expect(weeklyRhythm(marks.with(28, { day: 28, count: 99_999 }))).toEqual(weeklyRhythm(marks));
});
