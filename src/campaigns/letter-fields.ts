import { z } from 'zod';
import { LETTER_STEPS, LETTER_WAYS } from '../domain/correspondence.ts';
import { LANGUAGES } from '../platform/text.ts';
import { optional, required, website } from './launch-fields.ts';

/*
 * The forms about the letter to an institution. Messages are keys of `locales/<lang>/letter.json` behind `error.`.
 * Fields come as typed; values go out trimmed, with null for what was left empty.
 */

export const LETTER_LIMITS = { text: 10_000, addressee: 120, signature: 200, summary: 500 } as const;

/** What the template asks of whoever leads the campaign. */
export const letterWishes = z.object({
  language: z.enum(LANGUAGES, 'required'),
  addressee: optional(LETTER_LIMITS.addressee),
  signature: optional(LETTER_LIMITS.signature),
});

/** `numbers` are those that the page showed: while somebody writes, newer ones are read. */
export const letterForm = letterWishes.extend({ text: required(LETTER_LIMITS.text), numbers: optional(LETTER_LIMITS.text) });
export type LetterFields = z.infer<typeof letterForm>;

export const letterEventForm = z
  .object({
    step: z.enum(LETTER_STEPS, 'choose'),
    day: z.string().trim().min(1, 'required').pipe(z.iso.date('bad_date')),
    way: z.enum(['', ...LETTER_WAYS]).default(''),
    summary: optional(LETTER_LIMITS.summary),
    link: website,
  })
  .transform(({ step, way, ...event }, context) => {
    // What was left over from another choice is nobody's business.
    if (step !== 'sent') {
      if (step === 'answered' && event.summary === null) context.addIssue({ code: 'custom', path: ['summary'], message: 'required' });
      return { ...event, step, way: null };
    }
    if (way !== '') return { ...event, step, way, summary: null, link: null };
    context.addIssue({ code: 'custom', path: ['way'], message: 'choose' });
    return z.NEVER;
  });
export type LetterEventFields = z.infer<typeof letterEventForm>;
