import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Dare } from './dare.ts';
import { DAY, HOUR } from './durations.ts';
import { followsPerDaySooner, forecastCrossing } from './forecast.ts';
import type { Forecast } from './forecast.ts';
import { gapSeries } from './gap.ts';
import type { CountsPoint } from './gap.ts';

const overtake: Dare = { kind: 'overtake' };
const start = new Date('2026-03-01T12:00:00Z').getTime();
const point = (days: number, fediverse: number, x: number | null = null): CountsPoint => ({
  at: new Date(start + days * DAY),
  fediverse,
  x,
});

function crossing(forecast: Forecast): Extract<Forecast, { type: 'crosses' }> {
  if (forecast.type !== 'crosses') throw new Error(`expected a crossing, got ${forecast.type}`);
  return forecast;
}

describe('the forecast of @lelibreedu on 2 September 2023', () => {
  const read = (at: string, count: number) => ({ at: new Date(at), count });
  const series = gapSeries(
    [read('2023-08-30T16:00:00Z', 2900), read('2023-09-02T07:10:00Z', 5090)],
    [read('2023-08-30T16:00:00Z', 5850), read('2023-09-02T07:10:00Z', 5840)],
  );
  const paris = new Intl.DateTimeFormat('fr', { timeZone: 'Europe/Paris', day: 'numeric', month: 'long' });

  test.each(['2023-09-02T07:10:00Z', '2023-09-02T12:00:00Z', '2023-09-02T21:59:00Z'])('at %s', (now) => {
    const forecast = crossing(forecastCrossing(overtake, series, new Date(now)));
    expect(paris.format(forecast.crossesOn)).toBe('3 septembre');
    expect(paris.format(forecast.earliest)).toBe('3 septembre');
    expect(paris.format(forecast.latest)).toBe('5 septembre');
    expect(forecast.perDay).toBeCloseTo(835.9, 1);
    expect(followsPerDaySooner(forecast, 751)).toBeNull();
  });
});

describe('a forecast', () => {
  test('of a steady pace is exact', () => {
    const upTo = (max: number) => fc.integer({ min: 1, max });
    fc.assert(
      fc.property(upTo(500), upTo(400), upTo(100), (perDay, daysLeft, days) => {
        const target = perDay * (days + daysLeft);
        const series = Array.from({ length: 2 * days + 1 }, (_, half) => point(half / 2, (perDay * half) / 2));
        const now = new Date(start + days * DAY);
        const forecast = crossing(forecastCrossing({ kind: 'reach', target }, series, now));
        expect(forecast.perDay).toBeCloseTo(perDay, 5);
        expect(Math.abs(forecast.crossesOn.getTime() - now.getTime() - daysLeft * DAY)).toBeLessThan(1000);
      }),
    );
  });

  const wandering = fc
    .array(fc.record({ hours: fc.integer({ min: 1, max: 60 }), gain: fc.integer({ min: -30, max: 90 }) }), {
      minLength: 1,
      maxLength: 150,
    })
    .map((steps) => {
      let hours = 0;
      let fediverse = 3000;
      return steps.map((step) => point((hours += step.hours) / 24, (fediverse += step.gain), 6000));
    });

  test('puts the crossing between its bounds, none of them in the past, with a width that is never nothing', () => {
    fc.assert(
      fc.property(wandering, fc.integer({ min: 0, max: 20 * 24 }), (series, hoursSince) => {
        const last = series.at(-1)?.at.getTime() ?? start;
        const now = new Date(last + hoursSince * HOUR);
        const forecast = forecastCrossing(overtake, series, now);
        if (forecast.type !== 'crosses') return;
        expect(forecast.earliest.getTime()).toBeGreaterThanOrEqual(now.getTime());
        expect(forecast.crossesOn.getTime()).toBeGreaterThanOrEqual(forecast.earliest.getTime());
        expect(forecast.latest.getTime()).toBeGreaterThanOrEqual(forecast.crossesOn.getTime());
        expect(forecast.latest.getTime()).toBeLessThanOrEqual(now.getTime() + 731 * DAY);
        expect(forecast.perDay).toBeGreaterThan(0);
        if (forecast.earliest > now) expect(forecast.latest.getTime()).toBeGreaterThan(forecast.earliest.getTime());
      }),
    );
  });

  test('does not depend on the order of the readings', () => {
    fc.assert(
      fc.property(wandering, (series) => {
        const now = new Date(start + 400 * DAY);
        expect(forecastCrossing(overtake, series.toReversed(), now)).toEqual(forecastCrossing(overtake, series, now));
      }),
    );
  });

  test('is not bent by one odd reading', () => {
    const series = Array.from({ length: 15 }, (_, day) => point(day, day === 7 ? 900 : 100 + day * 10, 1000));
    const forecast = crossing(forecastCrossing(overtake, series, new Date(start + 14 * DAY)));
    expect(forecast.perDay).toBeCloseTo(10, 5);
  });

  test('trusts the last days more than the first', () => {
    const slowThenFast = Array.from({ length: 21 }, (_, day) => point(day, day + Math.max(0, day - 14) * 50, 1000));
    expect(crossing(forecastCrossing(overtake, slowThenFast, new Date(start + 20 * DAY))).perDay).toBeGreaterThan(25);
  });

  test('grows surer with the days of evidence', () => {
    const width = (days: number) => {
      const series = Array.from({ length: days + 1 }, (_, day) => point(day, day * 10, 10 * days + 999));
      const { earliest, latest } = crossing(forecastCrossing(overtake, series, new Date(start + days * DAY)));
      return latest.getTime() - earliest.getTime();
    };
    expect(width(20)).toBeLessThan(width(5));
    expect(width(5)).toBeLessThan(width(2));
  });

  test('stays quick and the same however often counts were read', () => {
    const series = Array.from({ length: 20_000 }, (_, i) => point(i / 720, i / 10, 20_000));
    const forecast = crossing(forecastCrossing(overtake, series, new Date(start + (19_999 / 720) * DAY)));
    expect(forecast.perDay).toBeCloseTo(72, 5);
  });
});

