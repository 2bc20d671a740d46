import type { Campaign } from '../campaigns/campaign.entity.ts';
import { translator, typographic } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import { errorSummary, type ErrorSummary, type TextField } from './form-fields.ts';
import { codeField, emailTextField, type CodeTrial, type EmailTrial } from './mail-code.ts';

/** What is typed: an address, then the code that was sent there. */
export type DigestStep =
  | { readonly by: 'address'; readonly trial: EmailTrial | null }
  | { readonly by: 'code'; readonly asker: string; readonly trial: CodeTrial | null };

/** The model of `views/digest.hbs`. */
export type DigestView = PageModel & {
  readonly title: string;
  readonly language: string;
  readonly lead: string;
  readonly note: string;
  readonly action: string;
  readonly errors: ErrorSummary | null;
  readonly field: TextField;
  readonly button: string;
  readonly back: string;
};

export function digestPage(campaign: Pick<Campaign, 'slug' | 'title' | 'language'>, step: DigestStep, request: PageRequest): DigestView {
  const text = translator(request.language);
  const field = step.by === 'address' ? { ...emailTextField(step.trial, text), hint: text.t('digest.emailHint') } : codeField(step.trial, text);
  const path = `/c/${campaign.slug}/digest`;
  return {
    head: pageHead({ title: text.t('digest.title') }),
    title: typographic(campaign.title, campaign.language),
    language: campaign.language,
    lead: text.t(step.by === 'address' ? 'digest.lead' : 'other-proofs.sent'),
    note: text.t(step.by === 'address' ? 'digest.note' : 'digest.codeNote'),
    action: localUrl(step.by === 'address' ? path : `${path}/${step.asker}`, request),
    errors: errorSummary([field], text),
    field,
    button: text.t(step.by === 'address' ? 'digest.ask' : 'other-proofs.useCode'),
    back: localUrl(`/c/${campaign.slug}`, request),
  };
}
