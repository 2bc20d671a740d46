import type { Relation } from '../domain/corroboration.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { ReadingReview } from '../moderation/reading-review.query.ts';
import { READING_TURNS, type ReadingTurn } from '../moderation/reading-corrections.service.ts';
import type { ReadingDecision } from '../moderation/reading-decisions.service.ts';
import type { ClaimStanding } from '../readings/claim-standing.query.ts';
import type { Reading } from '../readings/reading.entity.ts';
import type { ReviewFailure } from '../readings/readings.service.ts';
import type { Translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel } from '../platform/views.ts';
import { shownHandle } from './campaign-words.ts';
import { readingsPath } from './moderation-readings.page.ts';
import { choice, errorSummary, textField, type Choice, type ErrorSummary, type FormState, type TextField } from './form-fields.ts';
import { evidenceView, readerWords, whyWords, type EvidenceView } from './moderation-evidence.ts';
import { MAX_NOTE, readNote } from './moderation-notes.ts';
import {
  claimBar,
  decisionItems,
  institutionWords,
  moment,
  staffNav,
  type ClaimBar,
  type DecisionItem,
  type Moment,
  type StaffNav,
} from './moderation-words.ts';
import type { StaffAsk } from './staff-pages.service.ts';
import type { Attempt } from './subject-desk.service.ts';

/** The model of `views/moderation/reading.hbs`. */
export type ReadingReviewView = PageModel & {
  readonly nav: StaffNav;
  readonly problem: string | null;
  readonly action: string;
  readonly title: string;
  readonly status: string;
  readonly claim: ClaimBar;
  readonly account: { readonly name: string; readonly handleText: string; readonly link: string; readonly institution: string };
  readonly reader: string;
  readonly evidence: EvidenceView;
  /** Why it waits, and how far apart two honest looks may lie; null once it is decided. */
  readonly standing: { readonly why: string; readonly tolerance: string } | null;
  /** What others read at about the same time. */
  readonly others: readonly OtherView[];
  /** The reading between its neighbours, in order of time. */
  readonly series: readonly { readonly count: string; readonly moment: Moment; readonly source: string; readonly asked: boolean }[];
  readonly campaigns: readonly { readonly path: string; readonly label: string; readonly detail: string }[];
  readonly decide: { readonly errors: ErrorSummary | null; readonly choice: Choice; readonly reason: TextField; readonly over: string } | null;
  /** The readings that it corrects, or that correct it. */
  readonly corrections: readonly { readonly path: string; readonly label: string; readonly detail: string }[];
  /** Putting right what counts, or letting it count again; null while it waits, and of what never counted. */
  readonly mend: { readonly errors: ErrorSummary | null; readonly correctPath: string | null; readonly turn: ReadingTurn; readonly words: string; readonly submit: string; readonly reason: TextField } | null;
  /** Taking the picture away; null where there is none that anyone sees. */
  readonly drop: { readonly errors: ErrorSummary | null; readonly reason: TextField } | null;
  /** Where to type a number of one's own; null for an account that programs read. */
  readonly tellPath: string | null;
  /** All readings around it. */
  readonly aroundPath: string;
  readonly history: readonly DecisionItem[];
};

type OtherView = {
  readonly path: string;
  readonly count: string;
  readonly moment: Moment;
  readonly reader: string;
  readonly relation: Relation;
  readonly stands: string;
  readonly status: string;
  readonly evidence: EvidenceView;
};

export const READING_FORM_FIELDS = ['form', 'action', 'reason', 'over', 'dropReason', 'turnReason'] as const;

/** What the forms of the page ask for. */
export type ReadingAct =
  | { readonly type: 'decide'; readonly decision: ReadingDecision }
  | { readonly type: 'drop' | ReadingTurn; readonly reason: string };

/** Reads whichever form was sent, or keys of `moderation.json` for what is wrong by field. */
export function readReadingAct(values: Readonly<Record<string, string>>): Result<ReadingAct, Record<string, string>> {
  const turn = READING_TURNS.find((each) => each === values['form']);
  if (turn !== undefined) return readReason(values, 'turnReason', turn);
  if (values['form'] === 'drop') return readReason(values, 'dropReason', 'drop');
  const read = readDecision(values);
  return read.ok ? ok({ type: 'decide', decision: read.value }) : read;
}

function readDecision(values: Readonly<Record<string, string>>): Result<ReadingDecision, Record<string, string>> {
  const { action } = values;
  const reason = readNote(values['reason'] ?? '');
  if (!reason.ok) return fail({ reason: reason.error });
  const over = (values['over'] ?? '').split(' ').filter((id) => id !== '');
  if (action === 'confirm_over') return ok({ action: 'confirm', over, reason: reason.value });
  return action === 'confirm' || action === 'reject' ? ok({ action, reason: reason.value }) : fail({ action: 'choose' });
}

/** What cannot be done without a reason. */
function readReason<T>(values: Readonly<Record<string, string>>, field: string, type: T): Result<{ type: T; reason: string }, Record<string, string>> {
  const reason = readNote(values[field] ?? '');
  if (!reason.ok) return fail({ [field]: reason.error });
  return reason.value === null ? fail({ [field]: 'required' }) : ok({ type, reason: reason.value });
}

/** Others that wait and cannot be right as well. */
export function rivalsOf({ standing }: Pick<ReadingReview, 'standing'>): string[] {
  const differing = (standing?.others ?? []).filter(({ reading, relation }) => relation === 'differs' && reading.status === 'pending');
  return differing.map(({ reading }) => reading.id);
}

