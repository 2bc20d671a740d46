import { z } from 'zod';
import { REPORT_KINDS } from '../moderation/report.entity.ts';

/*
 * The form at `/report/:slug`. Messages are keys of `locales/<lang>/report.json` behind `error.`.
 * Fields come as typed; values go out trimmed, with null for what was left empty.
 */

export const REPORT_LIMITS = { text: 4_000, contact: 300 } as const;
export const REPORT_FIELDS = ['kind', 'text', 'contact'] as const;

export const reportForm = z.object({
  kind: z.enum(REPORT_KINDS, 'kind'),
  text: z
    .string()
    .transform((text) => text.replace(/\r\n?/g, '\n').trim())
    .pipe(z.string().min(1, 'text').max(REPORT_LIMITS.text, 'too-long')),
  contact: z
    .string()
    .trim()
    .max(REPORT_LIMITS.contact, 'too-long')
    .transform((contact) => (contact === '' ? null : contact)),
});
