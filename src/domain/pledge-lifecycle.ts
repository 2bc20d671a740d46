import { DAY } from './durations.ts';
import { fail, ok } from './result.ts';
import type { Result } from './result.ts';

export const PLEDGE_STATES = ['pending', 'confirmed', 'kept', 'withdrawn', 'expired'] as const;
export type PledgeState = (typeof PLEDGE_STATES)[number];
export type PledgeAction = 'confirm' | 'keep' | 'withdraw' | 'expire';
/** Who acts: whoever pledged, or Chiche itself. */
export type PledgeActor = 'supporter' | 'system';

type Transition = {
  readonly action: PledgeAction;
  readonly by: PledgeActor;
  readonly from: readonly PledgeState[];
  readonly to: PledgeState;
};

/**
 * The whole life of a pledge, which begins as `pending`. What is not in this table does not happen. A handle that was
 * seen among the followers keeps its pledge, proven or not; being shown by name takes proof all the same.
 */
export const PLEDGE_TRANSITIONS: readonly Transition[] = [
  { action: 'confirm', by: 'supporter', from: ['pending'], to: 'confirmed' },
  { action: 'keep', by: 'system', from: ['pending', 'confirmed'], to: 'kept' },
  { action: 'withdraw', by: 'supporter', from: ['pending', 'confirmed', 'kept'], to: 'withdrawn' },
  { action: 'expire', by: 'system', from: ['pending'], to: 'expired' },
];

/** Pledges that stand: what a campaign's total counts. */
export const COUNTED_STATES: readonly PledgeState[] = ['pending', 'confirmed', 'kept'];

/** How long a pledge may stay unproven. */
export const PENDING_DAYS = 7;

export type PledgeTransitionError = {
  readonly type: 'not-allowed';
  readonly state: PledgeState;
  readonly action: PledgeAction;
};

/** The state that `action` leads to from `state`, or why this actor cannot do it there. */
export function nextPledgeState(
  state: PledgeState,
  action: PledgeAction,
  by: PledgeActor,
): Result<PledgeState, PledgeTransitionError> {
  const transition = PLEDGE_TRANSITIONS.find(
    (row) => row.action === action && row.by === by && row.from.includes(state),
  );
  return transition ? ok(transition.to) : fail({ type: 'not-allowed', state, action });
}

/** Until when a pledge made at `createdAt` waits to be proven. */
export function pendingUntil(createdAt: Date): Date {
  return new Date(createdAt.getTime() + PENDING_DAYS * DAY);
}

/** Whether the pledge stayed unproven for too long and is due to expire. */
export function isExpired(pledge: { readonly state: PledgeState; readonly createdAt: Date }, now: Date): boolean {
  return pledge.state === 'pending' && now >= pendingUntil(pledge.createdAt);
}
