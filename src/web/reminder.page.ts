import { translator } from '../platform/text.ts';
import { localUrl, pageHead, type PageModel, type PageRequest } from '../platform/views.ts';
import { errorSummary, type ErrorSummary, type TextField } from './form-fields.ts';
import { codeField, type CodeTrial } from './mail-code.ts';

/** The model of `views/reminder.hbs`. */
export type ReminderView = PageModel & { readonly action: string; readonly errors: ErrorSummary | null; readonly code: TextField };

/** Where the code of a reminder is typed; it looks the same whoever opens it. */
export function reminderPage(asker: string, trial: CodeTrial | null, request: PageRequest): ReminderView {
  const text = translator(request.language);
  const code = codeField(trial, text);
  return {
    head: pageHead({ title: text.t('help.reminderTitle') }),
    action: localUrl(`/help/new/reminder/${asker}`, request),
    errors: errorSummary([code], text),
    code,
  };
}
