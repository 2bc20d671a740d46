import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Dare } from './dare.ts';
import { HOUR } from './durations.ts';
import type { Point } from './gap.ts';
import { countsSeries, gainedPerDay, gapBetween, gapSeries, isWon, progress, remaining, shortfall } from './gap.ts';

const count = fc.nat({ max: 1_000_000 });
const maybeCount = fc.option(count);
const counts = fc.record({ fediverse: maybeCount, x: maybeCount });
const point = fc.record({ at: fc.nat({ max: 500 }).map((minute) => new Date(minute * 60_000)), count });
const points = fc.array(point, { maxLength: 30 });
const dare: fc.Arbitrary<Dare> = fc.oneof(
  fc.constant<Dare>({ kind: 'overtake' }),
  fc.integer({ min: 1, max: 1_000_000 }).map((target): Dare => ({ kind: 'reach', target })),
  fc.constant<Dare>({ kind: 'open' }),
);

describe('the gap', () => {
  test('of @lelibreedu on 2 September 2023', () => {
    expect(gapBetween(5090, 5840)).toEqual({ fediverse: 5090, x: 5840, difference: 750, leader: 'x' });
    expect(gapBetween(5876, 5832)).toEqual({ fediverse: 5876, x: 5832, difference: -44, leader: 'fediverse' });
    expect(gapBetween(10, 10)?.leader).toBe('tie');
  });

  test('is unknown while either count is, and its difference names the leader', () => {
    fc.assert(
      fc.property(counts, ({ fediverse, x }) => {
        const gap = gapBetween(fediverse, x);
        if (fediverse === null || x === null) return expect(gap).toBeNull();
        expect(gap?.difference).toBe(x - fediverse);
        expect(gap?.leader).toBe({ '-1': 'fediverse', '0': 'tie', '1': 'x' }[Math.sign(x - fediverse)]);
      }),
    );
  });
});

describe('the series', () => {
  const at = (minute: number) => new Date(minute * 60_000);

  const lastKnown = (side: readonly Point[], moment: Date) =>
    side
      .filter((reading) => reading.at <= moment)
      .toSorted((a, b) => a.at.getTime() - b.at.getTime())
      .at(-1)?.count;

  test('keeps each side at its last known count and starts when both are known', () => {
    const fediverse = [{ at: at(1), count: 10 }, { at: at(3), count: 12 }];
    const x = [{ at: at(2), count: 20 }, { at: at(4), count: 19 }];
    expect(gapSeries(fediverse, x)).toEqual([
      { at: at(2), fediverse: 10, x: 20 },
      { at: at(3), fediverse: 12, x: 20 },
      { at: at(4), fediverse: 12, x: 19 },
    ]);
    expect(countsSeries(fediverse, x)[0]).toEqual({ at: at(1), fediverse: 10, x: null });
    expect(countsSeries([], x)).toEqual([]);
  });

  test('is in strict order of time, whatever the order of the readings', () => {
    fc.assert(
      fc.property(points, points, (fediverse, x) => {
        const times = countsSeries(fediverse, x).map((gap) => gap.at.getTime());
        expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
      }),
    );
  });

  test('only tells counts that were read, at moments when something was read', () => {
    fc.assert(
      fc.property(points, points, (fediverse, x) => {
        for (const gap of gapSeries(fediverse, x)) {
          expect(gap.fediverse).toBe(lastKnown(fediverse, gap.at));
          expect(gap.x).toBe(lastKnown(x, gap.at));
          expect([...fediverse, ...x].some((reading) => reading.at.getTime() === gap.at.getTime())).toBe(true);
        }
      }),
    );
  });
});

describe('the dare', () => {
  test('to overtake takes one follower more than X, to reach takes the target', () => {
    expect(remaining({ kind: 'overtake' }, { fediverse: 5090, x: 5840 })).toBe(751);
    expect(isWon({ kind: 'overtake' }, { fediverse: 5840, x: 5840 })).toBe(false);
    expect(isWon({ kind: 'overtake' }, { fediverse: 5841, x: 5840 })).toBe(true);
    expect(remaining({ kind: 'reach', target: 6000 }, { fediverse: 5090, x: null })).toBe(910);
    expect(isWon({ kind: 'reach', target: 6000 }, { fediverse: 6000, x: null })).toBe(true);
  });

  test('to open an account is won once the account has a count, and counts no followers', () => {
    expect(isWon({ kind: 'open' }, { fediverse: null, x: 100 })).toBe(false);
    expect(isWon({ kind: 'open' }, { fediverse: 0, x: 100 })).toBe(true);
    expect(remaining({ kind: 'open' }, { fediverse: 5, x: 100 })).toBeNull();
  });

  test('is won exactly when nothing remains, and gaining what remains wins it', () => {
    fc.assert(
      fc.property(dare, counts, (aDare, known) => {
        const missing = remaining(aDare, known);
        if (missing === null) return;
        expect(isWon(aDare, known)).toBe(missing === 0);
        expect(isWon(aDare, { ...known, fediverse: (known.fediverse ?? 0) + missing })).toBe(true);
        const oneShort = { ...known, fediverse: (known.fediverse ?? 0) + missing - 1 };
        if (missing > 0) expect(isWon(aDare, oneShort)).toBe(false);
        expect(missing).toBe(Math.max(0, shortfall(aDare, known) ?? NaN));
      }),
    );
  });

  test('is never won by what is not known', () => {
    fc.assert(
      fc.property(dare, maybeCount, (aDare, x) => {
        expect(isWon(aDare, { fediverse: null, x })).toBe(false);
        expect(isWon({ kind: 'overtake' }, { fediverse: 10, x: null })).toBe(false);
      }),
    );
  });

  test('progresses from 0 to 1, 1 only when won, and further with every follower', () => {
    fc.assert(
      fc.property(dare, counts, counts, fc.nat({ max: 1000 }), (aDare, first, latest, more) => {
        const done = progress(aDare, first, latest);
        expect(done).toBeGreaterThanOrEqual(0);
        expect(done).toBeLessThanOrEqual(1);
        expect(done === 1).toBe(isWon(aDare, latest));
        if (latest.fediverse === null) return;
        expect(progress(aDare, first, { ...latest, fediverse: latest.fediverse + more })).toBeGreaterThanOrEqual(done);
      }),
    );
  });
});

describe('the gain of a day', () => {
  const at = (hours: number, count: number) => ({ at: new Date(hours * HOUR), count });

  test('is what the time since the day before brought, for a whole day', () => {
    expect(gainedPerDay(at(48, 3_500), at(24, 2_900))).toBe(600);
    expect(gainedPerDay(at(72, 5_090), at(0, 2_900))).toBe(730);
    expect(gainedPerDay(at(48, 2_800), at(0, 2_900))).toBe(-50);
  });

  test('is not known where nobody read for days', () => {
    expect(gainedPerDay(at(100, 3_500), at(24, 2_900))).toBeNull();
    expect(gainedPerDay(at(100, 3_500), null)).toBeNull();
  });
});
