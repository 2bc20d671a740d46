import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  AMENDABLE_STATES,
  CAMPAIGN_STATES,
  CAMPAIGN_TRANSITIONS,
  FINISHED_STATES,
  PLEDGING_STATES,
  PUBLIC_STATES,
  TRACKED_DAYS_AFTER_END,
  TRACKED_STATES,
  allowedActions,
  awaitsAccount,
  hasCorrectableAccount,
  isPublic,
  isTracked,
  nextState,
} from './campaign-lifecycle.ts';
import type { CampaignActor, CampaignState } from './campaign-lifecycle.ts';
import { DARE_KINDS } from './dare.ts';
import { DAY } from './durations.ts';

const actors: CampaignActor[] = ['campaigner', 'moderator', 'system'];
const state = fc.constantFrom(...CAMPAIGN_STATES);
const actor = fc.constantFrom(...actors);
const action = fc.constantFrom(...CAMPAIGN_TRANSITIONS.map((row) => row.action));

function live(steps: readonly (readonly [Parameters<typeof nextState>[1], CampaignActor])[]): CampaignState {
  return steps.reduce<CampaignState>((current, [step, by]) => {
    const next = nextState(current, step, by);
    if (!next.ok) throw new Error(`${by} cannot ${step} what is ${current}`);
    return next.value;
  }, 'submitted');
}

describe('a campaign', () => {
  test('is reviewed, amended, published and won', () => {
    const review = [['ask_changes', 'moderator'], ['submit', 'campaigner'], ['approve', 'moderator']] as const;
    expect(live(review)).toBe('approved');
    expect(live([...review, ['publish', 'campaigner'], ['win', 'system']])).toBe('won');
    expect(live([...review, ['publish', 'campaigner'], ['end', 'system']])).toBe('ended');
    expect(live([...review, ['publish', 'campaigner'], ['close', 'moderator']])).toBe('closed');
    expect(live([...review, ['withdraw', 'campaigner']])).toBe('withdrawn');
  });

  test('moves only as the table says, for whom the table says', () => {
    fc.assert(
      fc.property(state, action, actor, (from, does, by) => {
        const row = CAMPAIGN_TRANSITIONS.find((r) => r.action === does && r.by === by && r.from.includes(from));
        const refusal = { ok: false, error: { type: 'not-allowed', state: from, action: does } };
        expect(nextState(from, does, by)).toEqual(row ? { ok: true, value: row.to } : refusal);
        expect(allowedActions(from, by).includes(does)).toBe(row !== undefined);
      }),
    );
  });

  test('to which the institution agrees rests, and goes on where the promise is not kept', () => {
    const running = [['approve', 'moderator'], ['publish', 'campaigner'], ['agree', 'moderator']] as const;
    expect(live(running)).toBe('agreed');
    expect(live([...running, ['reopen', 'moderator']])).toBe('live');
    expect(live([...running, ['reopen', 'moderator'], ['agree', 'moderator']])).toBe('agreed');
    expect(live([...running, ['reopen', 'moderator'], ['win', 'system']])).toBe('won');
    for (const by of ['campaigner', 'system'] as const) expect(allowedActions('agreed', by)).toEqual([]);
    expect(nextState('live', 'agree', 'campaigner').ok).toBe(false);
    for (const over of ['won', 'ended', 'closed'] as const) expect(nextState(over, 'agree', 'moderator').ok).toBe(false);
  });

  test('takes promises while it runs, and once the institution agreed', () => {
    expect(PLEDGING_STATES.every((one) => PUBLIC_STATES.includes(one))).toBe(true);
    expect(CAMPAIGN_STATES.filter((one) => PLEDGING_STATES.includes(one))).toEqual(['live', 'agreed']);
  });

  test('that the campaigner cannot approve, and nobody can win by hand', () => {
    expect(nextState('submitted', 'approve', 'campaigner').ok).toBe(false);
    expect(nextState('live', 'win', 'campaigner').ok).toBe(false);
    expect(nextState('live', 'win', 'moderator').ok).toBe(false);
    expect(nextState('won', 'reopen', 'campaigner').ok).toBe(false);
  });
});

describe('the table', () => {
  test('has one answer for each question', () => {
    const questions = CAMPAIGN_TRANSITIONS.flatMap((row) => row.from.map((one) => `${row.action} ${row.by} ${one}`));
    expect(questions).toEqual([...new Set(questions)]);
  });

  test('leads to every state, and out of those that are over to none, save that a victory can turn out to be none, and a promise be broken', () => {
    const reached = new Set<CampaignState>(['submitted', ...CAMPAIGN_TRANSITIONS.map((row) => row.to)]);
    expect([...reached].toSorted()).toEqual([...CAMPAIGN_STATES].toSorted());
    const over = CAMPAIGN_STATES.filter((one) => actors.every((by) => allowedActions(one, by).every((does) => does === 'reopen')));
    expect(over.toSorted()).toEqual([...FINISHED_STATES, 'rejected', 'withdrawn'].toSorted());
  });

  test('makes public what was live and only that, and what is public is no longer rewritten', () => {
    expect(PUBLIC_STATES).toEqual(expect.arrayContaining([...FINISHED_STATES]));
    expect(AMENDABLE_STATES.some((one) => PUBLIC_STATES.includes(one))).toBe(false);
    for (const { action: does, from, to } of CAMPAIGN_TRANSITIONS) {
      if (to === 'live') expect(from).toEqual(does === 'publish' ? ['approved'] : ['won', 'agreed']);
      else if (PUBLIC_STATES.includes(to)) expect(from.every((one) => PUBLIC_STATES.includes(one))).toBe(true);
      else expect(from.some((one) => PUBLIC_STATES.includes(one))).toBe(false);
    }
  });
});

test('a hidden campaign is public in no state', () => {
  fc.assert(
    fc.property(state, (one) => {
      expect(isPublic({ state: one, hiddenAt: new Date(0) })).toBe(false);
      expect(isPublic({ state: one, hiddenAt: null })).toBe(PUBLIC_STATES.includes(one));
    }),
  );
});

test('accounts are read from the approval until thirty days after the end', () => {
  const endedAt = new Date('2023-09-04T00:00:00Z');
  const after = (days: number) => new Date(endedAt.getTime() + days * DAY);
  expect(isTracked({ state: 'won', endedAt }, after(TRACKED_DAYS_AFTER_END))).toBe(true);
  expect(isTracked({ state: 'won', endedAt }, after(TRACKED_DAYS_AFTER_END + 1))).toBe(false);
  fc.assert(
    fc.property(state, fc.nat({ max: 1000 }), (one, days) => {
      expect(isTracked({ state: one, endedAt: null }, after(days))).toBe(TRACKED_STATES.includes(one));
    }),
  );
});

test('an account is waited for by dares to open one that run, and taken back where one was recorded', () => {
  const dare = fc.constantFrom(...DARE_KINDS);
  const account = fc.constantFrom(null, {});
  fc.assert(
    fc.property(dare, state, account, fc.constantFrom(null, new Date(0)), (dareKind, one, fediverseAccount, hiddenAt) => {
      const campaign = { dareKind, state: one, hiddenAt, fediverseAccount };
      const isOpenDare = dareKind === 'open';
      expect(awaitsAccount(campaign)).toBe(isOpenDare && ['live', 'agreed'].includes(one) && hiddenAt === null && fediverseAccount === null);
      expect(hasCorrectableAccount(campaign)).toBe(isOpenDare && ['live', 'won', 'agreed', 'ended'].includes(one) && fediverseAccount !== null);
    }),
  );
});
