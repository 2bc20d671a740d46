import { fail, ok, type Result } from '../domain/result.ts';

/** Why a count that somebody gives cannot be a reading. */
export type ReadingProblem =
  | { type: 'not-a-count' }
  | { type: 'count-too-large' }
  | { type: 'in-the-future' }
  | { type: 'before-social-networks' }
  | { type: 'not-a-web-address' };

/** More than any account on any network has. */
const LARGEST_COUNT = 1_000_000_000;
/** Twitter opened in 2006, before all networks of the fediverse. */
const EARLIEST = new Date('2006-01-01T00:00:00Z');
const LONGEST_ADDRESS = 2_048;

/** Checks what a person or a file says before it is kept. */
export function checkReading(
  { count, at, evidenceUrl }: { count: number; at: Date; evidenceUrl: string | null },
  now: Date,
): Result<null, ReadingProblem> {
  if (!Number.isSafeInteger(count) || count < 0) return fail({ type: 'not-a-count' });
  if (count > LARGEST_COUNT) return fail({ type: 'count-too-large' });
  if (!(at <= now)) return fail({ type: 'in-the-future' });
  if (at < EARLIEST) return fail({ type: 'before-social-networks' });
  if (evidenceUrl !== null && !isWebAddress(evidenceUrl)) return fail({ type: 'not-a-web-address' });
  return ok(null);
}

function isWebAddress(text: string): boolean {
  return text.length <= LONGEST_ADDRESS && /^https?:\/\/[^\s]+$/i.test(text) && URL.canParse(text);
}
