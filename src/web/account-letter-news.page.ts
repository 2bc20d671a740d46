import type { StandingEvent } from '../campaigns/letter-events.query.ts';
import { pageHead, type PageModel } from '../platform/views.ts';
import type { AccountVisit } from './account-desk.service.ts';
import { letterEventFields, type LetterEventForm } from './letter-event.form.ts';

/** The model of `views/account/letter-news.hbs`: writing down what happened to the letter. */
export type LetterNewsView = PageModel & {
  readonly heading: string;
  readonly form: LetterEventForm;
  readonly action: string;
  /** Where to say that what is corrected did not happen. */
  readonly withdrawUrl: string | null;
  readonly back: string;
};

/** `corrected` is null for something new. */
export function letterNewsPage(
  { text, url }: AccountVisit,
  corrected: StandingEvent | null,
  typed: { values: Readonly<Record<string, string>> | null; errors: Readonly<Record<string, string>> },
): LetterNewsView {
  const heading = text.t(corrected === null ? 'letter.news.heading' : 'letter.news.correct');
  const query = corrected === null ? {} : { event: corrected.id };
  return {
    head: pageHead({ title: heading }),
    heading,
    form: letterEventFields(typed, corrected, text),
    action: url('letter/news', query),
    withdrawUrl: corrected === null ? null : url('letter/news/withdraw', query),
    back: url('letter'),
  };
}
