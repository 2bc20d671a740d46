import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Dare } from './dare.ts';
import { DAY, HOUR } from './durations.ts';
import { forecastCrossing } from './forecast.ts';
import type { BothSeries, Forecast } from './forecast.ts';
import type { Point } from './gap.ts';

const overtake: Dare = { kind: 'overtake' };
const start = new Date('2026-03-01T12:00:00Z').getTime();
const after = (days: number): Date => new Date(start + days * DAY);
const read = (days: number, count: number): Point => ({ at: after(days), count });
const still = (count: number): Point[] => [read(0, count)];

/** Readings every `every` days up to the day `last`. */
function every(step: number, last: number, countAt: (day: number) => number): Point[] {
  return Array.from({ length: Math.round(last / step) + 1 }, (_, index) => read(index * step, countAt(index * step)));
}

type Crossing = Extract<Forecast, { type: 'crosses' }>;

function crossing(forecast: Forecast): Crossing {
  if (forecast.type !== 'crosses') throw new Error(`expected a crossing, got ${forecast.type}`);
  return forecast;
}

function daysFrom(now: Date, at: Date): number {
  return (at.getTime() - now.getTime()) / DAY;
}

/** Whatever may be read of a campaign: gains and losses, bursts, gaps; X now and then. */
const campaigns = fc
  .record({
    steps: fc.array(
      fc.record({
        hours: fc.integer({ min: 1, max: 60 }),
        gain: fc.oneof(fc.integer({ min: -30, max: 90 }), fc.integer({ min: 0, max: 1500 })),
        x: fc.option(fc.integer({ min: -40, max: 25 })),
      }),
      { minLength: 1, maxLength: 150 },
    ),
    missing: fc.integer({ min: 1, max: 20_000 }),
    hoursSince: fc.integer({ min: 0, max: 13 * 24 }),
  })
  .map(({ steps, missing, hoursSince }) => {
    const fediverse = [read(0, 3000)];
    const x: Point[] = [];
    let [hours, count] = [0, 3000];
    for (const step of steps) fediverse.push(read((hours += step.hours) / 24, (count += step.gain)));
    let rival = count + missing;
    for (const [index, step] of steps.toReversed().entries()) {
      const at = fediverse[steps.length - index]?.at ?? after(0);
      if (index === 0 || (step.x !== null && index < 20)) x.unshift({ at, count: rival });
      rival -= step.x ?? 0;
    }
    return { series: { fediverse, x }, now: after((hours + hoursSince) / 24) };
  });

describe('the forecast of @lelibreedu on 2 September 2023', () => {
  const reading = (at: string, count: number): Point => ({ at: new Date(at), count });
  const series = {
    fediverse: [reading('2023-08-30T16:00:00Z', 2900), reading('2023-09-02T07:00:00Z', 5090)],
    x: [reading('2023-08-30T16:00:00Z', 5850), reading('2023-09-02T07:00:00Z', 5840)],
  };
  const day = new Intl.DateTimeFormat('fr', { timeZone: 'Europe/Paris', day: 'numeric', month: 'long' });

  test.each(['2023-09-02T07:00:00Z', '2023-09-02T12:00:00Z', '2023-09-02T21:59:00Z'])('at %s', (now) => {
    const forecast = crossing(forecastCrossing(overtake, series, new Date(now)));
    expect(day.format(forecast.crossesOn)).toBe('3 septembre');
    expect(day.format(forecast.earliest)).toBe('2 septembre');
    // It was read as crossed on the morning of the 4th.
    expect(day.format(forecast.latest ?? 0)).toBe('6 septembre');
    expect(forecast.perDay).toBeCloseTo(838, 0);
    expect(forecast.followsPerDaySooner).toBeNull();
  });
});

