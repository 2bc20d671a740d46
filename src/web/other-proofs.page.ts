import { translator, typographic, type Language, type Translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import { serverName } from './campaign-words.ts';
import { errorSummary, textField, type ErrorSummary, type TextField } from './form-fields.ts';

/** A code that was typed and would not do. */
export type CodeTrial = { readonly code: string; readonly failure: string; readonly left: number };

/** What became of a try to prove. */
export type ProofTrial =
  | { readonly by: 'profile'; readonly failure: string }
  | ({ readonly by: 'mail' } & EmailTrial)
  | { readonly by: 'mail'; readonly sent: true }
  | ({ readonly by: 'code' } & CodeTrial);

/** What the page of other proofs shows. */
export type OtherProofsFacts = {
  readonly token: string;
  readonly campaign: { readonly title: string; readonly language: Language };
  /** Shown as `@user@host`. */
  readonly handle: string;
  readonly host: string;
  readonly code: string;
  /** Whether the site can send mail. */
  readonly mailEnabled: boolean;
  readonly proven: boolean;
  readonly trial: ProofTrial | null;
};

/** The model of `views/other-proofs.hbs`. */
export type OtherProofsView = PageModel & {
  readonly title: string;
  readonly campaign: { readonly title: string; readonly language: Language };
  readonly backUrl: string;
  readonly proven: string | null;
  readonly profile: {
    readonly text: string;
    readonly code: string;
    readonly link: string;
    readonly action: string;
    readonly label: string;
    readonly problem: string | null;
  };
  /** Null where the site sends no mail. */
  readonly mail: {
    readonly action: string;
    readonly codeAction: string;
    readonly sent: string | null;
    readonly errors: ErrorSummary | null;
    readonly email: TextField;
    readonly codeErrors: ErrorSummary | null;
    readonly code: TextField;
  } | null;
};

/** Ways to prove without signing in: a code or link in one's profile, or a code by mail. */
export function otherProofsPage(facts: OtherProofsFacts, request: PageRequest): OtherProofsView {
  const text = translator(request.language);
  const { token, campaign, handle } = facts;
  const host = serverName(facts.host);
  const title = text.t('other-proofs.title');
  return {
    head: pageHead({ title }),
    title,
    campaign: { title: typographic(campaign.title, campaign.language), language: campaign.language },
    backUrl: localUrl(`/p/${token}`, request),
    proven: facts.proven ? text.t('other-proofs.proven') : null,
    profile: {
      text: text.t('other-proofs.profileText', { host }),
      code: facts.code,
      link: `${request.publicUrl}/me/${facts.code}`,
      action: localUrl(`/p/${token}/prove/profile`, request),
      label: text.t('other-proofs.checkNow'),
      problem: facts.trial?.by === 'profile' ? text.t(`other-proofs.profile.${facts.trial.failure}`, { host, handle }) : null,
    },
    mail: facts.mailEnabled ? mailView(facts, request, text) : null,
  };
}

function mailView({ token, trial }: OtherProofsFacts, request: PageRequest, text: Translator): NonNullable<OtherProofsView['mail']> {
  const email = emailTextField(trial?.by === 'mail' && 'failure' in trial ? trial : null, text);
  const code = codeField(trial?.by === 'code' ? trial : null, text);
  return {
    action: localUrl(`/p/${token}/prove/mail`, request),
    codeAction: localUrl(`/p/${token}/prove/code`, request),
    sent: trial?.by === 'mail' && 'sent' in trial ? text.t('other-proofs.sent') : null,
    errors: errorSummary([email], text),
    email,
    codeErrors: errorSummary([code], text),
    code,
  };
}

/** An address that was typed and would not do. */
export type EmailTrial = { readonly email: string; readonly failure: string };

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
