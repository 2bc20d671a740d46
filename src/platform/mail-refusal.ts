/** What nodemailer tells of a mail that was not taken. */
export interface MailError {
  /** Of nodemailer, or of the connection. */
  readonly code?: string;
  /** The command that the server said no to. */
  readonly command?: string;
  /** The server's answer: its code, and the whole of it, which often repeats the address. */
  readonly responseCode?: number;
  readonly response?: string;
}

/** It does not exist, has moved, or is disabled (RFC 3463, 3.2 and 3.3; RFC 7505). 5.1.7 and 5.1.8 are about the sender, and 5.1.0 may be. */
const NO_MAILBOX = /^5\d\d[ -]5\.(?:1\.(?:[1-46]|10)|2\.1)(?!\d)/;

/**
 * Whether a mailbox will never take a mail: what a server says for good of the recipient, by a code that means nothing else. A full
 * mailbox, a policy, a sign-in or a connection that failed may be otherwise tomorrow, or is this site's own fault; a bare 550 may be
 * any of these, as relays say it to everybody whom they do not know.
 */
export function isMailboxGone({ command, response = '' }: MailError): boolean {
  return command === 'RCPT TO' && NO_MAILBOX.test(response);
}