describe('a forecast', () => {
  test('of a steady pace is exact', () => {
    const upTo = (max: number) => fc.integer({ min: 1, max });
    fc.assert(
      fc.property(upTo(500), upTo(400), upTo(100), (perDay, daysLeft, days) => {
        const target = perDay * (days + daysLeft);
        const fediverse = every(0.5, days, (day) => day * perDay);
        const forecast = crossing(forecastCrossing({ kind: 'reach', target }, { fediverse, x: [] }, after(days)));
        expect(forecast.perDay).toBeCloseTo(perDay, 5);
        expect(Math.abs(daysFrom(after(days), forecast.crossesOn) - daysLeft)).toBeLessThan(1e-4);
      }),
    );
  });

  test('lies between its bounds, none of them in the past nor beyond two years, all of them real dates', () => {
    fc.assert(
      fc.property(campaigns, ({ series, now }) => {
        const forecast = forecastCrossing(overtake, series, now);
        if (forecast.type !== 'crosses') return;
        const [earliest, likely] = [daysFrom(now, forecast.earliest), daysFrom(now, forecast.crossesOn)];
        const latest = forecast.latest === null ? Infinity : daysFrom(now, forecast.latest);
        expect(earliest).toBeGreaterThanOrEqual(0);
        expect(likely).toBeGreaterThanOrEqual(earliest);
        expect(latest).toBeGreaterThanOrEqual(likely);
        expect(likely).toBeLessThan(731);
        if (latest !== Infinity) expect(latest).toBeLessThan(731);
        if (earliest > 0) expect(latest).toBeGreaterThan(earliest);
        expect(forecast.perDay).toBeGreaterThan(0);
        expect(forecast.perDay).toBeLessThan(Infinity);
      }),
    );
  });

  test('does not depend on the order of the readings', () => {
    const shuffled = campaigns.chain(({ series, now }) =>
      fc
        .record({ fediverse: fc.shuffledSubarray(series.fediverse, { minLength: series.fediverse.length }), x: fc.constant(series.x.toReversed()) })
        .map((other) => ({ series, other, now })),
    );
    fc.assert(
      fc.property(shuffled, ({ series, other, now }) => {
        expect(forecastCrossing(overtake, other, now)).toEqual(forecastCrossing(overtake, series, now));
      }),
    );
  });

  const sooner = (forecast: Forecast): number => {
    if (forecast.type === 'crossed') return -Infinity;
    return forecast.type === 'crosses' ? forecast.crossesOn.getTime() : Infinity;
  };

  test('is never later for a higher last reading', () => {
    fc.assert(
      fc.property(campaigns, fc.integer({ min: 1, max: 5000 }), ({ series, now }, more) => {
        const fediverse = series.fediverse.map((point, index) =>
          index === series.fediverse.length - 1 ? { ...point, count: point.count + more } : point,
        );
        const before = forecastCrossing(overtake, series, now);
        const then = forecastCrossing(overtake, { ...series, fediverse }, now);
        expect(sooner(then)).toBeLessThanOrEqual(sooner(before));
      }),
    );
  });

  test('is never later when fewer are missing, nor are its bounds', () => {
    fc.assert(
      fc.property(campaigns, fc.integer({ min: 1, max: 500 }), ({ series, now }, more) => {
        const fediverse = series.fediverse.map(({ at, count }) => ({ at, count: count + more }));
        const before = forecastCrossing(overtake, series, now);
        const then = forecastCrossing(overtake, { ...series, fediverse }, now);
        expect(sooner(then)).toBeLessThanOrEqual(sooner(before));
        if (before.type !== 'crosses' || then.type !== 'crosses') return;
        expect(then.earliest.getTime()).toBeLessThanOrEqual(before.earliest.getTime());
        expect(then.latest?.getTime() ?? Infinity).toBeLessThanOrEqual(before.latest?.getTime() ?? Infinity);
      }),
    );
  });

  test('is the same however often counts were read', () => {
    const fading = (day: number): number => Math.round(3000 + 20 * day + 900 * (1 - Math.exp(-day / 3)));
    const forecasts = [1 / 24, 1 / 4, 1].map((step) =>
      crossing(forecastCrossing(overtake, { fediverse: every(step, 20, fading), x: still(5000) }, after(20))),
    );
    const days = forecasts.map(({ crossesOn }) => daysFrom(after(20), crossesOn));
    expect(Math.max(...days) - Math.min(...days)).toBeLessThan(0.03 * Math.max(...days));
  });

  test('is not bent by one odd reading on either side', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 13 }), fc.integer({ min: 0, max: 9000 }), (oddDay, odd) => {
        const steady = { fediverse: every(1, 14, (day) => 100 + day * 10), x: every(1, 14, (day) => 1000 - day) };
        const bent = (points: Point[]): Point[] => points.map((point, day) => (day === oddDay ? { ...point, count: odd } : point));
        const forecast = forecastCrossing(overtake, { fediverse: bent(steady.fediverse), x: bent(steady.x) }, after(14));
        // In its place stands one of its neighbours, a day’s gain off.
        const days = daysFrom(after(14), crossing(forecast).crossesOn);
        expect(Math.abs(days / (747 / 11) - 1)).toBeLessThan(0.1);
      }),
    );
  });

  test('takes a mention for a mention, not for a pace', () => {
    const mentioned = (day: number): number => 1000 + 10 * day + (day >= 19 ? 300 : 0);
    const forecast = crossing(forecastCrossing(overtake, { fediverse: every(0.25, 21, mentioned), x: still(1900) }, after(21)));
    // 390 are missing: 39 days at the usual 10 a day, 7 at the pace of the last week.
    expect(daysFrom(after(21), forecast.crossesOn)).toBeGreaterThan(20);
  });

  test('lets a burst fade towards the days before it', () => {
    const burst = (day: number): number => 1000 + 5 * day + 200 * Math.max(0, day - 20);
    const fediverse = every(0.25, 22, burst);
    const at = (missing: number): number =>
      daysFrom(after(22), crossing(forecastCrossing({ kind: 'reach', target: burst(22) + missing }, { fediverse, x: [] }, after(22))).crossesOn);
    expect(at(100)).toBeLessThan(1.5);
    expect(at(2000)).toBeGreaterThan(60);
  });

  test('knows the weekend once it has seen a few', () => {
    const weekly = (day: number): number => {
      const [weeks, rest] = [Math.floor(day / 7), day % 7];
      return 1000 + weeks * 500 + Math.min(rest, 5) * 100;
    };
    // The last reading ends a Friday; 150 are missing, and nobody comes before Monday.
    const series = { fediverse: every(0.25, 33, weekly), x: [] };
    const forecast = forecastCrossing({ kind: 'reach', target: weekly(33) + 150 }, series, after(33));
    expect(daysFrom(after(33), crossing(forecast).crossesOn)).toBeGreaterThan(3);
    expect(daysFrom(after(33), crossing(forecast).crossesOn)).toBeLessThan(4);
  });

  test('lets X drift on between its rare readings', () => {
    const fediverse = every(0.25, 20, (day) => 1000 + day * 10);
    const x = [read(0, 3000), read(10, 2900)];
    const forecast = crossing(forecastCrossing(overtake, { fediverse, x }, after(20)));
    expect(daysFrom(after(20), forecast.crossesOn)).toBeCloseTo((2800 - 1200 + 1) / 20, 1);
  });

  test('grows surer with the days of evidence', () => {
    const width = (days: number): number => {
      const series = { fediverse: every(1, days, (day) => day * 10), x: still(10 * days + 99) };
      const { earliest, latest } = crossing(forecastCrossing(overtake, series, after(days)));
      return latest === null ? Infinity : daysFrom(earliest, latest);
    };
    expect(width(20)).toBeLessThan(width(5));
    expect(width(5)).toBeLessThan(width(2));
  });

  test('names no last day where two years may not be enough', () => {
    const series = { fediverse: every(1, 10, (day) => 100 + (day > 3 ? 600 : 0) + day), x: still(1350) };
    expect(crossing(forecastCrossing(overtake, series, after(10))).latest).toBeNull();
  });
});

