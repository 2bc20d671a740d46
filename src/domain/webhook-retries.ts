import { DAY, MINUTE } from './durations.ts';

/** Minutes to wait after so many attempts (Standard Webhooks, “Retries”): two days in all. */
const WAITS = [1, 5, 30, 120, 300, 600, 840, 1_200];
/** Whoever answers nothing for so long is not written to any more. */
const PATIENCE = 5 * DAY;

/** When to try again after the `attempts`th attempt; null: give up. */
export function nextDeliveryAt(attempts: number, now: Date): Date | null {
  const minutes = WAITS[attempts - 1];
  return minutes === undefined ? null : new Date(now.getTime() + minutes * MINUTE);
}

/** Whether an address that has taken nothing since then is to be left alone for good. */
export function isGivenUp(failingSince: Date, now: Date): boolean {
  return now.getTime() - failingSince.getTime() > PATIENCE;
}
