import type { RecordFailure } from '../campaigns/correspondence.service.ts';
import type { LetterEvent } from '../campaigns/letter-event.entity.ts';
import type { StandingEvent } from '../campaigns/letter-events.query.ts';
import { letterEventForm, type LetterEventFields } from '../campaigns/letter-fields.ts';
import { isPublic } from '../domain/campaign-lifecycle.ts';
import { LETTER_POWERS } from '../domain/correspondence.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { LetterDecision } from '../moderation/letter-decisions.service.ts';
import type { LetterEventReview, LetterReview } from '../moderation/letter-review.query.ts';
import type { Translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel } from '../platform/views.ts';
import { noon } from './campaign-letter.ts';
import { choice, errorSummary, textField, type Choice, type ErrorSummary, type FormState, type TextField } from './form-fields.ts';
import { LETTER_EVENT_FIELDS, letterEventFields, type LetterEventForm } from './letter-event.form.ts';
import { MAX_NOTE, readNote } from './moderation-notes.ts';
import { claimBar, decisionItems, institutionWords, staffNav, type ClaimBar, type DecisionItem, type StaffNav } from './moderation-words.ts';
import type { StaffAsk } from './staff-pages.service.ts';
import type { Attempt } from './subject-desk.service.ts';

/** The model of `views/moderation/letter.hbs`: what became of a letter, whole or one thing that happened. */
export type LetterReviewView = PageModel & {
  readonly nav: StaffNav;
  readonly problem: string | null;
  readonly action: string;
  readonly title: string;
  readonly status: string | null;
  readonly claim: ClaimBar | null;
  readonly campaign: { readonly path: string; readonly title: string; readonly institution: string; readonly publicUrl: string | null };
  /** What was told with it. */
  readonly told: { readonly language: string; readonly summary: string | null; readonly link: string | null } | null;
  readonly decide: { readonly errors: ErrorSummary | null; readonly choice: Choice; readonly reason: TextField } | null;
  /** Writing something down, in the place of this or beside it. */
  readonly write: { readonly title: string; readonly form: LetterEventForm; readonly note: TextField; readonly canWithdraw: boolean } | null;
  readonly all: readonly { readonly path: string; readonly label: string; readonly detail: string }[];
  readonly history: readonly DecisionItem[];
};

export const LETTER_FORM_FIELDS = ['form', 'action', 'reason', 'note', ...LETTER_EVENT_FIELDS] as const;

type Words = Readonly<Record<string, string>>;

/** Reads one of the forms into a decision, or keys for what is wrong by field: of `letter.json` for what is written down. */
export function readLetterForm(values: Words): Result<LetterDecision, Record<string, string>> {
  if (values['form'] === 'write') {
    const written = readWritten(values);
    return written.ok ? ok({ action: 'correct', ...written.value }) : written;
  }
  if (values['form'] === 'withdraw') {
    const note = readNote(values['note'] ?? '');
    if (!note.ok) return fail({ note: note.error });
    return note.value === null ? fail({ note: 'required' }) : ok({ action: 'correct', fields: null, reason: note.value });
  }
  const action = LETTER_POWERS.find((power) => power === values['action']);
  if (action === undefined) return fail({ action: 'choose' });
  const reason = readNote(values['reason'] ?? '');
  if (!reason.ok) return fail({ reason: reason.error });
  return reason.value === null && action !== 'confirm' ? fail({ reason: 'required' }) : ok({ action, reason: reason.value });
}

/** What a moderator writes down, with a note for the log. */
export function readWritten(values: Words): Result<{ fields: LetterEventFields; reason: string | null }, Record<string, string>> {
  const read = letterEventForm.safeParse(values);
  if (!read.success) return fail(Object.fromEntries(read.error.issues.map((issue) => [issue.path.join('.'), issue.message])));
  const note = readNote(values['note'] ?? '');
  return note.ok ? ok({ fields: read.data, reason: note.value }) : fail({ note: note.error });
}

