import { fail, ok, type Result } from '../domain/result.ts';
import type { ReadingReview } from '../moderation/reading-review.query.ts';
import type { CorrectionFailure, RightCount } from '../readings/corrections.service.ts';
import { localUrl, pageHead, type PageModel } from '../platform/views.ts';
import { shownHandle } from './campaign-words.ts';
import { errorSummary, fileField, textField, type ErrorSummary, type FileField, type TextField } from './form-fields.ts';
import { MAX_NOTE, readNote } from './moderation-notes.ts';
import { moment, staffNav, type Moment, type StaffNav } from './moderation-words.ts';
import { keptView, PICTURES, typedCount, type KeptView, type ReadingAttempt } from './reading-form.ts';
import type { StaffAsk } from './staff-pages.service.ts';

/** The model of `views/moderation/correction.hbs`. */
export type CorrectionView = PageModel & {
  readonly nav: StaffNav;
  readonly heading: string;
  readonly wrong: { readonly path: string; readonly count: string; readonly moment: Moment };
  readonly action: string;
  readonly errors: ErrorSummary | null;
  readonly count: TextField;
  readonly kept: KeptView | null;
  readonly screenshot: FileField;
  readonly evidenceUrl: TextField;
  readonly reason: TextField;
};

export const CORRECTION_FIELDS = ['count', 'evidenceUrl', 'kept', 'reason'] as const;

/** What the fields say, beside the picture. */
export type TypedCorrection = Omit<RightCount, 'picture'> & { readonly reason: string };

/** Reads the fields, or keys of `reading.json` behind `error.` for what is wrong by field. */
export function readCorrection(values: Readonly<Record<string, string>>): Result<TypedCorrection, Record<string, string>> {
  const count = typedCount(values['count'] ?? '');
  const address = (values['evidenceUrl'] ?? '').trim();
  const reason = readNote(values['reason'] ?? '');
  const errors = {
    ...(Number.isNaN(count) ? { count: 'not-a-count' } : {}),
    ...(reason.ok ? (reason.value === null ? { reason: 'no-reason' } : {}) : { reason: 'too-long' }),
  };
  if (!reason.ok || reason.value === null || Object.keys(errors).length > 0) return fail(errors);
  return ok({ count, evidenceUrl: address === '' ? null : address, reason: reason.value });
}

/** Which field a failure belongs to, with the key of its words; the moment is that of the wrong reading, and was well. */
export function correctionErrors({ type }: Exclude<CorrectionFailure, { type: 'not-found' }>): Record<string, string> {
  return type === 'not-a-web-address' ? { evidenceUrl: type } : { count: type };
}

/** The form that puts a counted number right. */
export function correctionPage({ reading }: ReadingReview, attempt: ReadingAttempt, ask: StaffAsk): CorrectionView {
  const { text, page, now } = ask;
  const heading = text.t('moderation.mend.heading', { handle: shownHandle(reading.account), n: reading.count });
  const errors = Object.entries(attempt.errors).map(([name, key]) => [name, text.t(`reading.error.${key}`)] as const);
  const state = { values: attempt.values, errors: Object.fromEntries(errors) };
  const count = textField({ name: 'count', label: text.t('reading.count'), inputmode: 'numeric', autocomplete: 'off', required: true, verbatim: true }, state);
  const screenshot = fileField({ name: 'screenshot', label: text.t('reading.screenshot'), hint: text.t('moderation.mend.screenshotHint'), accept: PICTURES }, state);
  const evidenceUrl = textField({ name: 'evidenceUrl', label: text.t('moderation.mend.address'), inputmode: 'url', autocomplete: 'off', verbatim: true }, state);
  const reason = textField({ name: 'reason', label: text.t('moderation.mend.reason'), maxlength: MAX_NOTE, required: true }, state);
  return {
    head: pageHead({ title: heading }),
    nav: staffNav(ask, null),
    heading,
    wrong: { path: `/moderation/readings/${reading.id}`, count: text.number(reading.count), moment: moment(reading.at, now) },
    action: localUrl(`/moderation/readings/${reading.id}/correction`, page),
    errors: errorSummary([count, screenshot, evidenceUrl, reason], text),
    count,
    kept: keptView(attempt.kept),
    screenshot,
    evidenceUrl,
    reason,
  };
}
