import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compare, judge, likelyPerDay, tolerance, type Claim, type Known } from './corroboration.ts';
import { DAY, HOUR, MINUTE } from './durations.ts';

type Named = Claim & { id: string };
let made = 0;

const read = (count: number, hours: number, ...names: string[]): Named => ({
  id: `claim ${(made += 1)}`,
  count,
  at: new Date(hours * HOUR),
  names,
  picture: null,
});
const known = (count: number, hours: number, trusted = true): Named & Known => ({ ...read(count, hours), trusted });
const heldBy = (...pending: Named[]) => ({ pending, counted: [known(5840, 0)] });

describe('a claim', () => {
  const ada = read(5845, 2, 'ada');

  test('counts when another person read nearly the same', () => {
    const bob = read(5850, 3, 'bob');
    expect(judge(ada, heldBy(ada, bob))).toEqual({ type: 'counts', with: bob });
    expect(judge(bob, heldBy(ada, bob))).toEqual({ type: 'counts', with: ada });
  });

  test('counts when it agrees with what has just been read and counts', () => {
    expect(judge(read(5845, 1, 'ada'), heldBy())).toMatchObject({ type: 'counts', with: { count: 5840 } });
  });

  test('is not vouched for by a number of hours ago, or one person could lead it away in steps', () => {
    expect(judge(ada, heldBy())).toEqual({ type: 'alone' });
    const counted = [known(5840, 0), known(5835, 1.5, false)];
    expect(judge(read(5830, 3, 'ada'), { pending: [], counted })).toEqual({ type: 'alone' });
  });

  test('waits for somebody else', () => {
    const { counted } = { counted: [known(5840, -48)] };
    expect(judge(ada, { pending: [ada], counted })).toEqual({ type: 'alone' });
    expect(judge(ada, { pending: [ada, read(5845, 2, 'ada', 'home')], counted })).toEqual({ type: 'alone' });
    expect(judge(ada, { pending: [ada, read(5845, 2)], counted })).toEqual({ type: 'alone' });
  });

  test('is not confirmed by the same screenshot', () => {
    const [one, other] = [read(5845, 2, 'ada'), read(5845, 2, 'bob')].map((claim): Named => ({ ...claim, picture: 'p' }));
    expect(judge(one!, { pending: [one!, other!], counted: [known(5840, -48)] })).toEqual({ type: 'alone' });
  });

  test('is not confirmed by a friend who shares an owner with it', () => {
    const owners = [read(5845, 2, 'campaign', 'home'), read(5845, 2, 'campaign', 'office')];
    const neighbour = read(5845, 2, 'office');
    const counted = [known(5840, -48)];
    expect(judge(owners[0]!, { pending: [...owners, neighbour], counted })).toEqual({ type: 'alone' });
    expect(compare(owners[0]!, { pending: [neighbour], counted }).get(neighbour)).toBe('agrees');
    expect(compare(owners[0]!, { pending: [...owners, neighbour], counted }).get(neighbour)).toBe('same-reader');
  });

  test('is held up by whoever read something else', () => {
    const [bob, cleo] = [read(5850, 3, 'bob'), read(5990, 3, 'cleo')];
    expect(judge(ada, heldBy(ada, bob, cleo))).toEqual({ type: 'disputed', with: [cleo] });
    expect(judge(cleo, heldBy(ada, bob, cleo))).toEqual({ type: 'disputed', with: [ada, bob] });
  });

  test('is not held up by a number of hours ago that the account may have left since', () => {
    const [dawn, night] = [read(5845, 1, 'ada'), read(5885, 20, 'bob')];
    expect(compare(night, heldBy(dawn)).get(dawn)).toBe('moved');
    expect(compare(night, heldBy(read(5845, 19, 'ada'))).size).toBe(2);
    expect(judge(night, heldBy(dawn, read(5886, 20, 'cleo')))).toMatchObject({ type: 'counts' });
  });

  test('waits for a moderator when the account has never moved like this', () => {
    const pending = [read(6400, 20, 'ada'), read(6401, 20, 'bob')];
    expect(judge(pending[0]!, heldBy(...pending))).toMatchObject({ type: 'unlikely', with: { count: 5840 } });
  });

  test('waits for a moderator when it is the first one of its account', () => {
    const pending = [read(5840, 20, 'ada'), read(5841, 20, 'bob')];
    expect(judge(pending[0]!, { pending, counted: [] })).toEqual({ type: 'unlikely', with: null });
  });

  test.each([
    ['below the rival', 5830, 5835],
    ['to a tie', 5835, 5835],
  ])('waits for a moderator when it takes the lead %s', (_what, count, rival) => {
    const pending = [read(count, 2, 'ada'), read(count, 2, 'bob')];
    expect(judge(pending[0]!, heldBy(...pending), [rival])).toMatchObject({ type: 'decisive', with: { count } });
    expect(judge(pending[0]!, heldBy(...pending), [6000, 12])).toMatchObject({ type: 'counts' });
  });

  test('must fit between the readings around it', () => {
    const counted = [known(5840, 0), known(5900, 48)];
    const pending = [read(5700, 20, 'ada'), read(5700, 20, 'bob')];
    expect(judge(pending[0]!, { pending, counted })).toMatchObject({ type: 'unlikely' });
  });

  test('fits again once a moderator has believed in a day that nobody expected', () => {
    const counted = [known(5840, 0), known(6400, 20)];
    const pending = [read(6405, 22, 'ada'), read(6410, 23, 'bob')];
    expect(judge(pending[0]!, { pending, counted })).toMatchObject({ type: 'counts' });
  });
});

