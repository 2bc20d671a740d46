import { fail, ok, type Result } from '../domain/result.ts';
import type { ReadingReview } from '../moderation/reading-review.query.ts';
import type { ReadingDecision } from '../moderation/reading-decisions.service.ts';
import type { Reading } from '../readings/reading.entity.ts';
import type { Translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel } from '../platform/views.ts';
import { shownHandle } from './campaign-words.ts';
import { choice, errorSummary, textField, type Choice, type ErrorSummary, type FormState, type TextField } from './form-fields.ts';
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

/** The model of `views/moderation/reading.hbs`. */
export type ReadingReviewView = PageModel & {
  readonly nav: StaffNav;
  readonly problem: string | null;
  readonly action: string;
  readonly title: string;
  readonly status: string;
  readonly claim: ClaimBar;
  readonly account: { readonly name: string; readonly handleText: string; readonly link: string; readonly institution: string };
  readonly evidence: string | null;
  /** The reading between its neighbours, in order of time. */
  readonly series: readonly { readonly count: string; readonly moment: Moment; readonly source: string; readonly asked: boolean }[];
  readonly campaigns: readonly { readonly path: string; readonly label: string; readonly detail: string }[];
  readonly decide: { readonly errors: ErrorSummary | null; readonly choice: Choice; readonly reason: TextField } | null;
  readonly history: readonly DecisionItem[];
};

export const READING_FORM_FIELDS = ['action', 'reason'] as const;

export type ReadingOutcome = {
  readonly failure: 'already-decided' | null;
  readonly values: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string>>;
};

/** Reads the form into a decision, or keys of `moderation.json` for what is wrong by field. */
export function readReadingForm(values: Readonly<Record<string, string>>): Result<ReadingDecision, Record<string, string>> {
  const { action } = values;
  const reason = readNote(values['reason'] ?? '');
  if (!reason.ok) return fail({ reason: reason.error });
  return action === 'confirm' || action === 'reject' ? ok({ action, reason: reason.value }) : fail({ action: 'choose' });
}

/** A number that one person typed, between those that count. */
export function readingReviewPage(review: ReadingReview, outcome: ReadingOutcome | null, ask: StaffAsk): ReadingReviewView {
  const { text, page, now } = ask;
  const { reading, previous, next } = review;
  const { account } = reading;
  const title = text.t('moderation.reading.title', { handle: shownHandle(account), n: reading.count });
  return {
    head: pageHead({ title }),
    nav: staffNav(ask, null),
    problem: outcome?.failure ? text.t(`moderation.failure.${outcome.failure}`) : null,
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
    evidence: reading.evidenceUrl,
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
    decide: reading.status === 'pending' ? decideForm(outcome, text) : null,
    history: decisionItems(review.history, 'here', ask),
  };
}

function sourceWords({ source }: Reading, text: Translator): string {
  return text.t(`moderation.source.${source}`);
}

function decideForm(outcome: ReadingOutcome | null, text: Translator): NonNullable<ReadingReviewView['decide']> {
  const errors = Object.entries(outcome?.errors ?? {}).map(([name, key]) => [name, text.t(`moderation.error.${key}`)] as const);
  const state: FormState = { values: outcome?.values ?? {}, errors: Object.fromEntries(errors) };
  const options = (['confirm', 'reject'] as const).map((action) => ({
    value: action,
    label: text.t(`moderation.verdict.${action}`),
    hint: text.t(`moderation.verdictHint.${action}`),
  }));
  const chosen = choice({ name: 'action', label: text.t('moderation.decide.action'), options, required: true }, state);
  const reason = textField({ name: 'reason', label: text.t('moderation.note'), maxlength: MAX_NOTE }, state);
  return { errors: errorSummary([chosen, reason], text), choice: chosen, reason };
}