/** One thing that happened to a letter. */
export function letterEventPage(review: LetterEventReview, outcome: Attempt<RecordFailure> | null, ask: StaffAsk): LetterReviewView {
  const { text, page } = ask;
  const { event, campaign } = review;
  const title = eventWords(event, text);
  const stands = review.standing.has(event.id);
  return {
    ...common(review, title, outcome, ask),
    action: localUrl(`/moderation/letters/${event.id}`, page),
    status: text.t(stands ? `letter.standing.${event.standing}` : 'letter.standing.replaced'),
    claim: claimBar(review.claim, ask),
    told: event.summary === null && event.link === null ? null : { language: campaign.language, summary: event.summary, link: event.link },
    decide: stands ? decideForm(review, outcome, text) : null,
    write: stands ? writeForm(text.t('letter.correctTitle'), event as StandingEvent, outcome, text) : null,
    history: decisionItems(review.history, 'here', ask),
  };
}

/** All that was written down of a campaign's letter, and writing down more. */
export function letterReviewPage(review: LetterReview, outcome: Attempt<RecordFailure> | null, ask: StaffAsk): LetterReviewView {
  const { text, page } = ask;
  return {
    ...common(review, text.t('letter.title'), outcome, ask),
    action: localUrl(lettersPath(review.campaign.id), page),
    status: null,
    claim: null,
    told: null,
    decide: null,
    write: writeForm(text.t('letter.recordTitle'), null, outcome, text),
    history: [],
  };
}

/** Where moderators look at a campaign's letter. */
export function lettersPath(campaignId: string): string {
  return `/moderation/campaigns/${campaignId}/letter`;
}

function common({ campaign, all, standing }: LetterReview, title: string, outcome: Attempt<RecordFailure> | null, ask: StaffAsk): Pick<LetterReviewView, 'head' | 'nav' | 'title' | 'problem' | 'campaign' | 'all'> {
  const { text, page } = ask;
  const failure = outcome?.failure ?? null;
  return {
    head: pageHead({ title }),
    nav: staffNav(ask, null),
    title,
    problem: failure && text.t(`letter.error.${failure.type}`),
    campaign: {
      path: `/moderation/campaigns/${campaign.id}`,
      title: campaign.title,
      institution: institutionWords(campaign.institution),
      publicUrl: isPublic(campaign) ? localUrl(`/c/${campaign.slug}`, page) : null,
    },
    all: all.map((event) => ({
      path: `/moderation/letters/${event.id}`,
      label: eventWords(event, text),
      detail: [
        text.date(noon(event.day, campaign.timeZone), 'dayYear', campaign.timeZone),
        text.t(standing.has(event.id) || event.step === 'withdrawn' ? `letter.standing.${event.standing}` : 'letter.standing.replaced'),
        text.t(`letter.recorder.${event.recorder}`),
      ].join(' · '),
    })),
  };
}

function eventWords({ step }: Pick<LetterEvent, 'step'>, { t }: Translator): string {
  return t(`letter.step.${step}`);
}

function decideForm({ powers }: LetterEventReview, outcome: Attempt<RecordFailure> | null, text: Translator): NonNullable<LetterReviewView['decide']> {
  const isMine = outcome !== null && outcome.values['form'] === 'decide';
  const state = stateOf(isMine ? outcome : null, (key) => text.t(`moderation.error.${key}`));
  const options = powers.map((value) => ({ value, label: text.t(`letter.power.${value}`), hint: text.t(`letter.powerHint.${value}`) }));
  const action = choice({ name: 'action', label: text.t('moderation.decide.action'), options, required: true }, state);
  const reason = textField({ name: 'reason', label: text.t('moderation.decide.reason'), hint: text.t('letter.reasonHint'), maxlength: MAX_NOTE }, state);
  return { errors: errorSummary([action, reason], text), choice: action, reason };
}

function writeForm(title: string, corrected: StandingEvent | null, outcome: Attempt<RecordFailure> | null, text: Translator): NonNullable<LetterReviewView['write']> {
  const isMine = outcome !== null && outcome.values['form'] !== 'decide';
  const state = stateOf(isMine ? outcome : null, (key) => text.t(`letter.error.${key}`));
  const form = letterEventFields(isMine ? { values: outcome.values, errors: outcome.errors } : { values: null, errors: {} }, corrected, text);
  const note = textField({ name: 'note', label: text.t('moderation.note'), maxlength: MAX_NOTE }, state);
  return { title, form, note, canWithdraw: corrected !== null };
}

function stateOf(outcome: Attempt<RecordFailure> | null, words: (key: string) => string): FormState {
  const errors = Object.entries(outcome?.errors ?? {}).map(([name, key]) => [name, words(key)] as const);
  return { values: outcome?.values ?? {}, errors: Object.fromEntries(errors) };
}
