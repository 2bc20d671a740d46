import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  COUNTED_STATES,
  furthest,
  lookAgainAt,
  nextPledgeState,
  pendingUntil,
  PLEDGE_ACTIONS,
  PLEDGE_STATES,
  STANDING_STATES,
  type PledgeAction,
  type PledgeActor,
  type PledgeState,
} from './pledge-lifecycle.ts';
import { DAY } from './durations.ts';

const ACTORS: Record<PledgeAction, PledgeActor> = {
  release: 'system',
  promise: 'supporter',
  confirm: 'supporter',
  keep: 'system',
  lapse: 'system',
  withdraw: 'supporter',
  expire: 'system',
};

/** Where each action leads from each state; '-' where it is refused. The columns are PLEDGE_ACTIONS, in their order. */
const LIFE = `
  from       release   promise   confirm    keep      lapse     withdraw   expire
  waiting    pending   pending   waiting    kept      -         withdrawn  expired
  pending    -         -         confirmed  kept      -         withdrawn  expired
  confirmed  -         -         confirmed  kept      -         withdrawn  -
  kept       -         -         kept       kept      lapsed    withdrawn  -
  lapsed     -         -         lapsed     kept      -         withdrawn  -
  withdrawn  -         -         -          -         -         -          -
  expired    -         -         -          -         -         -          -
`;
const [header = [], ...rows] = LIFE.trim().split('\n').map((line) => line.trim().split(/ +/));
const transitions = rows.flatMap(([from = '', ...leads]) => leads.map((to, index) => ({ from, action: header[index + 1] ?? '', to })));

describe('the life of a pledge', () => {
  test('is told whole by the table below', () => {
    expect(header.slice(1)).toEqual(PLEDGE_ACTIONS);
    expect(rows.map(([from]) => from)).toEqual(PLEDGE_STATES);
  });

  test.each(transitions)('$from, $action: $to', ({ from, action, to }) => {
    const [state, does] = [from as PledgeState, action as PledgeAction];
    const refusal = { ok: false, error: { type: 'not-allowed', state, action: does } };
    expect(nextPledgeState(state, does, ACTORS[does])).toEqual(to === '-' ? refusal : { ok: true, value: to });
    const somebodyElse = ACTORS[does] === 'system' ? 'supporter' : 'system';
    expect(nextPledgeState(state, does, somebodyElse)).toEqual(refusal);
  });
});

describe('a pledge', () => {
  const standing = fc.constantFrom(...STANDING_STATES);

  test('can be withdrawn by whoever made it as long as it stands, and then counts no more', () => {
    for (const from of PLEDGE_STATES) {
      const withdrawn = nextPledgeState(from, 'withdraw', 'supporter');
      expect(withdrawn.ok).toBe((STANDING_STATES as readonly string[]).includes(from));
      if (withdrawn.ok) expect(COUNTED_STATES).not.toContain(withdrawn.value);
    }
  });

  test('loses nothing by a proof', () => {
    fc.assert(
      fc.property(standing, (from) => {
        const confirmed = nextPledgeState(from, 'confirm', 'supporter');
        expect(confirmed.ok && furthest([from, confirmed.value as typeof from])).toBe(confirmed.ok && confirmed.value);
      }),
    );
  });

  test('of somebody who had another stands where the further one does, in whichever order they are found', () => {
    fc.assert(
      fc.property(fc.array(standing, { minLength: 1 }), fc.array(standing), (some, more) => {
        const together = furthest([...some, ...more]);
        expect([...some, ...more]).toContain(together);
        expect(furthest([...more, ...some])).toBe(together);
        expect(furthest([furthest(some), ...more])).toBe(together);
      }),
    );
  });

  test('waits seven days for a proof, and is looked at again after thirty', () => {
    fc.assert(
      fc.property(fc.nat({ max: 4e12 }), (at) => {
        expect(pendingUntil(new Date(at)).getTime() - at).toBe(7 * DAY);
        expect(lookAgainAt(new Date(at)).getTime() - at).toBe(30 * DAY);
      }),
    );
  });
});
