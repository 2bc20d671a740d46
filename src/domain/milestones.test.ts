import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Dare } from './dare.ts';
import { DAY, HOUR } from './durations.ts';
import type { CountsPoint } from './gap.ts';
import { isWayLeft, MILESTONE_KINDS, milestonesOf, toldValue } from './milestones.ts';

const start = new Date('2026-03-01T00:00:00Z').getTime();
const utcDay = (moment: Date) => moment.toISOString().slice(0, 10);
const overtake: Dare = { kind: 'overtake' };
const point = (hours: number, fediverse: number, x: number | null = 1000): CountsPoint => ({
  at: new Date(start + hours * HOUR),
  fediverse,
  x,
});
const told = (dare: Dare, series: CountsPoint[], launchedAt = new Date(start)) =>
  milestonesOf(dare, series, launchedAt, utcDay).map(({ kind, value }) => [kind, value]);

describe('the milestones of @lelibreedu', () => {
  test('are those that its three readings show', () => {
    const series = [
      { at: new Date('2023-08-30T16:00:00Z'), fediverse: 2900, x: 5850 },
      { at: new Date('2023-09-02T07:10:00Z'), fediverse: 5090, x: 5840 },
      { at: new Date('2023-09-04T06:00:00Z'), fediverse: 5876, x: 5832 },
    ];
    expect(milestonesOf(overtake, series, new Date('2023-08-30T16:00:00Z'), utcDay)).toEqual([
      { kind: 'launched', at: series[0]?.at, value: 2900 },
      { kind: 'half', at: series[1]?.at, value: 751 },
      { kind: 'crossed', at: series[2]?.at, value: 5876 },
    ]);
  });
});

describe('a milestone', () => {
  test('is told with the number of the score: the gap between two networks, what is missing to a target', () => {
    const climb = [0, 250, 500, 750, 900, 999, 1000].map((fediverse, hour) => point(hour, fediverse, 999));
    for (const dare of [overtake, { kind: 'reach', target: 1000 } as const]) {
      for (const milestone of milestonesOf(dare, climb, new Date(start), utcDay)) {
        const then = climb.find(({ at }) => at.getTime() === milestone.at.getTime())?.fediverse ?? 0;
        const left = dare.kind === 'overtake' ? 999 - then : 1000 - then;
        expect([milestone.kind, toldValue(dare, milestone)]).toEqual([milestone.kind, isWayLeft(milestone.kind) ? left : milestone.value]);
      }
    }
    expect(toldValue(overtake, { kind: 'launched', value: null })).toBeNull();
  });

  test('is told step by step on the way, and 100 to go only from afar', () => {
    const climb = [0, 250, 500, 750, 900, 999, 1000].map((fediverse, hour) => point(hour, fediverse, 999));
    expect(told(overtake, climb)).toEqual([
      ['launched', 0],
      ['quarter', 750],
      ['half', 500],
      ['three-quarters', 250],
      ['hundred-to-go', 100],
      ['crossed', 1000],
    ]);
  });

  test('of the way to a target needs no count on X', () => {
    const climb = [0, 250, 500, 750, 900, 1000].map((fediverse, hour) => point(hour, fediverse, null));
    expect(told({ kind: 'reach', target: 1000 }, climb)).toEqual([
      ['launched', 0],
      ['quarter', 750],
      ['half', 500],
      ['three-quarters', 250],
      ['hundred-to-go', 100],
      ['crossed', 1000],
    ]);
    const near = [850, 880, 905, 960, 1000].map((fediverse, hour) => point(hour, fediverse, null));
    expect(told({ kind: 'reach', target: 1000 }, near).map(([kind]) => kind)).not.toContain('hundred-to-go');
  });

  test('of an open dare is the account that opens', () => {
    expect(told({ kind: 'open' }, [])).toEqual([['launched', null]]);
    expect(told({ kind: 'open' }, [point(5, 0), point(6, 40)])).toEqual([
      ['launched', null],
      ['crossed', 0],
    ]);
  });

  test('measures the way from the last count before the launch, and counts nothing older', () => {
    const series = [point(0, 10), point(2, 500), point(4, 600), point(6, 760)];
    expect(told(overtake, series, new Date(start + 3 * HOUR))).toEqual([
      ['launched', 500],
      ['half', 241],
    ]);
  });

  test('tells each time that the fediverse falls back, and one crossing', () => {
    const series = [990, 1001, 1000, 999, 1002, 1000].map((fediverse, hour) => point(hour, fediverse));
    expect(told(overtake, series)).toEqual([
      ['launched', 990],
      ['crossed', 1001],
      ['fell-back', 1000],
      ['fell-back', 1000],
    ]);
  });

  test('of a record day waits for the end of the day and for days to compare it with', () => {
    const days = [0, 20, 45, 60, 120].map((fediverse, day) => point(day * 24 + 20, fediverse, 100_000));
    const records = (series: CountsPoint[]) => told(overtake, series).filter(([kind]) => kind === 'record-day');
    expect(records(days)).toEqual([]);
    expect(records([...days, point(4 * 24 + 23, 150, 100_000)])).toEqual([]);
    expect(records([...days, point(5 * 24 + 1, 121, 100_000)])).toEqual([['record-day', 60]]);
    expect(records(days.slice(2).concat(point(5 * 24 + 1, 121, 100_000)))).toEqual([]);
  });

  test('of a record day never takes the gain of several days for that of one', () => {
    const days = [0, 1, 2, 3, 6, 7].map((day) => point(day * 24 + 20, day < 6 ? day * 10 : 900, 100_000));
    expect(told(overtake, days).map(([kind]) => kind)).toEqual(['launched']);
  });
});

