import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { concentration, hostCounts } from './concentration.ts';

const from = (host: string, count: number): string[] => Array.from({ length: count }, () => host);
/** Each on a server of its own. */
const scattered = (count: number, name = 'a'): string[] => Array.from({ length: count }, (_, index) => `${name}${index}.example`);

describe('a wave of followers', () => {
  test('from one server is told', () => {
    expect(concentration([...from('farm.example', 300), ...scattered(60)], [...from('mastodon.social', 30), ...scattered(70)])).toEqual(['farm.example']);
  });

  test('from a few servers that nobody came from before is told', () => {
    const farms = [...from('one.example', 60), ...from('two.example', 60), ...from('three.example', 60)];
    expect(concentration([...farms, ...scattered(60)], scattered(100))).toEqual(['one.example', 'three.example', 'two.example']);
  });

  test('of which a large server brings its usual share is none', () => {
    expect(concentration([...from('mastodon.social', 200), ...scattered(200)], [...from('mastodon.social', 40), ...scattered(60)])).toEqual([]);
  });

  test('from the town’s own server, which most came from before, is none', () => {
    expect(concentration([...from('town.example', 360), ...scattered(40)], [...from('town.example', 80), ...scattered(20)])).toEqual([]);
  });

  test('that is too small, or has nothing before it, proves nothing', () => {
    expect(concentration(from('farm.example', 49), scattered(100))).toBeNull();
    expect(concentration(from('farm.example', 400), scattered(29))).toBeNull();
  });

  test('like the followers before it is none, whatever they are', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 50, maxLength: 120 }),
        fc.integer({ min: 1, max: 5 }),
        (before, times) => {
          expect(concentration(Array.from({ length: times }, () => before).flat(), before)).toEqual([]);
        },
      ),
    ));

  test('is told whatever the order of the list', () =>
    fc.assert(
      fc.property(fc.shuffledSubarray([...from('farm.example', 200), ...scattered(60)], { minLength: 260 }), (newest) => {
        expect(concentration(newest, scattered(60, 'b'))).toEqual(['farm.example']);
      }),
      { numRuns: 20 },
    ));
});

test('servers are counted, those with the most first', () => {
  expect(hostCounts(['b', 'a', 'b', 'c', 'a', 'b'])).toEqual([{ host: 'b', count: 3 }, { host: 'a', count: 2 }, { host: 'c', count: 1 }]);
});
