import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { agrees, corroborates } from './corroboration.ts';
import type { Claim } from './corroboration.ts';
import { DAY, HOUR } from './durations.ts';

const claim: fc.Arbitrary<Claim> = fc.record({
  count: fc.oneof(fc.integer({ min: 5800, max: 5900 }), fc.nat({ max: 2_000_000 })),
  at: fc.nat({ max: 4 * 24 }).map((hours) => new Date(hours * HOUR)),
  reader: fc.constantFrom('ada', 'bob', 'cleo'),
});
const read = (count: number, hours: number, reader: string): Claim => ({ count, at: new Date(hours * HOUR), reader });

test('two people who read nearly the same within a day agree', () => {
  expect(agrees(read(5840, 0, 'ada'), read(5845, 24, 'bob'))).toBe(true);
  expect(agrees(read(100, 0, 'ada'), read(105, 1, 'bob'))).toBe(true);
  expect(agrees(read(100, 0, 'ada'), read(106, 1, 'bob'))).toBe(false);
  expect(agrees(read(10_000, 0, 'ada'), read(10_050, 1, 'bob'))).toBe(true);
  expect(agrees(read(10_000, 0, 'ada'), read(10_051, 1, 'bob'))).toBe(false);
  expect(agrees(read(5840, 0, 'ada'), read(5840, 25, 'bob'))).toBe(false);
});

test('nobody agrees with themselves', () => {
  fc.assert(fc.property(claim, claim, (a, b) => !agrees(a, { ...b, reader: a.reader })));
});

test('to agree is mutual, and the farther in time or in count, the less', () => {
  fc.assert(
    fc.property(claim, claim, fc.nat({ max: DAY }), fc.nat({ max: 100 }), (a, b, later, more) => {
      expect(agrees(a, b)).toBe(agrees(b, a));
      if (agrees(a, b)) return;
      const sign = { at: b.at >= a.at ? 1 : -1, count: b.count >= a.count ? 1 : -1 };
      const at = new Date(b.at.getTime() + sign.at * later);
      expect(agrees(a, { ...b, at })).toBe(false);
      if (sign.count === -1) expect(agrees(a, { ...b, count: b.count - more })).toBe(false);
    }),
  );
});

test('a candidate confirms the pending claim nearest in time among those that agree', () => {
  fc.assert(
    fc.property(fc.array(claim), claim, (pending, candidate) => {
      const confirmed = corroborates(pending, candidate);
      if (confirmed === null) return expect(pending.some((one) => agrees(one, candidate))).toBe(false);
      expect(pending).toContain(confirmed);
      expect(agrees(confirmed, candidate)).toBe(true);
      const wait = (one: Claim) => Math.abs(one.at.getTime() - candidate.at.getTime());
      for (const other of pending.filter((one) => agrees(one, candidate))) {
        expect(wait(confirmed)).toBeLessThanOrEqual(wait(other));
      }
    }),
  );
});
