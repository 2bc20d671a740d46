import { translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import { errorSummary, type ErrorSummary, type TextField } from './form-fields.ts';
import { emailTextField, type EmailTrial } from './mail-code.ts';

/** The model of `views/help-new.hbs`. */
export type HelpNewView = PageModel & {
  /** Null where the site sends no mail. */
  readonly reminder: { readonly action: string; readonly errors: ErrorSummary | null; readonly email: TextField } | null;
};

/** The page for those who are not on the fediverse yet; `trial` is an address that would not do. */
export function helpNewPage(request: PageRequest, { mailEnabled, trial }: { mailEnabled: boolean; trial: EmailTrial | null }): HelpNewView {
  const text = translator(request.language);
  const email = emailTextField(trial, text);
  return {
    head: pageHead({ title: text.t('help.title'), description: text.t('help.lead'), canonicalPath: '/help/new' }),
    reminder: mailEnabled ? { action: localUrl('/help/new/reminder', request), errors: errorSummary([email], text), email } : null,
  };
}
