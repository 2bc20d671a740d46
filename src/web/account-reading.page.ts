import type { Translator } from '../platform/text.ts';
import { pageHead, type PageModel } from '../platform/views.ts';
import type { ProposalFailure } from '../readings/proposals.service.ts';
import type { AccountVisit } from './account-desk.service.ts';
import { errorSummary, textField, UNTOUCHED, type ErrorSummary, type FormState, type TextField } from './form-fields.ts';

/** The model of `views/account/reading.hbs`: a number on X that the campaigner has before their eyes. */
export type ReadingView = PageModel & {
  readonly action: string;
  readonly errors: ErrorSummary | null;
  readonly count: TextField;
  readonly evidenceUrl: TextField;
  readonly profile: { readonly handle: string; readonly url: string };
  readonly back: string;
};

export const READING_FIELDS = ['count', 'evidenceUrl'] as const;

export function readingPage({ owner, text, url }: AccountVisit, state: FormState = UNTOUCHED): ReadingView {
  const account = owner.campaign.xAccount;
  const field = (name: (typeof READING_FIELDS)[number], spec: Partial<Parameters<typeof textField>[0]>): TextField =>
    textField({ name, label: text.t(`account.reading.${name}`), hint: text.t(`account.reading.${name}_hint`), verbatim: true, ...spec }, state);
  const count = field('count', { inputmode: 'numeric', required: true, autocomplete: 'off' });
  const evidenceUrl = field('evidenceUrl', { inputmode: 'url', autocomplete: 'off' });
  return {
    head: pageHead({ title: text.t('account.reading.heading') }),
    action: url('reading'),
    errors: errorSummary([count, evidenceUrl], text),
    count,
    evidenceUrl,
    profile: { handle: `@${account?.handle ?? ''}`, url: account?.url ?? '' },
    back: url(''),
  };
}

/** A number as people write it, with any separator of thousands; NaN for what is none. */
export function typedCount(text: string): number {
  const digits = text.replace(/[\s\u00a0\u202f.,'’]/g, '');
  return /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
}

/** An address as typed, with the scheme that people leave out; null for none. */
export function typedAddress(text: string): string | null {
  const address = text.trim();
  if (address === '') return null;
  return /^[a-z]+:/i.test(address) ? address : `https://${address}`;
}

/** What is wrong with a reading, beside the field where it can be put right. */
export function readingErrors({ type }: ProposalFailure, { t }: Translator): Record<string, string> {
  return { [type === 'not-a-web-address' ? 'evidenceUrl' : 'count']: t(`account.reading.error.${type}`) };
}
