import { LETTER_LIMITS, type LetterFields } from '../campaigns/letter-fields.ts';
import type { StandingEvent } from '../campaigns/letter-events.query.ts';
import { renewLetter, type ComposedLetter } from '../campaigns/letter-text.ts';
import type { KeptLetter } from '../campaigns/letters.service.ts';
import { mailto } from '../domain/mailto.ts';
import { LANGUAGES, translator, type DateStyle } from '../platform/text.ts';
import { pageHead, type PageModel } from '../platform/views.ts';
import type { AccountVisit } from './account-desk.service.ts';
import { noon } from './campaign-letter.ts';
import { dayStyle } from './campaign-words.ts';
import { choice, errorSummary, textArea, textField, type Choice, type ErrorSummary, type TextArea, type TextField } from './form-fields.ts';

/** The model of `views/account/letter.hbs`: the letter to the institution, and what became of it. */
export type LetterView = PageModel & {
  readonly institution: string;
  readonly said: { readonly text: string; readonly kind: 'good' | 'warning' } | null;
  readonly action: string;
  readonly errors: ErrorSummary | null;
  readonly language: Choice;
  readonly addressee: TextField;
  readonly signature: TextField;
  readonly text: TextArea;
  /** Those in the text, or that would be. */
  readonly numbers: string;
  /** Of the text, which may not be the page's. */
  readonly written: string;
  /** What they rewrote and would be otherwise today; null: nothing. */
  readonly stale: string | null;
  readonly isOwn: boolean;
  readonly send: {
    readonly subject: string;
    readonly mailto: string;
    /** What did not fit into the link, to be copied. */
    readonly left: string | null;
    readonly textUrl: string;
  };
  readonly print: { readonly institution: string; readonly about: string; readonly on: string; readonly paragraphs: readonly string[] };
  readonly events: readonly EventView[];
  readonly recordUrl: string;
  readonly back: string;
};

type EventView = {
  readonly what: string;
  readonly at: Date;
  readonly style: DateStyle;
  readonly timeZone: string;
  readonly standing: string;
  readonly summary: string | null;
  readonly link: string | null;
  /** Null where a moderator has decided. */
  readonly correctUrl: string | null;
};

/** What is known of a campaign's letter: as it is kept, as the template makes it today, and what became of it. */
export type LetterFacts = { readonly kept: KeptLetter; readonly today: ComposedLetter; readonly events: readonly StandingEvent[] };

/** What was typed, keys of `letter.json` for what is wrong by field, and what the address asks the page to say. */
export type LetterAttempt = { readonly values: Readonly<Record<string, string>> | null; readonly errors: Readonly<Record<string, string>>; readonly said: unknown };

const SAID = { 'kept': 'good', 'anew': 'good', 'recorded': 'good', 'corrected': 'good', 'too-late': 'warning' } as const;

/** The letter as it is today: the template's, or somebody's own with today's numbers in it. */
export function letterToday({ kept, today }: Pick<LetterFacts, 'kept' | 'today'>): ReturnType<typeof renewLetter> {
  return kept.own === null ? { text: today.text, stale: [] } : renewLetter(kept.own.text, kept.own.parts, today.parts);
}

/**
 * What is to be kept of a form that was filled in well: words that are still those which the page showed are nobody's own, and
 * follow the new wishes.
 */
export function keptOf({ text, numbers, ...wishes }: LetterFields, { kept, today }: Pick<LetterFacts, 'kept' | 'today'>): KeptLetter {
  const shown = { ...today.parts, numbers: numbers ?? today.parts.numbers };
  const words = renewLetter(text, shown, today.parts).text;
  if (words === letterToday({ kept, today }).text) return { ...wishes, own: kept.own };
  return { ...wishes, own: { text: words, parts: today.parts } };
}

export function letterPage(visit: AccountVisit, facts: LetterFacts, attempt: LetterAttempt): LetterView {
  const { text, owner, url, now } = visit;
  const { campaign } = owner;
  const { kept, today } = facts;
  const own = translator(kept.language);
  const letter = letterToday(facts);
  const link = mailto(today.subject, letter.text);
  const said = (Object.keys(SAID) as (keyof typeof SAID)[]).find((key) => key === attempt.said);
  return {
    head: pageHead({ title: text.t('letter.title') }),
    institution: campaign.institution.name,
    said: said === undefined ? null : { text: text.t(`letter.said.${said}`), kind: SAID[said] },
    action: url('letter'),
    ...fields(visit, kept, letter.text, attempt),
    written: kept.language,
    numbers: today.parts.numbers,
    stale: letter.stale.length === 0 ? null : text.t('letter.stale'),
    isOwn: kept.own !== null,
    send: { subject: today.subject, mailto: link.href, left: link.left.length === 0 ? null : link.left.join('\n\n'), textUrl: url('letter.txt') },
    print: {
      institution: campaign.institution.name,
      about: own.t('letter.printed', { subject: today.subject }),
      on: own.date(now, 'dayYear', campaign.timeZone),
      paragraphs: letter.text.split(/\n{2,}/),
    },
    events: facts.events.map((event) => eventView(event, visit)),
    recordUrl: url('letter/news'),
    back: url(''),
  };
}

function fields({ text }: AccountVisit, kept: KeptLetter, letter: string, attempt: LetterAttempt): Pick<LetterView, 'errors' | 'language' | 'addressee' | 'signature' | 'text'> {
  const initial = { language: kept.language, addressee: kept.addressee ?? '', signature: kept.signature ?? '', text: letter };
  const errors = Object.fromEntries(Object.entries(attempt.errors).map(([name, key]) => [name, text.t(`letter.error.${key}`)]));
  const state = { values: attempt.values ?? initial, errors };
  const line = (name: 'addressee' | 'signature'): TextField =>
    textField({ name, label: text.t(`letter.${name}.label`), hint: text.t(`letter.${name}.hint`), maxlength: LETTER_LIMITS[name] }, state);
  const options = LANGUAGES.map((value) => ({ value, label: text.t(`site.language.${value}`) }));
  const language = choice({ name: 'language', label: text.t('letter.language'), options, required: true }, state);
  const [addressee, signature] = [line('addressee'), line('signature')];
  const words = textArea({ name: 'text', label: text.t('letter.text'), hint: text.t('letter.textHint'), rows: 24, maxlength: LETTER_LIMITS.text, required: true }, state);
  return { errors: errorSummary([language, addressee, signature, words], text), language, addressee, signature, text: words };
}

function eventView(event: StandingEvent, { text, url, owner, now }: AccountVisit): EventView {
  const at = noon(event.day, owner.campaign.timeZone);
  const way = event.way === null ? null : text.t(`letter.way.${event.way}`);
  const what = text.t(`letter.step.${event.step}`);
  return {
    what: way === null ? what : text.t('letter.sentBy', { what, way }),
    at,
    style: dayStyle(at, now),
    timeZone: owner.campaign.timeZone,
    standing: event.step === 'sent' && event.standing === 'reported' ? '' : text.t(`letter.standing.${event.standing}`),
    summary: event.summary,
    link: event.link,
    correctUrl: event.standing === 'reported' ? url('letter/news', { event: event.id }) : null,
  };
}
