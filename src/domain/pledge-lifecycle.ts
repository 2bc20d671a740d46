import { DAY } from './durations.ts';
import { fail, ok } from './result.ts';
import type { Result } from './result.ts';

/**
 * `waiting`: until enough others promise; `pending`: promised, not proven; `confirmed`: by the holder of the account; `kept`:
 * seen among the followers; `lapsed`: seen there before, and no more.
 */
export const PLEDGE_STATES = ['waiting', 'pending', 'confirmed', 'kept', 'lapsed', 'withdrawn', 'expired'] as const;
export type PledgeState = (typeof PLEDGE_STATES)[number];
export const PLEDGE_ACTIONS = ['release', 'promise', 'confirm', 'keep', 'lapse', 'withdraw', 'expire'] as const;
export type PledgeAction = (typeof PLEDGE_ACTIONS)[number];
/** Who acts: whoever pledged, or Chiche itself. */
export type PledgeActor = 'supporter' | 'system';
/** We made the follow with their permission; their own server said so; or the institution's list of followers has them. */
export const KEPT_WAYS = ['followed', 'relationship', 'listed'] as const;
export type KeptHow = (typeof KEPT_WAYS)[number];

type Transition = {
  readonly action: PledgeAction;
  readonly by: PledgeActor;
  readonly from: readonly PledgeState[];
  readonly to: PledgeState;
};

/**
 * The whole life of a pledge, which begins as `pending` or `waiting`. What is not in this table does not happen. A proof adds
 * to a pledge and takes nothing from it, so that one that was proven while it waited is confirmed once it is released; a handle
 * that was seen among the followers keeps its pledge, proven or not, waiting or not.
 */
export const PLEDGE_TRANSITIONS: readonly Transition[] = [
  { action: 'release', by: 'system', from: ['waiting'], to: 'pending' },
  { action: 'promise', by: 'supporter', from: ['waiting'], to: 'pending' },
  { action: 'confirm', by: 'supporter', from: ['pending', 'confirmed'], to: 'confirmed' },
  { action: 'confirm', by: 'supporter', from: ['waiting'], to: 'waiting' },
  { action: 'confirm', by: 'supporter', from: ['kept'], to: 'kept' },
  { action: 'confirm', by: 'supporter', from: ['lapsed'], to: 'lapsed' },
  { action: 'keep', by: 'system', from: ['waiting', 'pending', 'confirmed', 'kept', 'lapsed'], to: 'kept' },
  { action: 'lapse', by: 'system', from: ['kept'], to: 'lapsed' },
  { action: 'withdraw', by: 'supporter', from: ['waiting', 'pending', 'confirmed', 'kept', 'lapsed'], to: 'withdrawn' },
  { action: 'expire', by: 'system', from: ['waiting', 'pending'], to: 'expired' },
];

/** From the least that was shown to the most: of two pledges that turn out to be one person's, the further one stands. */
export const STANDING_STATES = ['waiting', 'pending', 'confirmed', 'lapsed', 'kept'] as const satisfies readonly PledgeState[];
export type StandingState = (typeof STANDING_STATES)[number];

/** Pledges that stand: what a campaign's total counts. */
export const COUNTED_STATES: readonly PledgeState[] = STANDING_STATES.filter((state) => state !== 'waiting');

/** How long a pledge may stay unproven, unless it waits: then until its campaign ends. */
export const PENDING_DAYS = 7;
/** How long after it was seen a follow is looked at again. */
export const LOOK_AGAIN_DAYS = 30;
/** How long after a campaign's end, or a later change of the pledge, it is still known who pledged. */
export const REMEMBERED_DAYS = 90;

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

/** Where one person's pledges to one campaign stand together; at least one of them does. */
export function furthest(states: readonly StandingState[]): StandingState {
  return STANDING_STATES.findLast((state) => states.includes(state)) ?? 'pending';
}

/** Until when a pledge may be proven that was made, or released, at `since`. */
export function pendingUntil(since: Date): Date {
  return new Date(since.getTime() + PENDING_DAYS * DAY);
}

/** When a follow that was seen at `seenAt` is looked at again. */
export function lookAgainAt(seenAt: Date): Date {
  return new Date(seenAt.getTime() + LOOK_AGAIN_DAYS * DAY);
}
