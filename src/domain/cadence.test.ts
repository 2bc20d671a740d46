import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextReadingAt } from './cadence.ts';
import type { Pace } from './cadence.ts';
import { CAMPAIGN_STATES, FINISHED_STATES } from './campaign-lifecycle.ts';
import { DAY, HOUR, MINUTE } from './durations.ts';

const now = new Date('2026-03-01T12:00:00Z');
const ahead = (milliseconds: number) => new Date(now.getTime() + milliseconds);
const calm: Pace = {
  account: 'a1',
  state: 'live',
  remaining: 3000,
  goal: 6000,
  deadline: null,
  endedAt: null,
  failures: 0,
  retryAt: null,
  onceADay: false,
  now,
};

describe('an account is read', () => {
  test.each<[string, Partial<Pace>, number]>([
    ['hourly while the campaign is live', {}, HOUR],
    ['hourly once it is approved', { state: 'approved' }, HOUR],
    ['hourly when nothing is known yet', { remaining: null, goal: null }, HOUR],
    ['every five minutes at 100 from the crossing', { remaining: 100 }, 5 * MINUTE],
    ['hourly at 101 from it', { remaining: 101 }, HOUR],
    ['every five minutes within 1 % of a large goal', { remaining: 2000, goal: 200_000 }, 5 * MINUTE],
    ['every five minutes in the last two days', { deadline: ahead(2 * DAY) }, 5 * MINUTE],
    ['hourly before', { deadline: ahead(2 * DAY + 1) }, HOUR],
    ['hourly just after a victory', { state: 'won', remaining: 0, endedAt: ahead(-DAY) }, HOUR],
    ['daily later', { state: 'won', remaining: 0, endedAt: ahead(-3 * DAY) }, DAY],
    ['daily after a deadline that passed long ago', { state: 'ended', endedAt: ahead(-3 * DAY) }, DAY],
  ])('%s', (_, pace, wait) => {
    const due = nextReadingAt({ ...calm, ...pace })?.getTime() ?? NaN;
    expect(due).toBeGreaterThanOrEqual(ahead(wait).getTime());
    // A little apart from the others that were read with it.
    expect(due).toBeLessThanOrEqual(ahead(1.05 * wait).getTime());
  });

  test.each<[string, Partial<Pace>]>([
    ['before anyone approved the campaign', { state: 'submitted' }],
    ['once it is closed', { state: 'closed', endedAt: now }],
    ['a month after it was won', { state: 'won', endedAt: ahead(-31 * DAY) }],
  ])('no more %s', (_, pace) => {
    expect(nextReadingAt({ ...calm, ...pace })).toBeNull();
  });
});

const pace: fc.Arbitrary<Pace> = fc
  .record({
    account: fc.uuid(),
    state: fc.constantFrom(...CAMPAIGN_STATES),
    remaining: fc.option(fc.nat({ max: 10_000 })),
    goal: fc.option(fc.nat({ max: 1_000_000 })),
    deadline: fc.option(fc.integer({ min: -10, max: 100 }).map((days) => ahead(days * DAY))),
    since: fc.nat({ max: 60 }),
    failures: fc.nat({ max: 2000 }),
    retryAt: fc.option(fc.integer({ min: -10, max: 1000 }).map((hours) => ahead(hours * HOUR))),
    onceADay: fc.boolean(),
  })
  .map(({ since, ...rest }) => ({
    ...rest,
    now,
    endedAt: FINISHED_STATES.includes(rest.state) ? ahead(-since * DAY) : null,
  }));
const wait = (one: Pace) => (nextReadingAt(one) ?? now).getTime() - now.getTime();

describe('the wait', () => {
  test('is the same for the same facts, from five minutes to little more than a week', () => {
    fc.assert(
      fc.property(pace, (one) => {
        const next = nextReadingAt(one);
        expect(nextReadingAt(one)).toEqual(next);
        if (next === null) return;
        expect(wait(one)).toBeGreaterThanOrEqual(5 * MINUTE);
        expect(wait(one)).toBeLessThanOrEqual(1.25 * 7 * DAY);
      }),
    );
  });

  test('never ends before the server allows, within a week', () => {
    fc.assert(
      fc.property(pace, (one) => {
        if (nextReadingAt(one) === null || one.retryAt === null) return;
        expect(wait(one)).toBeGreaterThanOrEqual(Math.min(one.retryAt.getTime() - now.getTime(), 7 * DAY));
      }),
    );
  });

  test('grows with failures up to a day and a quarter, and differs between accounts', () => {
    fc.assert(
      fc.property(pace, (one) => {
        const patient = { ...one, retryAt: null, onceADay: false };
        expect(wait({ ...patient, failures: one.failures + 1 })).toBeGreaterThanOrEqual(wait(patient));
        expect(wait(patient)).toBeLessThanOrEqual(1.25 * DAY);
      }),
    );
    const waits = Array.from({ length: 100 }, (_, i) => wait({ ...calm, failures: 3, account: `account ${i}` }));
    expect(new Set(waits).size).toBeGreaterThan(95);
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(HOUR);
  });

  test('of a network that is paid for by the day lasts into the next one', () => {
    fc.assert(
      fc.property(pace, fc.integer({ min: 0, max: DAY - 1 }), (one, time) => {
        const at = new Date(Math.floor(now.getTime() / DAY) * DAY + time);
        const next = nextReadingAt({ ...one, onceADay: true, now: at });
        if (next !== null) expect(Math.floor(next.getTime() / DAY)).toBeGreaterThan(Math.floor(at.getTime() / DAY));
      }),
    );
  });
});
