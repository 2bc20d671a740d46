import type { Campaign } from '../campaigns/campaign.entity.ts';
import { translator, typographic } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import { errorSummary, textField, type ErrorSummary, type TextField } from './form-fields.ts';

/** The model of `views/account/invitation.hbs`. */
export type InvitationView = PageModel & {
  readonly title: string;
  readonly language: string;
  readonly lead: string;
  readonly action: string;
  readonly email: TextField | null;
  readonly errors: ErrorSummary | null;
};

export function invitationPage(
  token: string,
  { title, language, institution }: Campaign,
  page: PageRequest,
  { badEmail, mailEnabled }: { badEmail: string | null; mailEnabled: boolean },
): InvitationView {
  const text = translator(page.language);
  const { t } = text;
  const errors = badEmail === null ? {} : { email: t('account.lost.bad-email') };
  const email = textField(
    { name: 'email', label: t('account.invitation.email'), hint: t('account.invitation.email_hint'), type: 'email', autocomplete: 'email' },
    { values: { email: badEmail ?? '' }, errors },
  );
  return {
    head: pageHead({ title: t('account.invitation.heading') }),
    title: typographic(title, language),
    language,
    lead: t('account.invitation.lead', { institution: institution.name }),
    action: localUrl(`/account/invitation/${token}`, page),
    email: mailEnabled ? email : null,
    errors: errorSummary([email], text),
  };
}
