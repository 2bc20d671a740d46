import type { DareKind } from './dare.ts';
import { DAY } from './durations.ts';
import { fail, ok } from './result.ts';
import type { Result } from './result.ts';

export const CAMPAIGN_STATES = [
  'submitted',
  'changes_requested',
  'approved',
  'rejected',
  'withdrawn',
  'live',
  'won',
  'agreed',
  'ended',
  'closed',
] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];
export type CampaignAction =
  | 'submit'
  | 'ask_changes'
  | 'approve'
  | 'reject'
  | 'withdraw'
  | 'publish'
  | 'win'
  | 'end'
  | 'close'
  | 'agree'
  | 'reopen';
/** Who acts: whoever launched the campaign, a moderator, or Chiche itself. */
export type CampaignActor = 'campaigner' | 'moderator' | 'system';

type Transition = {
  readonly action: CampaignAction;
  readonly by: CampaignActor;
  readonly from: readonly CampaignState[];
  readonly to: CampaignState;
};

/** The whole life of a campaign, which begins as `submitted`. What is not in this table does not happen. */
export const CAMPAIGN_TRANSITIONS: readonly Transition[] = [
  { action: 'ask_changes', by: 'moderator', from: ['submitted'], to: 'changes_requested' },
  { action: 'submit', by: 'campaigner', from: ['changes_requested'], to: 'submitted' },
  { action: 'approve', by: 'moderator', from: ['submitted'], to: 'approved' },
  { action: 'reject', by: 'moderator', from: ['submitted', 'changes_requested'], to: 'rejected' },
  { action: 'withdraw', by: 'campaigner', from: ['submitted', 'changes_requested', 'approved'], to: 'withdrawn' },
  { action: 'publish', by: 'campaigner', from: ['approved'], to: 'live' },
  { action: 'win', by: 'system', from: ['live'], to: 'won' },
  { action: 'end', by: 'system', from: ['live'], to: 'ended' },
  { action: 'close', by: 'campaigner', from: ['live'], to: 'closed' },
  { action: 'close', by: 'moderator', from: ['live'], to: 'closed' },
  // Once it is certain that the institution agreed, nobody presses any more.
  { action: 'agree', by: 'moderator', from: ['live'], to: 'agreed' },
  // By an account that turned out not to be the institution's; or because a promise was not kept.
  { action: 'reopen', by: 'moderator', from: ['won', 'agreed'], to: 'live' },
];

export type PublicState = Extract<CampaignState, 'live' | 'won' | 'agreed' | 'ended' | 'closed'>;
/** Anyone may see these, unless a moderator hid the campaign. */
export const PUBLIC_STATES: readonly CampaignState[] = ['live', 'won', 'agreed', 'ended', 'closed'];
/** The dare is over, and its page stays. */
export const FINISHED_STATES: readonly CampaignState[] = ['won', 'agreed', 'ended', 'closed'];
/** It is over for good: nobody can have it run again. */
export const SETTLED_STATES: readonly CampaignState[] = FINISHED_STATES.filter(
  (state) => !CAMPAIGN_TRANSITIONS.some(({ from, to }) => from.includes(state) && to === 'live'),
);
/** One can promise to follow: also once the institution agreed, because then there will be something to follow. */
export const PLEDGING_STATES: readonly CampaignState[] = ['live', 'agreed'];
/** The accounts may be read: before the launch so that the page opens with numbers, and for a while after the end. */
export const TRACKED_STATES: readonly CampaignState[] = ['approved', 'live', 'won', 'agreed', 'ended'];
/** The campaigner may still rewrite the campaign, because no one has approved these words yet. */
export const AMENDABLE_STATES: readonly CampaignState[] = ['submitted', 'changes_requested'];

/** Long enough to see whether a victory lasts. */
export const TRACKED_DAYS_AFTER_END = 30;

export type TransitionError = {
  readonly type: 'not-allowed';
  readonly state: CampaignState;
  readonly action: CampaignAction;
};

/** The state that `action` leads to from `state`, or why this actor cannot do it there. */
export function nextState(
  state: CampaignState,
  action: CampaignAction,
  by: CampaignActor,
): Result<CampaignState, TransitionError> {
  const transition = CAMPAIGN_TRANSITIONS.find(
    (row) => row.action === action && row.by === by && row.from.includes(state),
  );
  return transition ? ok(transition.to) : fail({ type: 'not-allowed', state, action });
}

/** What this actor can do in this state, in the table's order. */
export function allowedActions(state: CampaignState, by: CampaignActor): CampaignAction[] {
  return CAMPAIGN_TRANSITIONS.filter((row) => row.by === by && row.from.includes(state)).map((row) => row.action);
}

/** Whether a campaign in this state has a page for everyone. */
export function isPublicState(state: CampaignState): state is PublicState {
  return PUBLIC_STATES.includes(state);
}

/** The state of a campaign that anyone may see; any other is a bug and throws. */
export function publicState({ state }: { readonly state: CampaignState }): PublicState {
  if (isPublicState(state)) return state;
  throw new Error(`A campaign that is ${state} is not public.`);
}

/** Whether anyone may see the campaign. */
export function isPublic(campaign: { readonly state: CampaignState; readonly hiddenAt: Date | null }): boolean {
  return campaign.hiddenAt === null && isPublicState(campaign.state);
}

/** Whether the campaign's accounts are read at `now`; `endedAt` is when it was won, agreed to, ended or closed. */
export function isTracked(
  campaign: { readonly state: CampaignState; readonly endedAt: Date | null },
  now: Date,
): boolean {
  if (!TRACKED_STATES.includes(campaign.state)) return false;
  return campaign.endedAt === null || now.getTime() - campaign.endedAt.getTime() <= TRACKED_DAYS_AFTER_END * DAY;
}

type WithAccount = {
  readonly dareKind: DareKind;
  readonly state: CampaignState;
  readonly hiddenAt: Date | null;
  readonly fediverseAccount: object | null;
};

/** Whether the campaign waits for an account, also one that was promised: supporters may ask to be told, a moderator may record it. */
export function awaitsAccount({ dareKind, state, hiddenAt, fediverseAccount }: WithAccount): boolean {
  return dareKind === 'open' && PLEDGING_STATES.includes(state) && hiddenAt === null && fediverseAccount === null;
}

/** Whether the account of an `open` dare can still turn out to be the wrong one, and be taken back. */
export function hasCorrectableAccount({ dareKind, state, fediverseAccount }: WithAccount): boolean {
  return dareKind === 'open' && fediverseAccount !== null && ['live', 'won', 'agreed', 'ended'].includes(state);
}
