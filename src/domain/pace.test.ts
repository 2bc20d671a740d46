import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY } from './durations.ts';
import { dayGains, followersIn, marksOf, paceOf } from './pace.ts';
import type { DayGain, Mark } from './pace.ts';

const marks = (...counts: number[]): Mark[] => counts.map((count, day) => ({ day, count }));
const gains = (...perDay: number[]): DayGain[] => perDay.map((pace, day) => ({ age: day + 0.5, length: 1, perDay: pace }));

describe('marks', () => {
  const read = (...counts: number[]) => counts.map((count, day) => ({ at: new Date(day * DAY), count }));

  test('are the readings in order, one for each moment, without a single odd one', () => {
    expect(marksOf(read(5, 7, 9, 12))).toEqual(marks(5, 7, 9, 12));
    expect(marksOf(read(5, 7, 900, 12).toReversed())).toEqual(marks(5, 7, 12, 12));
    expect(marksOf([...read(5, 7), ...read(5, 8)])).toEqual(marks(5, 8));
  });
});

describe('the gains of days', () => {
  test('add up to what was gained, whatever the hours of the readings', () => {
    const steps = fc.array(fc.record({ days: fc.double({ min: 0.01, max: 3, noNaN: true }), gain: fc.integer({ min: -50, max: 500 }) }), { minLength: 1 });
    fc.assert(
      fc.property(steps, (series) => {
        let [day, count] = [0, 1000];
        const known = [{ day, count }, ...series.map((step) => ({ day: (day += step.days), count: (count += step.gain) }))];
        const sum = dayGains(known, day, Infinity).reduce((total, { length, perDay }) => total + length * perDay, 0);
        expect(sum).toBeCloseTo(count - 1000, 3);
      }),
    );
  });

  test('are spread evenly over days without a reading', () => {
    const known = [{ day: 0, count: 0 }, { day: 1, count: 10 }, { day: 4, count: 70 }];
    expect(dayGains(known, 4, 28).map(({ perDay }) => Math.round(perDay))).toEqual([20, 20, 20, 10]);
    expect(dayGains(known, 4, 2)).toHaveLength(2);
  });
});

describe('a pace', () => {
  test('of a steady series is that of every day, and the surer the longer it was seen', () => {
    const [week, month] = [paceOf(gains(...Array.from({ length: 7 }, () => 12))), paceOf(gains(...Array.from({ length: 28 }, () => 12)))];
    expect(week.recent).toBeCloseTo(12);
    expect(week.lasting).toBeCloseTo(12);
    expect(followersIn(week, 30)).toBeCloseTo(360);
    expect(month.unevenness).toBeLessThan(week.unevenness);
  });

  test('is bent by no single day, however busy', () => {
    const usual = Array.from({ length: 28 }, () => 10);
    const pace = paceOf(gains(...usual.with(5, 100_000)));
    expect(pace.recent).toBeCloseTo(10);
    expect(pace.lasting).toBeCloseTo(10);
  });

  test('of a burst fades within days, that of a lull comes back within weeks', () => {
    const burst = { recent: 110, lasting: 10, unevenness: 1 };
    const inDay = (pace: typeof burst, day: number): number => followersIn(pace, day + 0.01) / 0.01 - followersIn(pace, day) / 0.01;
    expect(inDay(burst, 0)).toBeCloseTo(110, 0);
    expect(inDay(burst, 2)).toBeCloseTo(60, 0);
    expect(inDay(burst, 200)).toBeCloseTo(11, 0);
    expect(inDay({ ...burst, recent: 0 }, 14)).toBeCloseTo(5, 0);
  });

  test('grows with every gain', () => {
    const days = fc.array(fc.integer({ min: -100, max: 1000 }), { minLength: 1, maxLength: 28 });
    fc.assert(
      fc.property(days, fc.nat(27), fc.nat(2000), fc.integer({ min: 1, max: 700 }), (perDay, day, more, ahead) => {
        const index = day % perDay.length;
        const busier = perDay.with(index, (perDay[index] ?? 0) + more);
        const expected = followersIn(paceOf(gains(...perDay)), ahead);
        expect(followersIn(paceOf(gains(...busier)), ahead)).toBeGreaterThanOrEqual(expected - 1e-6);
      }),
    );
  });
});
