import type { Campaign } from '../campaigns/campaign.entity.ts';
import { isPublic } from '../domain/campaign-lifecycle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { campaignPowers } from '../moderation/campaign-powers.ts';
import type { DecisionFailure, ReportDecision } from '../moderation/moderation.service.ts';
import type { ReportReview } from '../moderation/report-review.query.ts';
import type { Translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel } from '../platform/views.ts';
import { shownHandle } from './campaign-words.ts';
import {
  choice,
  errorSummary,
  textArea,
  textField,
  type Choice,
  type ErrorSummary,
  type FormState,
  type TextArea,
  type TextField,
} from './form-fields.ts';
import { openingLink, reportLink } from './moderation-campaign.page.ts';
import { lettersPath } from './moderation-letter.page.ts';
import { MAX_NOTE, MAX_REPLY, readNote } from './moderation-notes.ts';
import { readingsPath } from './moderation-readings.page.ts';
import {
  claimBar,
  decisionItems,
  failureWords,
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

/** The model of `views/moderation/report.hbs`. */
export type ReportReviewView = PageModel & {
  readonly nav: StaffNav;
  readonly problem: string | null;
  readonly action: string;
  readonly kind: string;
  readonly status: string;
  readonly moment: Moment;
  readonly claim: ClaimBar;
  readonly words: string;
  readonly contact: string | null;
  readonly campaign: { readonly path: string; readonly title: string; readonly institution: string; readonly publicUrl: string | null };
  /** Where the numbers of the campaign are looked through and put right; none where the report is of something else. */
  readonly readings: readonly { readonly path: string; readonly label: string; readonly detail: string }[];
  /** Where the account is recorded that the report says is open; none where the report is of something else. */
  readonly opening: { readonly path: string; readonly words: string } | null;
  readonly decide: {
    readonly errors: ErrorSummary | null;
    readonly choice: Choice;
    /** Where the report is the institution's reply and its campaign is public. */
    readonly reply: TextArea | null;
    readonly reason: TextField;
  } | null;
  /** Where to write down that an institution's reply agrees, or does not. */
  readonly lettersPath: string | null;
  readonly reports: readonly { readonly path: string; readonly label: string; readonly detail: string }[];
  readonly history: readonly DecisionItem[];
};

export const REPORT_FORM_FIELDS = ['action', 'reason', 'reply'] as const;

/** Reads the form into a decision, or keys of `moderation.json` for what is wrong by field. */
export function readReportForm(values: Readonly<Record<string, string>>): Result<ReportDecision, Record<string, string>> {
  const { action } = values;
  const reason = readNote(values['reason'] ?? '');
  if (!reason.ok) return fail({ reason: reason.error });
  if (action === 'uphold' || action === 'dismiss') return ok({ action, reason: reason.value });
  if (action !== 'publish_reply') return fail({ action: 'choose' });
  const reply = readNote(values['reply'] ?? '', MAX_REPLY);
  if (!reply.ok) return fail({ reply: reply.error });
  return reply.value === null ? fail({ reply: 'required' }) : ok({ action, reply: reply.value, reason: reason.value });
}

/** A report, the campaign that it is about, and what can be decided. */
export function reportReviewPage(review: ReportReview, outcome: Attempt<DecisionFailure> | null, ask: StaffAsk): ReportReviewView {
  const { text, now, page } = ask;
  const { report } = review;
  const { campaign } = report;
  const kind = text.t(`report.kind.${report.kind}`);
  const failure = outcome?.failure ?? null;
  return {
    head: pageHead({ title: kind }),
    nav: staffNav(ask, null),
    problem: failure === null ? null : failureWords(failure, text),
    action: localUrl(`/moderation/reports/${report.id}`, page),
    kind,
    status: text.t(`moderation.state.${report.state}`),
    moment: moment(report.createdAt, now),
    claim: claimBar(review.claim, ask),
    words: report.text,
    contact: report.contact,
    campaign: {
      path: `/moderation/campaigns/${campaign.id}`,
      title: campaign.title,
      institution: institutionWords(campaign.institution),
      publicUrl: isPublic(campaign) ? localUrl(`/c/${campaign.slug}`, page) : null,
    },
    readings: report.kind === 'wrong-number' ? readingsLinks(campaign, text) : [],
    opening: report.kind === 'opened' || report.kind === 'wrong-account' ? openingLink(campaign, text) : null,
    lettersPath: report.kind === 'reply' && campaign.launchedAt !== null ? lettersPath(campaign.id) : null,
    decide: report.state === 'open' ? decideForm(review, outcome, ask) : null,
    reports: review.alsoOpen.map((other) => reportLink(other, ask)),
    history: decisionItems(review.history, 'here', ask),
  };
}

function readingsLinks({ fediverseAccount, xAccount }: Campaign, text: Translator): ReportReviewView['readings'] {
  const accounts = [fediverseAccount, xAccount].filter((account) => account !== null);
  return accounts.map((account) => ({ path: readingsPath(account.id), label: text.t('moderation.readings.title', { handle: shownHandle(account) }), detail: '' }));
}

function decideForm({ report }: ReportReview, outcome: Attempt<DecisionFailure> | null, { text }: StaffAsk): NonNullable<ReportReviewView['decide']> {
  const canPublish = report.kind === 'reply' && campaignPowers(report.campaign).includes('publish_reply');
  const errors = Object.entries(outcome?.errors ?? {}).map(([name, key]) => [name, text.t(`moderation.error.${key}`)] as const);
  const state: FormState = { values: outcome?.values ?? { reply: report.text }, errors: Object.fromEntries(errors) };
  const actions = canPublish ? (['publish_reply', 'uphold', 'dismiss'] as const) : (['uphold', 'dismiss'] as const);
  const options = actions.map((action) => ({
    value: action,
    label: text.t(`moderation.verdict.${action}`),
    hint: text.t(`moderation.verdictHint.${action}`),
  }));
  const chosen = choice({ name: 'action', label: text.t('moderation.decide.action'), options, required: true }, state);
  const reply = textArea(
    { name: 'reply', label: text.t('moderation.reply.label'), hint: text.t('moderation.reply.hint'), rows: 8, maxlength: MAX_REPLY },
    state,
  );
  const reason = textField({ name: 'reason', label: text.t('moderation.note'), maxlength: MAX_NOTE }, state);
  return { errors: errorSummary([chosen, reply, reason], text), choice: chosen, reply: canPublish ? reply : null, reason };
}
