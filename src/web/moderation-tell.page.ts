import type { Account } from '../institutions/account.entity.ts';
import { localUrl, pageHead, type PageModel } from '../platform/views.ts';
import { readingSubject } from './campaign-reading.page.ts';
import { shownHandle } from './campaign-words.ts';
import { textField, type TextField } from './form-fields.ts';
import { MAX_NOTE } from './moderation-notes.ts';
import { STAFF_TIME_ZONE, staffNav, type StaffNav } from './moderation-words.ts';
import { readingForm, type ReadingAttempt, type ReadingForm, type ReadingSubject } from './reading-form.ts';
import type { StaffAsk } from './staff-pages.service.ts';

/** The model of `views/moderation/tell.hbs`: a number that a moderator reads with their own eyes. */
export type TellView = PageModel & {
  readonly nav: StaffNav;
  readonly heading: string;
  readonly form: ReadingForm;
  readonly reason: TextField;
};

export function tellSubject(account: Account, { now }: StaffAsk): ReadingSubject {
  return readingSubject(account, STAFF_TIME_ZONE, now);
}

export function tellPage(account: Account, attempt: ReadingAttempt, ask: StaffAsk): TellView {
  const { text, page } = ask;
  const heading = text.t('reading.title', { handle: shownHandle(account) });
  const error = attempt.errors['reason'];
  const errors = error === undefined ? {} : { reason: text.t(`reading.error.${error}`) };
  return {
    head: pageHead({ title: heading }),
    nav: staffNav(ask, null),
    heading,
    form: readingForm(localUrl(`/moderation/accounts/${account.id}/reading`, page), tellSubject(account, ask), attempt, text),
    reason: textField({ name: 'reason', label: text.t('moderation.tell.reason'), maxlength: MAX_NOTE }, { values: attempt.values, errors }),
  };
}
