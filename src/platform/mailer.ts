import { createTransport, type Transporter } from 'nodemailer';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Config } from './config.ts';
import { isMailboxGone, type MailError } from './mail-refusal.ts';

export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  messageId?: string;
  /** Where the mail's program may end a list at once by `POST` (RFC 8058); absent: it is no list. */
  unsubscribe?: string;
}

/** `no-mailbox`: there is none of that address, or no more; another try is of no use, and the address of none. */
export type MailFailure = { readonly type: 'no-mailbox' };

/** Sends mail through the configured server; a site without one shows its private links on screen instead. */
export class Mailer {
  private readonly transport: Transporter | null;
  private readonly from: string;

  constructor(config: Pick<Config, 'mail'>) {
    this.transport = config.mail === null ? null : createTransport(config.mail.smtpUrl);
    this.from = config.mail?.from ?? '';
  }

  get enabled(): boolean {
    return this.transport !== null;
  }

  /** Signs in at the mail server without sending anything; throws when that fails. */
  async verify(): Promise<void> {
    await this.transport?.verify();
  }

  /**
   * Throws when the server does not take it now: whoever called it tries again. Of its answer only the code is told, because
   * servers repeat the address, and the queue and the log keep what is thrown.
   */
  async send(mail: Mail): Promise<Result<null, MailFailure>> {
    if (this.transport === null) throw new Error('No mail server is configured.');
    try {
      const { unsubscribe, ...written } = mail;
      const headers = unsubscribe === undefined ? {} : { 'List-Unsubscribe': `<${unsubscribe}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
      await this.transport.sendMail({ from: this.from, ...written, headers });
      return ok(null);
    } catch (error) {
      const refusal = error as MailError;
      if (isMailboxGone(refusal)) return fail({ type: 'no-mailbox' });
      throw new Error(`The mail server did not take a mail (${refusal.responseCode ?? refusal.code ?? 'unknown'}).`);
    }
  }
}
