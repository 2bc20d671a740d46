import { z } from 'zod';
import { DARE_KINDS } from '../domain/dare.ts';
import { hashtagOf } from '../domain/hashtag.ts';
import { INSTITUTION_KINDS } from '../institutions/institution.entity.ts';
import { COUNTRIES } from './countries.ts';
import { endOfDay, isTimeZone } from './local-day.ts';

/*
 * The launch form, a schema for each of its steps. Messages are keys of `locales/<lang>/start.json` behind `error_`.
 * Fields come as typed; values go out trimmed, with null for what was left empty.
 */

const LIMITS = { name: 120, title: 140, story: 8_000, quote: 500, source: 200, url: 500, email: 254 } as const;
const MAX_TARGET = 1_000_000_000;

/** Line ends as one character, as they are counted, and none of the characters that only machines can type. */
const plain = (text: string): string => text.replace(/\r\n?/g, '\n').replace(/(?![\n\t])\p{Cc}/gu, '');

export const required = (max: number) =>
  z.string('required').overwrite(plain).trim().min(1, 'required').max(max, 'too_long');
export const optional = (max: number) =>
  z
    .string()
    .overwrite(plain)
    .trim()
    .max(max, 'too_long')
    .default('')
    .transform((value) => (value === '' ? null : value));

export const website = optional(LIMITS.url).transform((value, context) => {
  if (value === null) return null;
  const url = URL.parse(value.includes('://') ? value : `https://${value}`);
  if (url !== null && /^https?:$/.test(url.protocol) && url.hostname.includes('.')) return url.href;
  context.addIssue({ code: 'custom', message: 'bad_url' });
  return z.NEVER;
});

/** `Q…`, alone or at the end of the item's address. */
const wikidataId = optional(LIMITS.url).transform((value, context) => {
  if (value === null) return null;
  const id = /^(?:https?:\/\/(?:www\.)?wikidata\.org\/(?:wiki|entity)\/)?(Q[1-9]\d{0,11})$/i.exec(value)?.[1];
  if (id !== undefined) return id.toUpperCase();
  context.addIssue({ code: 'custom', message: 'bad_wikidata' });
  return z.NEVER;
});

export const institutionStep = z.object({
  name: required(LIMITS.name),
  country: z
    .string('required')
    .trim()
    .toUpperCase()
    .refine((code) => COUNTRIES.has(code), 'required'),
  kind: z.enum(INSTITUTION_KINDS, 'required'),
  website,
  wikidataId,
});

export const dareStep = z
  .object({
    dareKind: z.enum(DARE_KINDS, 'required'),
    target: optional(30),
    deadline: optional(30).pipe(z.iso.date('bad_date').nullable()),
    timeZone: z.string('bad_time_zone').trim().refine(isTimeZone, 'bad_time_zone'),
  })
  .transform(({ target, ...dare }, context) => {
    // A number left over from another choice is nobody's business.
    if (dare.dareKind !== 'reach') return { ...dare, target: null };
    const number = Number((target ?? '').replace(/[\s\u00a0\u202f.,'’]/g, ''));
    if (Number.isInteger(number) && number >= 1 && number <= MAX_TARGET) return { ...dare, target: number };
    context.addIssue({ code: 'custom', path: ['target'], message: target === null ? 'required' : 'bad_target' });
    return z.NEVER;
  });

export const storyStep = z.object({
  title: required(LIMITS.title).transform((title) => title.replace(/\s+/g, ' ')),
  story: required(LIMITS.story),
  quote: optional(LIMITS.quote),
  quoteSource: optional(LIMITS.source),
  hashtag: optional(60).transform((value, context) => {
    const tag = value === null ? null : hashtagOf(value);
    if (value === null || tag !== null) return tag;
    context.addIssue({ code: 'custom', message: 'bad_hashtag' });
    return z.NEVER;
  }),
  language: z.enum(['fr', 'en'], 'required'),
  email: optional(LIMITS.email).pipe(z.email('bad_email').nullable()),
});

/** An address to write to, for whoever accepts an invitation or has lost a link. */
export const emailField = storyStep.shape.email;

export type InstitutionFields = z.infer<typeof institutionStep>;
export type DareFields = z.infer<typeof dareStep>;
export type StoryFields = z.infer<typeof storyStep>;

/** What a moderator may put right in a campaign's words. */
export const editableText = storyStep.omit({ email: true, language: true }).partial();
export type EditableText = z.infer<typeof editableText>;

/** The instant at which a dare's deadline has passed. */
export function deadlineOf(dare: DareFields): Date | null {
  return dare.deadline === null ? null : endOfDay(dare.deadline, dare.timeZone);
}