/** A number, between those that count. */
export function readingReviewPage(review: ReadingReview, outcome: Attempt<ReviewFailure> | null, ask: StaffAsk): ReadingReviewView {
  const { text, page, now } = ask;
  const { reading, previous, next } = review;
  const { account } = reading;
  const title = text.t('moderation.reading.title', { handle: shownHandle(account), n: reading.count });
  return {
    head: pageHead({ title }),
    nav: staffNav(ask, null),
    problem: outcome?.failure ? text.t(`moderation.failure.${outcome.failure.type}`) : null,
    action: localUrl(`/moderation/readings/${reading.id}`, page),
    title,
    status: text.t(`moderation.status.${reading.status}`),
    claim: claimBar(review.claim, ask),
    account: {
      name: account.displayName,
      handleText: shownHandle(account),
      link: account.url,
      institution: institutionWords(account.institution),
    },
    reader: readerWords(reading, text),
    evidence: evidenceView(reading, ask),
    standing: review.standing && { why: whyWords(review.standing, text), tolerance: text.t('moderation.tolerance', { n: review.standing.tolerance }) },
    others: (review.standing?.others ?? []).map((other) => otherView(other, ask)),
    series: [previous, reading, next]
      .filter((each) => each !== null)
      .map((each) => ({
        count: text.number(each.count),
        moment: moment(each.at, now),
        source: sourceWords(each, text),
        asked: each === reading,
      })),
    campaigns: review.campaigns.map(({ id, title: label, state }) => ({
      path: `/moderation/campaigns/${id}`,
      label,
      detail: text.t(`moderation.state.${state}`),
    })),
    decide: reading.status === 'pending' ? decideForm(review, outcome, text) : null,
    corrections: correctionLinks(review, ask),
    mend: mendForm(reading, outcome, text),
    drop: reading.status !== 'pending' && reading.evidence !== null ? dropForm(outcome, text) : null,
    tellPath: account.network === 'x' ? `/moderation/accounts/${account.id}/reading` : null,
    aroundPath: readingsPath(account.id, reading.at),
    history: decisionItems(review.history, 'here', ask),
  };
}

function sourceWords({ source }: Reading, text: Translator): string {
  return text.t(`moderation.source.${source}`);
}

function otherView({ reading, relation }: ClaimStanding['others'][number], ask: StaffAsk): OtherView {
  const { text, now } = ask;
  return {
    path: `/moderation/readings/${reading.id}`,
    count: text.number(reading.count),
    moment: moment(reading.at, now),
    reader: readerWords(reading, text),
    relation,
    stands: text.t(`moderation.relation.${relation}`),
    status: text.t(`moderation.status.${reading.status}`),
    evidence: evidenceView(reading, ask),
  };
}

function decideForm(review: ReadingReview, outcome: Attempt<ReviewFailure> | null, text: Translator): NonNullable<ReadingReviewView['decide']> {
  const state = formState(outcome, text);
  const over = rivalsOf(review);
  const verdicts = over.length > 0 ? (['confirm', 'confirm_over', 'reject'] as const) : (['confirm', 'reject'] as const);
  const options = verdicts.map((action) => ({
    value: action,
    label: text.t(`moderation.verdict.${action}`, { n: over.length }),
    hint: text.t(`moderation.verdictHint.${action}`),
  }));
  const chosen = choice({ name: 'action', label: text.t('moderation.decide.action'), options, required: true }, state);
  const reason = textField({ name: 'reason', label: text.t('moderation.note'), maxlength: MAX_NOTE }, state);
  return { errors: errorSummary([chosen, reason], text), choice: chosen, reason, over: over.join(' ') };
}

function correctionLinks({ replaces, replacedBy }: ReadingReview, { text }: StaffAsk): ReadingReviewView['corrections'] {
  const link = (key: string, reading: Reading | null) =>
    reading === null
      ? []
      : [{ path: `/moderation/readings/${reading.id}`, label: text.t(`moderation.mend.${key}`, { n: reading.count }), detail: text.t(`moderation.status.${reading.status}`) }];
  return [...link('replaces', replaces), ...link('replacedBy', replacedBy)];
}

function mendForm({ id, status }: Reading, outcome: Attempt<ReviewFailure> | null, text: Translator): ReadingReviewView['mend'] {
  if (status !== 'counted' && status !== 'struck') return null;
  const turn = status === 'counted' ? 'strike' : 'restore';
  const reason = textField({ name: 'turnReason', label: text.t('moderation.mend.reason'), maxlength: MAX_NOTE, required: true }, formState(outcome, text));
  return {
    errors: errorSummary([reason], text),
    correctPath: turn === 'strike' ? `/moderation/readings/${id}/correction` : null,
    turn,
    words: text.t(`moderation.mend.${turn}Words`),
    submit: text.t(`moderation.mend.${turn}`),
    reason,
  };
}

function dropForm(outcome: Attempt<ReviewFailure> | null, text: Translator): NonNullable<ReadingReviewView['drop']> {
  const reason = textField({ name: 'dropReason', label: text.t('moderation.drop.reason'), maxlength: MAX_NOTE, required: true }, formState(outcome, text));
  return { errors: errorSummary([reason], text), reason };
}

function formState(outcome: Attempt<ReviewFailure> | null, text: Translator): FormState {
  const errors = Object.entries(outcome?.errors ?? {}).map(([name, key]) => [name, text.t(`moderation.error.${key}`)] as const);
  return { values: outcome?.values ?? {}, errors: Object.fromEntries(errors) };
}
