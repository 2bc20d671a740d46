import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countsUnproven, crowdsIn, SERVER_DAY, type Arrivals } from './crowds.ts';

const from = (host: string, fields: Partial<Arrivals> = {}): Arrivals => ({ host, pledges: 1, unproven: 1, unknown: 0, isKnown: false, ...fields });
const many = (n: number, host: (index: number) => string): Arrivals[] => Array.from({ length: n }, (_, index) => from(host(index)));

describe('a small honest server', () => {
  const others = fc.integer({ min: 0, max: 1_000_000 });

  test('is never asked for proof, whatever others do', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: SERVER_DAY - 1 }), others, (ofServer, ofOthers) => countsUnproven({ ofServer, ofOthers })));
  });

  test('has it the easier the more others come, and the harder the more come in its name', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), others, others, (ofServer, some, more) => {
        const [fewer, all] = [Math.min(some, more), Math.max(some, more)];
        if (countsUnproven({ ofServer, ofOthers: fewer })) expect(countsUnproven({ ofServer, ofOthers: all })).toBe(true);
        if (countsUnproven({ ofServer: ofServer + 1, ofOthers: some })) expect(countsUnproven({ ofServer, ofOthers: some })).toBe(true);
      }),
    );
  });

  test('is in no crowd of its own making: not below sixty in an hour, and not once half of its people are proven', () => {
    const arrivals = fc.record({ pledges: fc.integer({ min: 1, max: 59 }), proven: fc.double({ min: 0, max: 1, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(arrivals, { maxLength: 29 }), (servers) => {
        const honest = servers.map(({ pledges, proven }, index) => from(`town${index}.example`, { pledges, unproven: Math.round(pledges * (1 - proven)) }));
        expect(crowdsIn(honest)).toEqual([]);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (pledges) => {
        expect(crowdsIn([from('town.example', { pledges, unproven: Math.floor(pledges / 2) })])).toEqual([]);
      }),
    );
  });

  test('of one person is flagged with many others or not at all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 300 }), (single, big) => {
        const crowds = crowdsIn([...many(single, (n) => `own${n}.example`), ...(big > 0 ? [from('big.example', { pledges: big, unproven: 0, isKnown: true })] : [])]);
        expect(crowds.every(({ kind, hosts }) => kind === 'one-actor' && hosts.length >= 30)).toBe(true);
      }),
    );
  });
});

describe('what is flagged', () => {
  test('a burst of typed handles of one server', () => {
    const burst = from('flood.example', { pledges: 80, unproven: 78 });
    expect(crowdsIn([burst, from('town.example', { pledges: 20, unproven: 20 })])).toEqual([{ kind: 'burst', hosts: ['flood.example'] }]);
    // A wave in which the largest server has its usual share.
    expect(crowdsIn([burst, from('town.example', { pledges: 100, unproven: 50 })])).toEqual([]);
  });

  test('a server that knows nobody of those who were typed', () => {
    expect(crowdsIn([from('nowhere.example', { pledges: 6, unproven: 6, unknown: 5 })])).toEqual([{ kind: 'throw-away', hosts: ['nowhere.example'] }]);
    expect(crowdsIn([from('slow.example', { pledges: 12, unproven: 12, unknown: 5 })])).toEqual([]);
  });

  test('servers of one person each, many at once or many under one name', () => {
    const single = many(30, (n) => `own${n}.example`);
    expect(crowdsIn([...single, from('big.example', { pledges: 29, isKnown: true })])).toEqual([{ kind: 'one-actor', hosts: single.map(({ host }) => host) }]);
    const under = many(10, (n) => `s${n}.evil.example`);
    const crowd = { kind: 'one-actor', hosts: under.map(({ host }) => host) };
    expect(crowdsIn([...under, ...many(9, (n) => `s${n}.honest.example`), from('big.example', { pledges: 500, isKnown: true })])).toEqual([crowd]);
  });

  test('nothing, when nobody comes', () => expect(crowdsIn([])).toEqual([]));
});

test('a server beyond its day counts as long as it is no more than all others together', () => {
  expect(countsUnproven({ ofServer: SERVER_DAY, ofOthers: SERVER_DAY - 1 })).toBe(false);
  expect(countsUnproven({ ofServer: 15_000, ofOthers: 35_000 })).toBe(true);
});
