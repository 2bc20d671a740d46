import { translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import { errorSummary, textField, type ErrorSummary, type TextField } from './form-fields.ts';

/** The model of `views/account/lost.hbs`: a private link that is lost, or opens nothing. */
export type LostView = PageModel & {
  readonly heading: string;
  readonly lead: string;
  readonly notice: string | null;
  /** Null on a site that sends no mail: nobody can be sent a link. */
  readonly form: { readonly action: string; readonly email: TextField; readonly errors: ErrorSummary | null } | null;
};

type LostFacts = {
  readonly mailEnabled: boolean;
  readonly cause: 'asked' | 'unknown-link' | 'unknown-invitation';
  readonly sent?: boolean;
  readonly email?: { readonly value: string; readonly error: string };
};

export function lostPage(page: PageRequest, { mailEnabled, cause, sent = false, email }: LostFacts): LostView {
  const text = translator(page.language);
  const { t } = text;
  const state = { values: { email: email?.value ?? '' }, errors: email === undefined ? {} : { email: t(`account.lost.${email.error}`) } };
  const field = textField(
    { name: 'email', label: t('account.lost.email'), type: 'email', autocomplete: 'email', required: true },
    state,
  );
  return {
    head: pageHead({ title: t(`account.lost.title-${cause}`) }),
    heading: t(`account.lost.title-${cause}`),
    lead: t(mailEnabled ? `account.lost.lead-${cause}` : `account.lost.no-mail-${cause}`),
    notice: sent ? t('account.lost.sent') : null,
    form: mailEnabled ? { action: localUrl('/account', page), email: field, errors: errorSummary([field], text) } : null,
  };
}
