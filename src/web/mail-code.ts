import type { Translator } from '../platform/text.ts';
import { localUrl, type PageRequest } from '../platform/views.ts';
import { errorSummary, textField, type ErrorSummary, type TextField } from './form-fields.ts';

/** A code that was typed and would not do. */
export type CodeTrial = { readonly code: string; readonly failure: string; readonly left: number };

/** An address that was typed and would not do. */
export type EmailTrial = { readonly email: string; readonly failure: string };

/** What became of a try: an address and what is wrong with it, that the mail is on its way, or a code and what is wrong with it. */
export type MailCodeTrial = ({ readonly by: 'mail' } & EmailTrial) | { readonly by: 'mail'; readonly sent: true } | ({ readonly by: 'code' } & CodeTrial);

/** Both forms: where to send a code to, and the code. */
export type MailCodeView = {
  readonly action: string;
  readonly codeAction: string;
  readonly sent: string | null;
  readonly errors: ErrorSummary | null;
  readonly email: TextField;
  readonly codeErrors: ErrorSummary | null;
  readonly code: TextField;
};

/** The forms of the page at `path`, which post to `mail` and `code` below it; a try of another kind shows in neither. */
export function mailCodeView(path: string, trial: MailCodeTrial | { readonly by: 'profile' } | null, request: PageRequest, text: Translator): MailCodeView {
  const email = emailTextField(trial?.by === 'mail' && 'failure' in trial ? trial : null, text);
  const code = codeField(trial?.by === 'code' ? trial : null, text);
  return {
    action: localUrl(`${path}/mail`, request),
    codeAction: localUrl(`${path}/code`, request),
    sent: trial?.by === 'mail' && 'sent' in trial ? text.t('other-proofs.sent') : null,
    errors: errorSummary([email], text),
    email,
    codeErrors: errorSummary([code], text),
    code,
  };
}

/** Where the address goes to which one mail is sent. */
export function emailTextField(trial: EmailTrial | null, text: Translator): TextField {
  return textField(
    {
      name: 'email',
      label: text.t('other-proofs.email'),
      hint: text.t('other-proofs.emailHint'),
      type: 'email',
      inputmode: 'email',
      autocomplete: 'email',
      maxlength: 254,
      verbatim: true,
      required: true,
    },
    { values: { email: trial?.email ?? '' }, errors: trial === null ? {} : { email: text.t(`other-proofs.mail.${trial.failure}`) } },
  );
}

/** Where the code goes that was in the mail. */
export function codeField(trial: CodeTrial | null, text: Translator): TextField {
  const { code = '', failure, left = 0 } = trial ?? {};
  return textField(
    {
      name: 'code',
      label: text.t('other-proofs.code'),
      hint: text.t('other-proofs.codeHint'),
      inputmode: 'numeric',
      autocomplete: 'one-time-code',
      maxlength: 20,
      verbatim: true,
      required: true,
    },
    { values: { code }, errors: failure === undefined ? {} : { code: text.t(`other-proofs.code.${failure}`, { left }) } },
  );
}
