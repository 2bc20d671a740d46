import { typographic } from '../platform/text.ts';
import { pageHead, type PageModel } from '../platform/views.ts';
import type { AccountVisit } from './account-desk.service.ts';

/** The model of `views/account/confirm.hbs`: what cannot be undone is asked twice. */
export type ConfirmView = PageModel & {
  readonly heading: string;
  readonly words: string;
  readonly title: string;
  readonly language: string;
  readonly yes: string;
  readonly action: string;
  readonly back: string;
};

export function confirmPage({ owner: { campaign }, text: { t }, url }: AccountVisit, action: 'close' | 'withdraw'): ConfirmView {
  const heading = t(`account.confirm.${action}.heading`);
  return {
    head: pageHead({ title: heading }),
    heading,
    words: t(`account.confirm.${action}.words`),
    title: typographic(campaign.title, campaign.language),
    language: campaign.language,
    yes: t(`account.confirm.${action}.yes`),
    action: url(action),
    back: url(''),
  };
}
