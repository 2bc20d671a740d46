import { pageHead, type PageModel } from '../platform/views.ts';
import type { AccountVisit } from './account-desk.service.ts';

/** The model of `views/account/invite.hbs`. */
export type InviteView = PageModel & {
  /** The invitation that was just made; null before the button is pressed. */
  readonly link: string | null;
  readonly action: string;
  readonly back: string;
};

export function invitePage({ text, page, url }: AccountVisit, token: string | null): InviteView {
  return {
    head: pageHead({ title: text.t('account.invite.heading') }),
    link: token === null ? null : `${page.publicUrl}/account/invitation/${token}`,
    action: url('invite'),
    back: url(''),
  };
}
