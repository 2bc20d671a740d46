import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MOST_OTHERS, nextRelease, released, type Waiting, type WaitingStep } from './conditional-release.ts';

/** Somebody who waits, with the place in which they came. */
type Person = Waiting & { readonly came: number };

const few = fc.integer({ min: 1, max: 30 });
const crowd: fc.Arbitrary<Person[]> = fc
  .array(fc.record({ whenOthers: few, counts: fc.boolean() }), { maxLength: 60 })
  .map((people) => people.map((each, came) => ({ ...each, came })));
const promised = fc.nat({ max: 30 });

const waiting = (...numbers: number[]): Person[] => numbers.map((whenOthers, came) => ({ whenOthers, counts: true, came }));
const places = (people: readonly Person[]): number[] => people.map(({ came }) => came);

/** Whose turn it is when everybody looks again and again until nobody moves any more, whatever the order. */
function untilNobodyMoves(count: number, people: readonly Person[]): number[] {
  const free = new Set<Person>();
  for (let before = -1; before !== free.size; ) {
    before = free.size;
    const others = count + [...free].filter(({ counts }) => counts).length;
    for (const one of people) if (one.whenOthers <= others) free.add(one);
  }
  return places([...free]).sort((a, b) => a - b);
}

describe('whoever waits for others', () => {
  test.each([
    ['as soon as so many have promised, and not before', 300, waiting(302, 300), [1]],
    ['not for one too few', 299, waiting(300), []],
    ['because of those who were released before', 2, waiting(4, 3, 2, 6), [2, 1, 0]],
    ['in the order in which they came, of the same number', 10, waiting(10, 5, 10, 5), [1, 3, 0, 2]],
    ['and not by waiting for each other', 0, waiting(1, 1, 1), []],
    ['one brings all along', 1, waiting(3, 2, 1), [2, 1, 0]],
  ])('is released %s', (_, count, people, expected) => expect(places(released(count, people))).toEqual(expected));

  test('of whom some do not count brings nobody along', () => {
    const people = [{ whenOthers: 1, counts: false, came: 0 }, { whenOthers: 2, counts: true, came: 1 }];
    expect(places(released(1, people))).toEqual([0]);
    expect(places(released(2, people))).toEqual([0, 1]);
  });

  test('is never released before the condition holds, at whatever point one stops', () => {
    fc.assert(
      fc.property(promised, crowd, (count, people) => {
        const free = released(count, people);
        for (const [index, one] of free.entries()) {
          const others = count + free.slice(0, index).filter(({ counts }) => counts).length;
          expect(one.whenOthers).toBeLessThanOrEqual(others);
        }
      }),
    );
  });

  test('is released when the others are: the least that everybody can agree on, however they came', () => {
    fc.assert(
      fc.property(promised, crowd, fc.infiniteStream(fc.nat()), (count, people, order) => {
        const mixed = people.map((one) => ({ one, key: order.next().value as number })).sort((a, b) => a.key - b.key).map(({ one }) => one);
        const agreed = untilNobodyMoves(count, people);
        expect(places(released(count, people)).sort((a, b) => a - b)).toEqual(agreed);
        expect(places(released(count, mixed)).sort((a, b) => a - b)).toEqual(agreed);
      }),
    );
  });

  test('keeps the place in which they came among those of the same number', () => {
    fc.assert(
      fc.property(promised, crowd, (count, people) => {
        const free = released(count, people);
        for (const [index, one] of free.entries()) {
          const before = free[index - 1];
          if (before === undefined) continue;
          expect(before.whenOthers < one.whenOthers || (before.whenOthers === one.whenOthers && before.came < one.came)).toBe(true);
        }
      }),
    );
  });

  test('loses nothing by more promises or more people, and gains nothing by withdrawals', () => {
    fc.assert(
      fc.property(promised, few, crowd, few, (count, more, people, whenOthers) => {
        const free = places(released(count, people));
        expect(places(released(count + more, people))).toEqual(expect.arrayContaining(free));
        expect(places(released(count, [...people, { whenOthers, counts: true, came: -1 }]))).toEqual(expect.arrayContaining(free));
        const stayed = people.filter(({ came }) => came % 3 !== 0);
        expect(free).toEqual(expect.arrayContaining(places(released(Math.max(0, count - more), stayed))));
      }),
    );
  });

  test('is released in one go or in several, by batches or all together', () => {
    fc.assert(
      fc.property(promised, crowd, fc.integer({ min: 1, max: 7 }), (count, people, batch) => {
        const inBatches: Person[] = [];
        for (let left: readonly Person[] = people, others = count; ; ) {
          const first = left.toSorted((a, b) => a.whenOthers - b.whenOthers).slice(0, batch);
          const free = released(others, first);
          if (free.length === 0) break;
          inBatches.push(...free);
          others += free.filter(({ counts }) => counts).length;
          left = left.filter((one) => !free.includes(one));
        }
        expect(inBatches).toEqual(released(count, people));
      }),
    );
  });

  test('is found among fifty thousand at once, though each brings the next', () => {
    const people = waiting(...Array.from({ length: 50_000 }, (_, n) => MOST_OTHERS - n));
    const start = performance.now();
    expect(released(50_000, people)).toEqual([]);
    expect(released(50_001, people)).toHaveLength(50_000);
    expect(nextRelease(50_000, people.map(({ whenOthers }) => ({ whenOthers, people: 1 })))).toEqual({ at: 50_001, people: 50_000 });
    expect(nextRelease(0, Array.from({ length: 50_000 }, (_, n) => ({ whenOthers: 2 * n + 2, people: 1 })))).toBeNull();
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe('the next number at which people join', () => {
  const steps = fc
    .uniqueArray(fc.record({ whenOthers: few, people: fc.integer({ min: 1, max: 9 }) }), { selector: ({ whenOthers }) => whenOthers, maxLength: 20 });

  test.each([
    [212, [{ whenOthers: 300, people: 88 }], { at: 300, people: 88 }],
    [212, [{ whenOthers: 300, people: 80 }, { whenOthers: 350, people: 8 }, { whenOthers: 389, people: 50 }], { at: 300, people: 88 }],
    [300, [{ whenOthers: 300, people: 88 }], null],
    [212, [], null],
    // Four people could be told apart; they are passed over, and counted by then.
    [212, [{ whenOthers: 250, people: 4 }, { whenOthers: 300, people: 5 }], { at: 300, people: 5 }],
    [212, [{ whenOthers: 250, people: 4 }, { whenOthers: 254, people: 1 }], { at: 250, people: 5 }],
  ])('after %d promises, of %j, is %j', (count, known, expected) => expect(nextRelease(count, known)).toEqual(expected));

  test('is what happens then, and names no fewer than five', () => {
    fc.assert(
      fc.property(promised, steps, (count, known) => {
        const next = nextRelease(count, known);
        const crowdFrom = (at: number): Waiting[] => known.filter(({ whenOthers }) => whenOthers >= at).flatMap(peopleOf);
        const joining = (at: number): number => released(at, crowdFrom(at)).length;
        const numbers = known.map(({ whenOthers }) => whenOthers).filter((at) => at > count).sort((a, b) => a - b);
        const at = numbers.find((each) => joining(each) >= 5);
        expect(next).toEqual(at === undefined ? null : { at, people: joining(at) });
      }),
    );
  });

  function peopleOf({ whenOthers, people }: WaitingStep): Waiting[] {
    return Array.from({ length: people }, () => ({ whenOthers, counts: true }));
  }
});