const dares = fc.constantFrom<Dare>(overtake, { kind: 'reach', target: 1200 }, { kind: 'open' });
const series = fc
  .array(
    fc.record({
      hours: fc.integer({ min: 1, max: 30 }),
      gain: fc.integer({ min: -60, max: 150 }),
      x: fc.option(fc.integer({ min: 900, max: 1100 }), { freq: 10 }),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let hours = 0;
    let fediverse = 300;
    return steps.map((step) => point((hours += step.hours), (fediverse += step.gain), step.x));
  });

describe('always', () => {
  test('later points only add to the end of the list', () => {
    fc.assert(
      fc.property(dares, series, fc.nat(), fc.nat({ max: 200 }), (dare, all, cut, launchHour) => {
        const known = all.slice(0, cut % (all.length + 1));
        const next = all[known.length]?.at.getTime() ?? Infinity;
        const launchedAt = new Date(Math.min(start + launchHour * HOUR, next - 1));
        const before = milestonesOf(dare, known, launchedAt, utcDay);
        const after = milestonesOf(dare, all, launchedAt, utcDay);
        expect(after.slice(0, before.length)).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  test('they are in order of time, from the launch on, and once each but for falls and records', () => {
    fc.assert(
      fc.property(dares, series, fc.nat({ max: 200 }), (dare, all, launchHour) => {
        const launchedAt = new Date(start + launchHour * HOUR);
        const milestones = milestonesOf(dare, all, launchedAt, utcDay);
        const times = milestones.map(({ at }) => at.getTime());
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(milestones[0]).toMatchObject({ kind: 'launched', at: launchedAt });
        const once = milestones.map(({ kind }) => kind).filter((kind) => kind !== 'fell-back' && kind !== 'record-day');
        expect(once).toEqual([...new Set(once)]);
        expect(MILESTONE_KINDS).toEqual(expect.arrayContaining(once));
        const keys = milestones.map(({ kind, at }) => `${kind} ${at.getTime()}`);
        expect(keys).toEqual([...new Set(keys)]);
      }),
    );
  });

  test('nothing falls back that had not crossed, and no day of a record is unfinished', () => {
    fc.assert(
      fc.property(dares, series, (dare, all) => {
        const milestones = milestonesOf(dare, all, new Date(start), utcDay);
        const kinds = milestones.map(({ kind }) => kind);
        if (kinds.includes('fell-back')) expect(kinds.indexOf('crossed')).toBeLessThan(kinds.indexOf('fell-back'));
        const today = utcDay(all.at(-1)?.at ?? new Date(start - DAY));
        expect(milestones.some(({ kind, at }) => kind === 'record-day' && utcDay(at) === today)).toBe(false);
      }),
    );
  });
});
