import { isTracked } from './campaign-lifecycle.ts';
import type { CampaignState } from './campaign-lifecycle.ts';
import { DAY, HOUR, MINUTE } from './durations.ts';

/** What decides when an account is read next. */
export type Pace = {
  readonly account: string;
  readonly state: CampaignState;
  /** Followers still missing to win, null when unknown. */
  readonly remaining: number | null;
  /** The count to have or to pass, null when the dare names none. */
  readonly goal: number | null;
  readonly deadline: Date | null;
  /** When the campaign was won, ended or closed. */
  readonly endedAt: Date | null;
  /** Attempts that failed since the last one that did not. */
  readonly failures: number;
  /** Before when the account's server asked not to be called again. */
  readonly retryAt: Date | null;
  /** Its network is asked only once in a UTC day. */
  readonly onceADay: boolean;
  readonly now: Date;
};

/** How often an account is read: usually, when it is about to matter, and once all is over. */
export const EVERY = { usual: HOUR, decisive: 5 * MINUTE, after: DAY };

export const CLOSE_FOLLOWERS = 100;
export const CLOSE_RATIO = 0.01;
export const FINAL_STRETCH = 2 * DAY;
/** People still come to look at a result for two days. */
export const AFTERGLOW = 2 * DAY;
export const LONGEST_BACK_OFF = DAY;
/** A server may ask for patience, not for being forgotten. */
const LONGEST_RETRY = 7 * DAY;
const JITTER_AFTER_FAILURE = 0.25;
/** So that accounts that were read together do not stay together for ever. */
const JITTER = 0.05;

/**
 * When the account is due again, or null when it no longer is: hourly, every five minutes near the crossing or
 * the deadline, daily after the end; after failures, later and later, up to a day.
 */
export function nextReadingAt(pace: Pace): Date | null {
  return isTracked(pace, pace.now) ? dueAfter(interval(pace), pace) : null;
}

/** When an account that was tried is due again as long as no campaign says otherwise. */
export function nextTryAt(pace: Pick<Pace, 'account' | 'failures' | 'retryAt' | 'onceADay' | 'now'>): Date {
  return dueAfter(EVERY.usual, pace);
}

function dueAfter(wait: number, pace: Pick<Pace, 'account' | 'failures' | 'retryAt' | 'onceADay' | 'now'>): Date {
  const now = pace.now.getTime();
  const retryAt = Math.min(pace.retryAt?.getTime() ?? 0, now + LONGEST_RETRY);
  const paidDay = pace.onceADay ? (Math.floor(now / DAY) + 1) * DAY : 0;
  const due = new Date(Math.max(now + withBackOff(wait, pace.failures), retryAt, paidDay));
  return notAllAtOnce(pace.account, pace.now, due, pace.failures === 0 ? JITTER : JITTER_AFTER_FAILURE);
}

/** A moment after `due`, by up to a share of the wait, that differs between accounts and from time to time. */
export function notAllAtOnce(account: string, now: Date, due: Date, share = JITTER_AFTER_FAILURE): Date {
  const wait = due.getTime() - now.getTime();
  return new Date(Math.round(due.getTime() + wait * share * fractionOf(`${account} ${now.getTime()}`)));
}

function interval({ state, remaining, goal, deadline, endedAt, now }: Pace): number {
  if (endedAt !== null) return now.getTime() - endedAt.getTime() < AFTERGLOW ? EVERY.usual : EVERY.after;
  if (state !== 'live') return EVERY.usual;
  const left = deadline === null ? Infinity : deadline.getTime() - now.getTime();
  const isClose = remaining !== null && remaining <= Math.max(CLOSE_FOLLOWERS, CLOSE_RATIO * (goal ?? 0));
  return isClose || left <= FINAL_STRETCH ? EVERY.decisive : EVERY.usual;
}

/** Doubles with each failure. */
function withBackOff(wait: number, failures: number): number {
  return failures === 0 ? wait : Math.min(Math.max(wait, LONGEST_BACK_OFF), wait * 2 ** failures);
}

/** A number from 0 to 1 that is always the same for a text (FNV-1a). */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
