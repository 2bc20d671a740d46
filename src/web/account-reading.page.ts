import type { Account } from '../institutions/account.entity.ts';
import { pageHead, type PageModel } from '../platform/views.ts';
import type { AccountVisit } from './account-desk.service.ts';
import { readingSubject } from './campaign-reading.page.ts';
import { readingForm, type ReadingAttempt, type ReadingForm } from './reading-form.ts';

/** The model of `views/account/reading.hbs`: a number on X that the campaigner has before their eyes. */
export type ReadingView = PageModel & { readonly form: ReadingForm; readonly back: string };

export function readingPage({ owner, text, url, now }: AccountVisit, account: Account, attempt: ReadingAttempt): ReadingView {
  return {
    head: pageHead({ title: text.t('account.reading.heading') }),
    form: readingForm(url('reading'), readingSubject(account, owner.campaign.timeZone, now), attempt, text),
    back: url(''),
  };
}
