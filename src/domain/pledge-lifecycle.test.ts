import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  COUNTED_STATES,
  PENDING_DAYS,
  PLEDGE_STATES,
  PLEDGE_TRANSITIONS,
  isExpired,
  nextPledgeState,
  pendingUntil,
} from './pledge-lifecycle.ts';
import type { PledgeActor } from './pledge-lifecycle.ts';
import { DAY } from './durations.ts';

const state = fc.constantFrom(...PLEDGE_STATES);
const actor = fc.constantFrom<PledgeActor>('supporter', 'system');
const action = fc.constantFrom(...PLEDGE_TRANSITIONS.map((row) => row.action));

describe('a pledge', () => {
  test('is confirmed, then kept', () => {
    expect(nextPledgeState('pending', 'confirm', 'supporter')).toEqual({ ok: true, value: 'confirmed' });
    expect(nextPledgeState('confirmed', 'keep', 'system')).toEqual({ ok: true, value: 'kept' });
  });

  test('moves only as the table says, for whom the table says', () => {
    fc.assert(
      fc.property(state, action, actor, (from, does, by) => {
        const row = PLEDGE_TRANSITIONS.find((r) => r.action === does && r.by === by && r.from.includes(from));
        const refusal = { ok: false, error: { type: 'not-allowed', state: from, action: does } };
        expect(nextPledgeState(from, does, by)).toEqual(row ? { ok: true, value: row.to } : refusal);
      }),
    );
  });

  test('can be withdrawn by whoever made it as long as it stands, and then counts no more', () => {
    fc.assert(
      fc.property(state, (from) => {
        const withdrawn = nextPledgeState(from, 'withdraw', 'supporter');
        expect(withdrawn.ok).toBe(COUNTED_STATES.includes(from));
        if (withdrawn.ok) expect(COUNTED_STATES).not.toContain(withdrawn.value);
      }),
    );
  });

  test('is kept when it was seen, proven or not', () => {
    expect(nextPledgeState('pending', 'keep', 'system')).toEqual({ ok: true, value: 'kept' });
    expect(nextPledgeState('withdrawn', 'keep', 'system').ok).toBe(false);
  });

  test('expires after seven days unless it was proven', () => {
    fc.assert(
      fc.property(state, fc.nat({ max: 4e12 }), fc.nat({ max: 20 * DAY }), (one, created, age) => {
        const createdAt = new Date(created);
        const now = new Date(created + age);
        expect(isExpired({ state: one, createdAt }, now)).toBe(one === 'pending' && age >= PENDING_DAYS * DAY);
        expect(pendingUntil(createdAt).getTime() - createdAt.getTime()).toBe(7 * DAY);
      }),
    );
  });
});
