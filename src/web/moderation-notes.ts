import { fail, ok, type Result } from '../domain/result.ts';

/** Longest reason or note for the log, in characters. */
export const MAX_NOTE = 2_000;
/** Longest reply of an institution, in characters. */
export const MAX_REPLY = 8_000;

/** What is left of a note after trimming, null when nothing is. */
export function readNote(typed: string, longest = MAX_NOTE): Result<string | null, 'too_long'> {
  const note = typed.replace(/\r\n?/g, '\n').trim();
  if (note.length > longest) return fail('too_long');
  return ok(note === '' ? null : note);
}
