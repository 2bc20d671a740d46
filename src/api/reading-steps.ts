import { DAY, HOUR, MINUTE } from '../domain/durations.ts';
import { fail, ok, type Result } from '../domain/result.ts';

/** What `step` looks like: `15m`, `1h`, `1d`, `1w`. */
export const STEP = /^[1-9]\d{0,3}[mhdw]$/;

/** Steps of one answer, or readings where all are told, for each account. */
export const MOST_STEPS = 1_000;

/** A stretch of time cut into equal parts that end at `to`. */
export interface Steps {
  from: Date;
  to: Date;
  parts: number;
}

export type StepsFailure = { type: 'empty-range' } | { type: 'too-many-steps'; most: number };

const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };
const OFFERED = ['15m', '1h', '6h', '1d', '1w', '4w', '52w'];

/**
 * Cuts a range into steps, the finest offered ones that fit when none is asked for. A range without an end goes to the
 * end of the step under way, so that the steps stay where they are while time goes on.
 */
export function cutIntoSteps(
  asked: { from: Date; to: Date | null; step: string | null },
  now: Date,
): Result<Steps, StepsFailure> {
  const span = (asked.to ?? now).getTime() - asked.from.getTime();
  if (span < 0) return fail({ type: 'empty-range' });
  const length = asked.step === null ? fitting(span) : milliseconds(asked.step);
  const to = asked.to ?? new Date(Math.ceil(now.getTime() / length) * length);
  const parts = Math.max(1, Math.ceil((to.getTime() - asked.from.getTime()) / length));
  if (parts > MOST_STEPS) return fail({ type: 'too-many-steps', most: MOST_STEPS });
  return ok({ from: new Date(to.getTime() - parts * length), to, parts });
}

/** How long each step is. */
export function secondsOf({ from, to, parts }: Steps): number {
  return (to.getTime() - from.getTime()) / parts / 1_000;
}

function fitting(span: number): number {
  return milliseconds(OFFERED.find((step) => span / milliseconds(step) < MOST_STEPS - 1) ?? '9999w');
}

function milliseconds(step: string): number {
  return Number(step.slice(0, -1)) * (UNITS[step.slice(-1)] ?? DAY);
}
