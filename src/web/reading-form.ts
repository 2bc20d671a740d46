import { momentIn } from '../campaigns/local-day.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { ARCHIVES, isXProfile, parseArchiveUrl } from '../domain/web-archive.ts';
import type { Translator } from '../platform/text.ts';
import type { SeenCount } from '../readings/proposals.service.ts';
import {
  choice,
  errorSummary,
  fileField,
  textField,
  type Choice,
  type ErrorSummary,
  type FileField,
  type FormState,
  type TextField,
} from './form-fields.ts';

/** A number that somebody reads on X: one form for strangers, campaigners and moderators. */

/** The partial `reading-form`. */
export type ReadingForm = {
  readonly action: string;
  readonly errors: ErrorSummary | null;
  readonly count: TextField;
  readonly screenshot: FileField;
  readonly kept: KeptView | null;
  readonly evidenceUrl: TextField;
  readonly when: Choice;
  readonly day: TextField;
  readonly time: TextField;
  readonly profile: { readonly label: string; readonly url: string };
};

/** A picture that came with the form that comes back. */
export type KeptView = { readonly ticket: string; readonly src: string; readonly width: number; readonly height: number };

export type KeptScreenshot = { readonly id: string; readonly type: 'webp'; readonly width: number; readonly height: number; readonly bytes: Buffer; readonly ticket: string };

/** What came back: what was typed, keys of `reading.json` behind `error.` by field, and the picture that need not be sent again. */
export type ReadingAttempt = {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string>>;
  readonly kept: KeptScreenshot | null;
};

/** Whose number it is, and where and when it is read. */
export type ReadingSubject = { readonly handle: string; readonly url: string; readonly timeZone: string; readonly now: Date };

export const FIRST_LOOK: ReadingAttempt = { values: {}, errors: {}, kept: null };
export const READING_FIELDS = ['count', 'evidenceUrl', 'when', 'day', 'time', 'kept'] as const;

export const PICTURES = 'image/png,image/jpeg,image/webp,image/gif';

/** What the fields say, without the picture. */
export type TypedReading = Pick<SeenCount, 'count' | 'at' | 'source' | 'evidenceUrl'>;

/** Reads the fields, or tells what is wrong by field. */
export function readReading(values: Readonly<Record<string, string>>, subject: ReadingSubject): Result<TypedReading, Record<string, string>> {
  const count = typedCount(values['count'] ?? '');
  const archived = readArchive(values['evidenceUrl'] ?? '', subject);
  const moment = archived.ok && archived.value?.at ? ok(archived.value.at) : readMoment(values, subject);
  const errors = {
    ...(Number.isNaN(count) ? { count: 'not-a-count' } : {}),
    ...(archived.ok ? {} : { evidenceUrl: archived.error }),
    ...(moment.ok ? {} : moment.error),
  };
  if (!archived.ok || !moment.ok || Object.keys(errors).length > 0) return fail(errors);
  const { value: page } = archived;
  return ok({ count, at: moment.value, source: page === null ? 'manual' : 'archive', evidenceUrl: page?.url ?? null });
}

/** The form as it is shown, for the first time or again. */
export function readingForm(action: string, subject: ReadingSubject, attempt: ReadingAttempt, text: Translator): ReadingForm {
  const errors = Object.entries(attempt.errors).map(([name, key]) => [name, text.t(`reading.error.${key}`, { zone: subject.timeZone })] as const);
  const state: FormState = { values: attempt.values, errors: Object.fromEntries(errors) };
  const label = (name: string) => ({ name, label: text.t(`reading.${name}`) });
  const hinted = (name: string, values = {}) => ({ ...label(name), hint: text.t(`reading.${name}Hint`, values) });
  const count = textField({ ...hinted('count'), inputmode: 'numeric', autocomplete: 'off', required: true, verbatim: true }, state);
  const screenshot = fileField({ ...hinted('screenshot'), accept: PICTURES }, state);
  const evidenceUrl = textField({ ...hinted('evidenceUrl', { archives: ARCHIVES.join(', ') }), inputmode: 'url', autocomplete: 'off', verbatim: true }, state);
  const options = ['now', 'earlier'].map((value) => ({ value, label: text.t(`reading.when.${value}`) }));
  const when = choice({ ...label('when'), options, initial: 'now' }, state);
  const day = textField({ ...label('day'), type: 'date' }, state);
  const time = textField({ ...hinted('time', { zone: subject.timeZone }), type: 'time' }, state);
  return {
    action,
    errors: errorSummary([count, screenshot, evidenceUrl, when, day, time], text),
    count,
    screenshot,
    kept: keptView(attempt.kept),
    evidenceUrl,
    when,
    day,
    time,
    profile: { label: text.t('reading.open', { handle: `@${subject.handle}` }), url: subject.url },
  };
}

export function keptView(kept: KeptScreenshot | null): KeptView | null {
  if (kept === null) return null;
  const { ticket, width, height, type, bytes } = kept;
  return { ticket, width, height, src: `data:image/${type};base64,${bytes.toString('base64')}` };
}

/** A number as people write it, with any separator of thousands; NaN for what is none. */
export function typedCount(text: string): number {
  const digits = text.replace(/[\s\u00a0\u202f.,'’]/g, '');
  return /^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN;
}

/** An archived page of this account; null where none is given. */
function readArchive(typed: string, { handle }: ReadingSubject): Result<{ url: string; at: Date | null } | null, string> {
  const address = typed.trim();
  if (address === '') return ok(null);
  const read = parseArchiveUrl(/^[a-z]+:/i.test(address) ? address : `https://${address}`);
  if (!read.ok) return fail(read.error.type);
  const { url, at, page } = read.value;
  return page === null || isXProfile(page, handle) ? ok({ url, at }) : fail('another-page');
}

/** Now, or a moment by the clocks of the campaign. */
function readMoment(values: Readonly<Record<string, string>>, { timeZone, now }: ReadingSubject): Result<Date, Record<string, string>> {
  if (values['when'] !== 'earlier') return ok(now);
  const at = momentIn(timeZone, values['day']?.trim() ?? '', values['time']?.trim() ?? '');
  return Number.isNaN(at.getTime()) ? fail({ day: 'no-moment' }) : ok(at);
}
