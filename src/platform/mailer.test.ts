import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startMailServer, type MailServer } from '../../test/support/mail-server.ts';
import { isMailboxGone } from './mail-refusal.ts';
import { Mailer } from './mailer.ts';

const TEXT = { subject: 'A dare', text: 'Chiche!', html: '<p>Chiche!</p>' };

let server: MailServer;
let mailer: Mailer;

beforeAll(async () => {
  server = await startMailServer();
  mailer = new Mailer({ mail: { smtpUrl: server.url, from: 'chiche@chiche.example' } });
});
afterAll(() => server.close());

describe('a mail', () => {
  test('is taken', async () => {
    expect(await mailer.send({ to: 'ada@mailbox.example', ...TEXT })).toEqual({ ok: true, value: null });
    expect(server.mails).toHaveLength(1);
  });

  test('to a mailbox that is gone is not worth another try', async () => {
    expect(await mailer.send({ to: 'refused@mailbox.example', ...TEXT })).toEqual({ ok: false, error: { type: 'no-mailbox' } });
  });

  test('that is put off is to be tried again, and the error holds no address', async () => {
    await expect(mailer.send({ to: 'later@mailbox.example', ...TEXT })).rejects.toThrow(/^The mail server did not take a mail \(451\)\.$/);
  });

  test('for which nobody listens is to be tried again', async () => {
    const nobody = new Mailer({ mail: { smtpUrl: 'smtp://127.0.0.1:1', from: 'chiche@chiche.example' } });
    await expect(nobody.send({ to: 'ada@mailbox.example', ...TEXT })).rejects.toThrow(/^The mail server did not take a mail \(E\w+\)\.$/);
  });
});

describe('a mailbox', () => {
  test.each([
    '550 5.1.1 User unknown',
    '550-5.1.1 The email account that you tried to reach does not exist.\n550 5.1.1 Learn more',
    '556 5.1.10 Recipient address has null MX',
    '550 5.2.1 The email account is inactive',
  ])('is gone: %s', (response) => expect(isMailboxGone({ command: 'RCPT TO', response })).toBe(true));

  test.each([
    ['RCPT TO', '451 4.7.1 Greylisted'],
    ['RCPT TO', '550 relay not permitted'],
    ['RCPT TO', '550 ada is unknown'],
    ['RCPT TO', '553 sorry, that domain isn’t in my list of allowed rcpthosts'],
    ['RCPT TO', '552 mailbox full'],
    ['RCPT TO', '552 5.2.2 Over quota'],
    ['RCPT TO', '554 5.7.1 Relay access denied'],
    ['RCPT TO', '550 5.7.1 Your address is on a list'],
    ['RCPT TO', '550 5.1.8 Sender’s domain does not exist'],
    ['RCPT TO', '550 5.1.0 Sender rejected'],
    ['MAIL FROM', '550 5.1.1 Sender rejected'],
    ['DATA', '550 This looks like spam'],
    ['AUTH PLAIN', '535 5.7.8 Wrong password'],
    [undefined, undefined],
  ])('may take it tomorrow: %s %s', (command, response) => {
    expect(isMailboxGone({ ...(command !== undefined && { command }), ...(response !== undefined && { response }) })).toBe(false);
  });
});
