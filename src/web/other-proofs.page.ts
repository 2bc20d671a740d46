import { translator, typographic, type Language } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import { serverName } from './campaign-words.ts';
import { mailCodeView, type MailCodeTrial, type MailCodeView } from './mail-code.ts';

/** What became of a try to prove. */
export type ProofTrial = { readonly by: 'profile'; readonly failure: string } | MailCodeTrial;

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
  readonly mail: MailCodeView | null;
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
    mail: facts.mailEnabled ? mailCodeView(`/p/${token}/prove`, facts.trial, request, text) : null,
  };
}