describe('the pace of an account', () => {
  const days = (perDay: number, n: number) => Array.from({ length: n }, (_, day) => known(5840 + perDay * day, 24 * day));

  test('is taken for lively as long as little is known', () => {
    expect(likelyPerDay(days(1, 3), read(5840, 72))).toBeCloseTo(0.02 * 5842);
    expect(likelyPerDay([], read(100, 0))).toBe(50);
  });

  test('is what it usually does, several times over', () => {
    expect(likelyPerDay(days(12, 9), read(5840, 9 * 24))).toBeCloseTo(48);
    expect(likelyPerDay(days(1, 9), read(5840, 9 * 24))).toBeCloseTo(0.005 * 5848);
    expect(likelyPerDay(days(900, 9), read(5840, 9 * 24))).toBeCloseTo(0.02 * 13_040);
  });

  test('is not made lively by many looks at once', () => {
    const looks = Array.from({ length: 50 }, (_, n) => known(5840 + (n % 2) * 20, 24 * 9 + n / 60));
    expect(likelyPerDay([...days(1, 9), ...looks], read(5840, 24 * 9 + 1))).toBeCloseTo(0.005 * 5860);
  });
});

describe('whatever people send', () => {
  const names = fc.uniqueArray(fc.constantFrom('ada', 'bob', 'cleo', 'home', 'campaign'), { maxLength: 3 });
  const claim: fc.Arbitrary<Named> = fc.record({
    id: fc.uuid(),
    count: fc.oneof(fc.integer({ min: 5700, max: 5990 }), fc.nat({ max: 2_000_000 })),
    at: fc.nat({ max: 4 * 24 * 60 }).map((minutes) => new Date(minutes * MINUTE)),
    names,
    picture: fc.constantFrom(null, null, 'one', 'two'),
  });
  const claims = fc.array(claim, { maxLength: 8 });
  const reading = fc.tuple(claim, fc.boolean()).map(([facts, trusted]) => ({ ...facts, trusted }));
  const readings = fc.array(reading, { maxLength: 8 });

  test('nobody confirms themselves, under any of their names', () => {
    fc.assert(
      fc.property(claims, claim, readings, (others, own, counted) => {
        const pending = [own, ...others.map((other) => ({ ...other, names: ['ada', ...other.names] }))];
        const untrusted = counted.map((each) => ({ ...each, names: ['ada'], trusted: false }));
        const verdict = judge({ ...own, names: ['ada'] }, { pending: pending.slice(1), counted: untrusted });
        expect(verdict.type).not.toBe('counts');
      }),
    );
  });

  test('to agree and to differ is mutual', () => {
    fc.assert(
      fc.property(claim, claim, readings, (a, b, counted) => {
        const trustless = counted.map((each) => ({ ...each, trusted: false }));
        // The pace that is likely depends on the moment from which one looks back.
        const later = { ...b, at: a.at };
        const there = compare(a, { pending: [later], counted: trustless }).get(later);
        const back = compare(later, { pending: [a], counted: trustless }).get(a);
        expect(there).toBe(back);
      }),
    );
  });

  test('one more person who disagrees never makes a number count', () => {
    fc.assert(
      fc.property(claims, claim, claim, readings, (pending, own, other, counted) => {
        if (judge(own, { pending, counted }).type === 'counts') return;
        const joined = [...pending, other];
        if (compare(own, { pending: joined, counted }).get(other) !== 'differs') return;
        expect(judge(own, { pending: joined, counted }).type).toBe('disputed');
      }),
    );
  });

  test('what counts is near what its witness says', () => {
    fc.assert(
      fc.property(claims, claim, readings, (pending, own, counted) => {
        const verdict = judge(own, { pending, counted });
        if (verdict.type !== 'counts') return;
        const { count, at } = verdict.with;
        expect(Math.abs(count - own.count)).toBeLessThanOrEqual(tolerance(Math.max(count, own.count)));
        expect(Math.abs(at.getTime() - own.at.getTime())).toBeLessThanOrEqual(DAY);
      }),
    );
  });

  test('two phones that agree all day stay within what a day may bring, and turn no dare', () => {
    const steps = fc.array(fc.record({ minutes: fc.integer({ min: 1, max: 90 }), greed: fc.integer({ min: 1, max: 200 }) }), { minLength: 5, maxLength: 40 });
    fc.assert(
      fc.property(steps, fc.boolean(), fc.integer({ min: 5700, max: 5839 }), (moves, down, rival) => {
        const counted = [known(5840, 0)];
        let minutes = 0;
        for (const { minutes: wait, greed } of moves) {
          minutes += wait;
          const count = (counted.at(-1)?.count ?? 0) + (down ? -greed : greed);
          const pair = [read(count, minutes / 60, 'one phone'), read(count, minutes / 60, 'other phone')];
          for (const each of pair) {
            if (judge(each, { pending: pair, counted }, [rival]).type === 'counts') counted.push({ ...each, trusted: false });
          }
        }
        const last = counted.at(-1)?.count ?? 0;
        const room = tolerance(Math.max(last, 5840)) + (0.02 * Math.max(last, 5840) * minutes) / (24 * 60);
        expect(Math.abs(last - 5840)).toBeLessThanOrEqual(room);
        expect(last).toBeGreaterThan(rival);
      }),
    );
  });

  test('two honest people are believed, whatever a usual day brings', () => {
    const history = fc.array(fc.integer({ min: -25, max: 25 }), { minLength: 6, maxLength: 20 });
    fc.assert(
      fc.property(history, fc.integer({ min: -25, max: 25 }), fc.nat({ max: 6 }), (changes, today, slip) => {
        let count = 5840;
        const counted = changes.map((change, day) => known((count += change), 24 * day));
        const now = 24 * changes.length;
        const [ada, bob] = [read(count + today, now, 'ada'), read(count + today + slip, now + 1, 'bob')];
        expect(judge(ada, { pending: [ada, bob], counted }).type).toBe('counts');
        expect(judge(bob, { pending: [ada, bob], counted }).type).toBe('counts');
      }),
    );
  });
});
