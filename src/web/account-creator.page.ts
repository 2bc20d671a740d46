import { creatorCode, type CreditFailure } from '../campaigns/campaign-creators.service.ts';
import type { HandleError } from '../domain/handle.ts';
import { pageHead, type PageModel } from '../platform/views.ts';
import type { AccountVisit } from './account-desk.service.ts';
import { errorSummary, textField, type ErrorSummary, type TextField } from './form-fields.ts';

/** The model of `views/account/creator.hbs`. */
export type CreatorView = PageModel & {
  readonly lead: string;
  readonly steps: readonly string[];
  /** The name to allow, to copy. */
  readonly site: string;
  /** To put in the profile. */
  readonly code: string;
  /** Who is credited; null: nobody. */
  readonly creator: string | null;
  readonly action: string;
  readonly forget: string;
  readonly errors: ErrorSummary | null;
  readonly handle: TextField;
  readonly back: string;
};

/** What was typed, and why nobody is credited by it. */
export type CreatorAttempt = { readonly handle: string; readonly failure: CreditFailure | HandleError };

export function creatorPage({ text, url, token }: AccountVisit, facts: { creator: string | null; site: string }, attempt: CreatorAttempt | null): CreatorView {
  const { t } = text;
  const { site, creator } = facts;
  const errors = attempt === null ? {} : { handle: t(`account.creator.problem.${problemOf(attempt.failure)}`, { site }) };
  const handle = textField(
    {
      name: 'handle',
      label: t('account.creator.handle'),
      hint: t('account.creator.handle_hint'),
      inputmode: 'email',
      placeholder: '@you@your.server',
      maxlength: 300,
      verbatim: true,
      required: true,
    },
    { values: { handle: attempt?.handle ?? '' }, errors },
  );
  return {
    head: pageHead({ title: t('account.creator.heading') }),
    lead: t('account.creator.lead'),
    steps: [1, 2, 3, 4].map((step) => t(`account.creator.step${step}`, { site })),
    site,
    code: creatorCode(token),
    creator: creator === null ? null : t('account.creator.now', { handle: `@${creator}` }),
    action: url('creator'),
    forget: url('creator/forget'),
    errors: errorSummary([handle], text),
    handle,
    back: url(''),
  };
}

function problemOf({ type }: CreditFailure | HandleError): string {
  switch (type) {
    case 'not-allowed':
    case 'no-code':
    case 'not-both-ways':
      return type;
    case 'gone':
    case 'deleted':
    case 'suspended':
    case 'moved':
      return 'no-account';
    case 'empty':
    case 'server-only':
    case 'no-server':
    case 'malformed':
    case 'too-long':
    case 'forbidden-host':
      return 'not-a-handle';
    default:
      return 'unreachable';
  }
}
