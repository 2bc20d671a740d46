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
  readonly now: Date;
};

const CLOSE_FOLLOWERS = 100;
const CLOSE_RATIO = 0.01;
const FINAL_STRETCH = 2 * DAY;
/** People still come to look at a result for two days. */
const AFTERGLOW = 2 * DAY;
const LONGEST_BACK_OFF = DAY;
/** A server may ask for patience, not for being forgotten. */
const LONGEST_RETRY = 7 * DAY;
const JITTER = 0.25;

/**
 * When the account is due again, or null when it no longer is: hourly, every ten minutes near the crossing or
 * the deadline, daily after the end; after failures, later and later, up to a day.
 */
export function nextReadingAt(pace: Pace): Date | null {
  if (!isTracked(pace, pace.now)) return null;
  const due = pace.now.getTime() + withBackOff(interval(pace), pace);
  const retryAt = Math.min(pace.retryAt?.getTime() ?? 0, pace.now.getTime() + LONGEST_RETRY);
  return new Date(Math.round(Math.max(due, retryAt)));
}

function interval({ state, remaining, goal, deadline, endedAt, now }: Pace): number {
  if (endedAt !== null) return now.getTime() - endedAt.getTime() < AFTERGLOW ? HOUR : DAY;
  if (state !== 'live') return HOUR;
  const left = deadline === null ? Infinity : deadline.getTime() - now.getTime();
  const isClose = remaining !== null && remaining <= Math.max(CLOSE_FOLLOWERS, CLOSE_RATIO * (goal ?? 0));
  return isClose || left <= FINAL_STRETCH ? 10 * MINUTE : HOUR;
}

/** Doubles with each failure, and spreads accounts of one broken server apart so that they don't return together. */
function withBackOff(interval: number, { failures, account }: Pace): number {
  if (failures === 0) return interval;
  const longest = Math.max(interval, LONGEST_BACK_OFF);
  return Math.min(longest, interval * 2 ** failures) * (1 + JITTER * fractionOf(account));
}

/** A number from 0 to 1 that is always the same for a text (FNV-1a). */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