describe('so many more follows', () => {
  test('bring the crossing forward by a day', () => {
    fc.assert(
      fc.property(campaigns, ({ series, now }) => {
        const forecast = forecastCrossing(overtake, series, now);
        if (forecast.type !== 'crosses') return;
        const { crossesOn, followsPerDaySooner: follows } = forecast;
        if (follows === null) return expect(daysFrom(now, crossesOn)).toBeLessThan(1);
        const given = (more: number): number => {
          const fediverse = series.fediverse.map(({ at, count }) => ({ at, count: count + more }));
          const then = forecastCrossing(overtake, { ...series, fediverse }, now);
          return then.type === 'crossed' ? Infinity : daysFrom(crossing(then).crossesOn, crossesOn);
        };
        expect(given(follows)).toBeGreaterThan(0.99);
        expect(given(follows - 1)).toBeLessThan(1.01);
      }),
    );
  });

  test('are a day’s worth at a steady pace, and none when less than a day is left', () => {
    const at = (target: number): number | null =>
      crossing(forecastCrossing({ kind: 'reach', target }, { fediverse: every(1, 4, (day) => 100 + 12.5 * day), x: [] }, after(4)))
        .followsPerDaySooner;
    expect(at(1000)).toBe(13);
    expect(at(162)).toBeNull();
  });
});

