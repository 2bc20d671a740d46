import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HOUR } from './durations.ts';
import { batchSize, LONGEST_WAVE, mostAtOnce, timeLeft, WAVE_INTERVAL } from './wave.ts';

const totals = fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 3_000_000 }));

/** Tells people in their order, batch after batch, until nobody is left; when and how many by each. */
function wholeWave(total: number): { at: number; from: number; to: number }[] {
  const batches: { at: number; from: number; to: number }[] = [];
  for (let told = 0; told < total; ) {
    const to = Math.min(total, told + batchSize(total, batches.length));
    batches.push({ at: batches.length * WAVE_INTERVAL, from: told, to });
    told = to;
  }
  return batches;
}

describe('a wave', () => {
  test('tells everyone once, in their order', () => {
    fc.assert(
      fc.property(totals, (total) => {
        const batches = wholeWave(total);
        expect(batches.at(0)?.from ?? 0).toBe(0);
        expect(batches.at(-1)?.to ?? 0).toBe(total);
        for (const [index, { from, to }] of batches.entries()) {
          expect(from).toBe(index === 0 ? 0 : batches[index - 1]?.to);
          expect(to).toBeGreaterThan(from);
        }
      }),
    );
  });

  test('never tells more than so many within one interval, and begins with few', () => {
    fc.assert(
      fc.property(totals, (total) => {
        const batches = wholeWave(total);
        for (const { from, to } of batches) expect(to - from).toBeLessThanOrEqual(mostAtOnce(total));
        expect(batches[0]?.to ?? 0).toBeLessThanOrEqual(10);
      }),
    );
  });

  test('is over within a day, however many asked', () => {
    fc.assert(fc.property(totals, (total) => expect(wholeWave(total).at(-1)?.at ?? 0).toBeLessThan(LONGEST_WAVE)));
    expect(wholeWave(3_000).at(-1)?.at).toBeLessThan(6 * HOUR);
  });

  test('knows at each of its batches how long it still takes', () => {
    fc.assert(
      fc.property(totals, (total) => {
        const batches = wholeWave(total);
        const end = batches.at(-1)?.at ?? 0;
        for (const [done, { at, from }] of batches.entries()) expect(timeLeft(total, done, total - from)).toBe(end - at);
        expect(timeLeft(total, batches.length, 0)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});
