import type { Campaign } from '../campaigns/campaign.entity.ts';
import { awaitsAccount } from '../domain/campaign-lifecycle.ts';
import { REPORT_KINDS, type ReportKind } from '../moderation/report.entity.ts';
import { translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
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
import { REPORT_LIMITS } from './report.form.ts';

/** The model of `views/report.hbs`. */
export type ReportView = PageModel & {
  readonly campaign: { readonly title: string; readonly language: string; readonly path: string };
  /** Null once it was sent. */
  readonly form: {
    readonly action: string;
    readonly problem: string | null;
    readonly errors: ErrorSummary | null;
    readonly kind: Choice;
    readonly words: TextArea;
    readonly contact: TextField;
  } | null;
};

/** What came back from the form: what was typed, keys for what is wrong by field, and from when another try is heard. */
export type ReportAttempt = {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string>>;
  readonly waitMinutes: number | null;
};

export const FIRST_ATTEMPT: ReportAttempt = { values: {}, errors: {}, waitMinutes: null };

/** The form to object to a campaign or to answer it; `kind` is what the link that led here was about. */
export function reportPage(campaign: Campaign, kind: ReportKind | null, attempt: ReportAttempt, page: PageRequest): ReportView {
  const text = translator(page.language);
  const errors = Object.entries(attempt.errors).map(([name, key]) => [name, text.t(`report.error.${key}`)] as const);
  const state: FormState = { values: attempt.values, errors: Object.fromEntries(errors) };
  const kindsHere = REPORT_KINDS.filter((value) => value !== 'opened' || awaitsAccount(campaign));
  const options = kindsHere.map((value) => ({
    value,
    label: text.t(`report.kind.${value}`),
    ...(value === 'reply' || value === 'opened' ? { hint: text.t(`report.${value}Hint`) } : {}),
  }));
  const kinds = choice(
    { name: 'kind', label: text.t('report.kindLabel'), options, required: true, ...(kind === null ? {} : { initial: kind }) },
    state,
  );
  const words = textArea(
    { name: 'text', label: text.t('report.text'), hint: text.t('report.textHint'), rows: 7, maxlength: REPORT_LIMITS.text, required: true },
    state,
  );
  const contact = textField(
    {
      name: 'contact',
      label: text.t('report.contact'),
      hint: text.t('report.contactHint'),
      autocomplete: 'email',
      maxlength: REPORT_LIMITS.contact,
    },
    state,
  );
  return {
    ...shared(campaign, page),
    form: {
      action: localUrl(`/report/${campaign.slug}`, page),
      problem: attempt.waitMinutes === null ? null : text.t('report.too-many', { minutes: attempt.waitMinutes }),
      errors: errorSummary([kinds, words, contact], text),
      kind: kinds,
      words,
      contact,
    },
  };
}

/** What whoever wrote meets afterwards. */
export function reportedPage(campaign: Campaign, page: PageRequest): ReportView {
  return { ...shared(campaign, page), form: null };
}

function shared(campaign: Campaign, page: PageRequest): Pick<ReportView, 'head' | 'campaign'> {
  return {
    head: pageHead({ title: translator(page.language).t('report.title') }),
    campaign: { title: campaign.title, language: campaign.language, path: `/c/${campaign.slug}` },
  };
}