describe('no crossing is forecast', () => {
  const now = new Date(start + 3 * DAY);

  test('when it happened already', () => {
    expect(forecastCrossing(overtake, [point(0, 5876, 5832)], now)).toEqual({ type: 'crossed' });
  });

  test('when too little is known, or too long ago', () => {
    const unknown: Forecast = { type: 'not-enough-data' };
    expect(forecastCrossing(overtake, [], now)).toEqual(unknown);
    expect(forecastCrossing(overtake, [point(0, 10, 20)], now)).toEqual(unknown);
    expect(forecastCrossing(overtake, [point(0, 10), point(2, 12)], now)).toEqual(unknown);
    expect(forecastCrossing(overtake, [point(2, 10, 50), point(2.3, 15, 50)], now)).toEqual(unknown);
    expect(forecastCrossing({ kind: 'open' }, [point(0, 10, 20), point(2, 12, 20)], now)).toEqual(unknown);
    const muchLater = new Date(start + 17 * DAY);
    expect(forecastCrossing(overtake, [point(0, 10, 50), point(2, 15, 50)], muchLater)).toEqual(unknown);
  });

  test('when the gap does not shrink, or takes more than two years to', () => {
    expect(forecastCrossing(overtake, [point(0, 10, 20), point(2, 10, 20)], now)).toEqual({
      type: 'not-closing',
      reason: 'not-shrinking',
    });
    expect(forecastCrossing(overtake, [point(0, 10, 2000), point(2, 12, 2000)], now)).toEqual({
      type: 'not-closing',
      reason: 'too-slow',
    });
  });
});

test('a day sooner costs one day of pace, as long as there is a day to gain', () => {
  const forecast = forecastCrossing(overtake, [point(0, 100, 999), point(2, 125, 999)], new Date(start + 2 * DAY));
  expect(followsPerDaySooner(forecast, 875)).toBe(13);
  expect(followsPerDaySooner(forecast, 12)).toBeNull();
  expect(followsPerDaySooner(forecast, null)).toBeNull();
  expect(followsPerDaySooner({ type: 'crossed' }, 0)).toBeNull();
});