describe('no crossing is forecast', () => {
  const now = after(3);
  const of = (fediverse: Point[], x: Point[], dare: Dare = overtake, at = now): Forecast => forecastCrossing(dare, { fediverse, x }, at);

  test('when it happened already', () => {
    expect(of(still(5876), still(5832))).toEqual({ type: 'crossed' });
  });

  test('when too little is known, or too long ago', () => {
    const unknown: Forecast = { type: 'not-enough-data' };
    const two = [read(0, 10), read(2, 12)];
    expect(of([], [])).toEqual(unknown);
    expect(of(still(10), still(20))).toEqual(unknown);
    expect(of(two, [])).toEqual(unknown);
    expect(of([read(2, 10), read(2.9, 15)], still(50))).toEqual(unknown);
    expect(of(two, still(20), { kind: 'open' })).toEqual(unknown);
    expect(of(two, still(20), overtake, after(16.1))).toEqual(unknown);
    expect(of([...two, read(44, 60)], still(200), overtake, after(46))).toEqual(unknown);
    expect(of([...two, read(44, 60)], [], { kind: 'reach', target: 200 }, after(46)).type).toBe('crosses');
  });

  test('when the gap does not shrink, or takes more than two years to', () => {
    const steady: Forecast = { type: 'not-closing', reason: 'not-shrinking' };
    fc.assert(
      fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 45 }), (count, missing, days) => {
        expect(of(every(1, days, () => count), still(count + missing), overtake, after(days))).toEqual(steady);
      }),
    );
    expect(of([read(0, 10), read(2, 8)], still(20))).toEqual(steady);
    expect(of([read(0, 10), read(2, 12)], still(2000))).toEqual({ type: 'not-closing', reason: 'too-slow' });
  });
});

test('nothing that is read makes a forecast fail', () => {
  const wild = fc.array(
    fc.record({ at: fc.date({ min: after(-500), max: after(2), noInvalidDate: true }), count: fc.integer({ min: 0, max: 2 ** 45 }) }),
    { maxLength: 60 },
  );
  const dares = fc.oneof(fc.constant(overtake), fc.nat().map((target): Dare => ({ kind: 'reach', target })));
  fc.assert(
    fc.property(fc.record({ fediverse: wild, x: wild }), dares, (series: BothSeries, dare) => {
      const forecast = forecastCrossing(dare, series, after(2 + HOUR / DAY));
      if (forecast.type !== 'crosses') return;
      const { crossesOn, earliest, latest, perDay, followsPerDaySooner } = forecast;
      const numbers = [crossesOn.getTime(), earliest.getTime(), latest?.getTime() ?? 0, perDay, followsPerDaySooner ?? 1];
      expect(numbers.filter((value) => !Number.isFinite(value) || value <= 0)).toEqual(latest === null ? [0] : []);
    }),
  );
});
