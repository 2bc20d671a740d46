import type { Request } from 'express';
import { fail, ok, type Result } from '../domain/result.ts';
import type { EmailTrial } from './mail-code.ts';
import { emailField } from '../campaigns/launch-fields.ts';
import { typedFields } from './typed-fields.ts';
import type { VisitorLimits } from './visitor-limits.ts';

/** An address that gets no mail, with the words for it and the status of the page that shows them. */
export type RefusedMailbox = { readonly trial: EmailTrial; readonly status: 422 | 429 };

/**
 * The address of a form, to which one mail with a code may go now. Counts it against the visitor, the private page of `token`
 * if there is one, and the mailbox; throws `TooManyTries` for the first two.
 */
export async function mailboxOf(request: Request, limits: VisitorLimits, token: string | null = null): Promise<Result<string, RefusedMailbox>> {
  const { email: typed = '' } = typedFields(request, ['email']);
  const email = emailField.safeParse(typed);
  if (!email.success || email.data === null) {
    return fail({ trial: { email: typed, failure: typed.trim() === '' ? 'required' : 'bad-email' }, status: 422 });
  }
  await limits.take('askForCode', request);
  if (token !== null) await limits.takeFor('mailCode', token);
  if (!(await limits.mayWriteTo(email.data))) return fail({ trial: { email: typed, failure: 'too-many' }, status: 429 });
  return ok(email.data);
}
