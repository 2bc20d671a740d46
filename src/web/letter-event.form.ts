import { LETTER_LIMITS } from '../campaigns/letter-fields.ts';
import type { StandingEvent } from '../campaigns/letter-events.query.ts';
import { LETTER_STEPS, LETTER_WAYS } from '../domain/correspondence.ts';
import type { Translator } from '../platform/text.ts';
import { choice, errorSummary, textArea, textField, type Choice, type ErrorSummary, type TextArea, type TextField } from './form-fields.ts';

/** The fields with which a campaigner or a moderator writes down what happened to a letter. */
export const LETTER_EVENT_FIELDS = ['step', 'day', 'way', 'summary', 'link'] as const;

/** For the partial `letter-event`. */
export type LetterEventForm = {
  readonly errors: ErrorSummary | null;
  readonly step: Choice;
  readonly day: TextField;
  readonly way: Choice;
  readonly summary: TextArea;
  readonly link: TextField;
};

type Words = Readonly<Record<string, string>>;

/** The form with what was typed, or what it corrects; errors are keys of `letter.json`. */
export function letterEventFields(typed: { values: Words | null; errors: Words }, corrected: StandingEvent | null, text: Translator): LetterEventForm {
  const errors = Object.fromEntries(Object.entries(typed.errors).map(([name, key]) => [name, text.t(`letter.error.${key}`)]));
  const state = { values: typed.values ?? valuesOf(corrected), errors };
  const steps = LETTER_STEPS.map((value) => ({ value, label: text.t(`letter.step.${value}`), hint: text.t(`letter.stepHint.${value}`) }));
  const ways = ['', ...LETTER_WAYS].map((value) => ({ value, label: text.t(`letter.way.${value || 'none'}`) }));
  const step = choice({ name: 'step', label: text.t('letter.news.step'), options: steps, required: true }, state);
  const day = textField({ name: 'day', label: text.t('letter.news.day'), type: 'date', required: true }, state);
  const way = choice({ name: 'way', label: text.t('letter.news.way'), options: ways }, state);
  const summary = textArea({ name: 'summary', label: text.t('letter.news.summary'), hint: text.t('letter.news.summaryHint'), rows: 4, maxlength: LETTER_LIMITS.summary }, state);
  const link = textField({ name: 'link', label: text.t('letter.news.link'), inputmode: 'url', maxlength: 500, verbatim: true }, state);
  return { errors: errorSummary([step, day, way, summary, link], text), step, day, way, summary, link };
}

function valuesOf(event: StandingEvent | null): Words {
  if (event === null) return {};
  return { step: event.step, day: event.day, way: event.way ?? '', summary: event.summary ?? '', link: event.link ?? '' };
}
