import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { codeIn, startMailServer, type MailServer } from '../../test/support/mail-server.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { DAY, HOUR } from '../domain/durations.ts';
import { EmailCode } from '../identity/email-code.entity.ts';
import { EmailCodes } from '../identity/email-codes.service.ts';
import { Reminder } from '../identity/reminder.entity.ts';
import { Reminders } from '../identity/reminders.service.ts';
import { Mailer } from '../platform/mailer.ts';
import { MailProofs, mailboxOf } from './mail-proofs.service.ts';
import { PledgeCounting } from './pledge-counting.service.ts';
import { profileCode, ProfileProofs } from './profile-proofs.service.ts';
import { Pledge } from './pledge.entity.ts';
import { PledgesQuery } from './pledges.query.ts';
import { Pledges } from './pledges.service.ts';

let site: TestSite;
let mailServer: MailServer;
let id: string;
let slug: string;

beforeAll(async () => {
  mailServer = await startMailServer();
  site = await startTestSite({ env: { SMTP_URL: mailServer.url, MAIL_FROM: 'chiche@chiche.example' } });
  site.fediverse.addServer({ host: 'lemmy.example', software: 'lemmy' });
  for (const name of ['suzie', 'zoe']) site.fediverse.addAccount({ handle: `${name}@lemmy.example` });
});
afterAll(async () => {
  await site.close();
  mailServer.close();
});
beforeEach(async () => {
  site.clock.advance(DAY);
  ({ id, slug } = await addCampaign(site.database.dataSource, { now: site.clock.now() }));
});

async function pledge(handle: string, showHandle = false): Promise<string> {
  const pledged = await site.get(Pledges).pledge({ slug, handle, consent: true, showHandle });
  if (!pledged.ok) throw new Error(pledged.error.type);
  return pledged.value.token;
}

async function counted(): Promise<object> {
  site.clock.advance(HOUR);
  await site.get(PledgeCounting).count();
  const { total, verified, kept, serverCount } = (await site.get(PledgesQuery).numbers([id])).get(id) ?? {};
  return { total, verified, kept, serverCount };
}

/** Sends what waits, as a worker does, and reads the newest mail. */
async function mailed(): Promise<{ code: string; path: string; mail: string }> {
  const [row] = await site.database.dataSource.getRepository(EmailCode).find({ order: { id: 'DESC' }, take: 1 });
  await site.get(EmailCodes).deliver(row?.id ?? '', site.get(Mailer));
  const mail = mailServer.mails.at(-1) ?? '';
  return { ...codeIn(mail), mail };
}

const failed = (type: string): object => ({ ok: false, error: { type } });
const WRONG = '0000 0000';

describe('a code in the profile', () => {
  test('belongs to one private page, and cannot be told from its hash', async () => {
    const [one, other] = [await pledge('suzie@lemmy.example'), await pledge('zoe@lemmy.example')];
    expect(profileCode(one)).toMatch(/^chiche-[0-9a-z]{10}$/);
    expect(profileCode(one)).not.toBe(profileCode(other));
    const dump = JSON.stringify(await site.database.dataSource.getRepository(Pledge).find());
    expect(dump).not.toContain(profileCode(one).slice(7));
  });

  test('proves the pledge, under the name that its server gives', async () => {
    const token = await pledge('SUZIE@lemmy.example', true);
    expect(await site.get(ProfileProofs).check(token)).toEqual(failed('no-code'));
    expect(await counted()).toEqual({ total: 1, verified: 0, kept: 0, serverCount: 1 });
    site.fediverse.setNote('suzie@lemmy.example', `I like trains. ${profileCode(token)}`);
    expect(await site.get(ProfileProofs).check(token)).toMatchObject({ ok: true });
    expect(await counted()).toEqual({ total: 1, verified: 1, kept: 0, serverCount: 1 });
    expect(await site.get(PledgesQuery).names(id)).toEqual(['suzie@lemmy.example']);
  });

  test('is of no use to whoever reads it there and pledges in that name', async () => {
    const token = await pledge('suzie@lemmy.example');
    site.fediverse.setNote('suzie@lemmy.example', profileCode(token));
    const stranger = await pledge('suzie@lemmy.example');
    expect(await site.get(ProfileProofs).check(stranger)).toEqual(failed('no-code'));
  });

  test('of no pledge proves nothing', async () => {
    expect(await site.get(ProfileProofs).check('x'.repeat(32))).toEqual(failed('not-found'));
  });
});

describe('a code in a mail', () => {
  const ADDRESS = 'Ada.Lovelace@mailbox.example';

  async function ask(token: string, address = ADDRESS): Promise<{ code: string; path: string; mail: string }> {
    expect(await site.get(MailProofs).ask(token, address, 'en')).toEqual({ ok: true, value: null });
    return mailed();
  }

  test('proves the person and not the handle: counted, not shown, and not for the server', async () => {
    const token = await pledge('ada@lemmy.example', true);
    const { code, mail } = await ask(token);
    expect(mail).not.toMatch(/lemmy\.example|ada@/);
    expect(mail).not.toContain(token);
    expect(await site.get(MailProofs).useCode(token, code)).toEqual({ ok: true, value: null });
    expect(await counted()).toEqual({ total: 1, verified: 1, kept: 0, serverCount: 0 });
    expect(await site.get(PledgesQuery).names(id)).toEqual([]);
  });

  test('leaves nothing of the address', async () => {
    const token = await pledge('ada@lemmy.example');
    const { code } = await ask(token);
    const rows = async (): Promise<string> =>
      JSON.stringify([await site.database.dataSource.query('SELECT * FROM email_code'), await site.database.dataSource.query('SELECT * FROM pledge')]);
    expect(await rows()).not.toMatch(/mailbox|lovelace/i);
    await site.get(MailProofs).useCode(token, code.replace(' ', ''));
    expect(await site.database.dataSource.getRepository(EmailCode).count()).toBe(0);
    expect(await rows()).not.toMatch(/mailbox|lovelace/i);
    expect(await site.get(MailProofs).useCode(token, code)).toEqual(failed('no-code'));
  });

  test('is confirmed by its link as well, once, and looking at the link uses nothing up', async () => {
    const token = await pledge('ada@lemmy.example');
    const { path, code } = await ask(token);
    const link = path.replace('/mail/', '');
    const codes = site.get(EmailCodes);
    for (let look = 0; look < 2; look += 1) expect(await codes.find(link)).toMatchObject({ purpose: 'pledge' });
    const used = await codes.useLink(link);
    expect(used).toMatchObject({ ok: true, value: { asker: token, address: ADDRESS } });
    expect(await codes.useLink(link)).toEqual(failed('no-code'));
    expect(await codes.useCode('pledge', token, code)).toEqual(failed('no-code'));
  });

  test('can be guessed five times, also at the same moment', async () => {
    const token = await pledge('ada@lemmy.example');
    const { code } = await ask(token);
    expect(await site.get(MailProofs).useCode(token, WRONG)).toEqual({ ok: false, error: { type: 'wrong-code', left: 4 } });
    await Promise.all(Array.from({ length: 20 }, () => site.get(MailProofs).useCode(token, WRONG)));
    expect(await site.get(MailProofs).useCode(token, code)).toEqual(failed('no-code'));
    expect(await counted()).toMatchObject({ verified: 0 });
  });

  test('is worth nothing after a day, on another page, or after a newer one', async () => {
    const [token, other] = [await pledge('ada@lemmy.example'), await pledge('eve@lemmy.example')];
    const first = await ask(token);
    expect(await site.get(MailProofs).useCode(other, first.code)).toEqual(failed('no-code'));
    const second = await ask(token);
    if (first.code !== second.code) expect(await site.get(MailProofs).useCode(token, first.code)).toMatchObject(failed('wrong-code'));
    site.clock.advance(DAY);
    expect(await site.get(MailProofs).useCode(token, second.code)).toEqual(failed('no-code'));
    await site.get(EmailCodes).forgetOld();
    expect(await site.database.dataSource.getRepository(EmailCode).count()).toBe(0);
  });

  test('can be refused by whoever did not ask for it', async () => {
    const token = await pledge('ada@lemmy.example');
    const { path, code } = await ask(token);
    await site.get(EmailCodes).forget(path.replace('/mail/', ''));
    expect(await site.get(MailProofs).useCode(token, code)).toEqual(failed('no-code'));
  });

  test('stands behind one pledge to each campaign, however the address is written', async () => {
    const [token, other] = [await pledge('ada@lemmy.example'), await pledge('ada2@lemmy.example')];
    await site.get(MailProofs).useCode(token, (await ask(token)).code);
    const again = await ask(other, 'ada.lovelace+2@MAILBOX.example');
    expect(await site.get(MailProofs).useCode(other, again.code)).toEqual(failed('another-pledge'));
    expect(await counted()).toMatchObject({ total: 2, verified: 1 });
    ({ id, slug } = await addCampaign(site.database.dataSource, { now: site.clock.now() }));
    const elsewhere = await pledge('ada@lemmy.example');
    expect(await site.get(MailProofs).useCode(elsewhere, (await ask(elsewhere)).code)).toMatchObject({ ok: true });
  });

  test('counts for a repeated pledge in the place of one that nobody proved', async () => {
    const lost = await pledge('ada@lemmy.example');
    const token = await pledge('ada@lemmy.example');
    await site.get(MailProofs).useCode(token, (await ask(token)).code);
    expect(await counted()).toMatchObject({ total: 1, verified: 1 });
    expect(await site.get(ProfileProofs).check(lost)).toEqual(failed('gone'));
  });

  test('takes nothing away from whoever proved the account, and tells nobody of them', async () => {
    const owner = await pledge('zoe@lemmy.example', true);
    site.fediverse.setNote('zoe@lemmy.example', profileCode(owner));
    expect(await site.get(ProfileProofs).check(owner)).toMatchObject({ ok: true });
    const stranger = await pledge('zoe@lemmy.example', true);
    expect(await site.get(MailProofs).useCode(stranger, (await ask(stranger, 'eve@mailbox.example')).code)).toEqual({ ok: true, value: null });
    expect(await counted()).toEqual({ total: 1, verified: 1, kept: 0, serverCount: 1 });
    expect(await site.get(PledgesQuery).names(id)).toEqual(['zoe@lemmy.example']);
  });

  test('comes before a proof of the account itself, which adds name and server', async () => {
    const token = await pledge('suzie@lemmy.example', true);
    await site.get(MailProofs).useCode(token, (await ask(token, 'suzie@mailbox.example')).code);
    site.fediverse.setNote('suzie@lemmy.example', profileCode(token));
    expect(await site.get(ProfileProofs).check(token)).toMatchObject({ ok: true });
    expect(await counted()).toEqual({ total: 1, verified: 1, kept: 0, serverCount: 1 });
    expect(await site.get(PledgesQuery).names(id)).toEqual(['suzie@lemmy.example']);
  });

  test('that the mail server does not take now is told without the address', async () => {
    const token = await pledge('ada@lemmy.example');
    await site.get(MailProofs).ask(token, 'later@mailbox.example', 'en');
    await expect(mailed()).rejects.toThrow(/^The mail server did not take a mail \(\d+\)\.$/);
  });

  test('to a mailbox that is gone is forgotten with its address', async () => {
    const token = await pledge('ada@lemmy.example');
    await site.get(MailProofs).ask(token, 'refused@mailbox.example', 'en');
    const [row] = await site.database.dataSource.getRepository(EmailCode).find({ order: { id: 'DESC' }, take: 1 });
    await site.get(EmailCodes).deliver(row?.id ?? '', site.get(Mailer));
    expect(await site.database.dataSource.getRepository(EmailCode).existsBy({ id: row?.id ?? '' })).toBe(false);
    expect(await site.get(MailProofs).useCode(token, '1234 5678')).toMatchObject({ ok: false, error: { type: 'no-code' } });
  });

  test.each([
    ['Ada+tag@Mailbox.example', 'ada@mailbox.example'],
    ['"a+b"@x+y.example', '"a@x+y.example'],
    ['ada@mailbox.example', 'ada@mailbox.example'],
  ])('%s is the mailbox %s', (address, mailbox) => expect(mailboxOf(address)).toBe(mailbox));
});

describe('a reminder', () => {
  const address = 'new@mailbox.example';
  const reminders = () => site.database.dataSource.getRepository(Reminder);

  test('is one mail, three days later, for whoever asked twice or once; then the address is forgotten', async () => {
    const { plan } = { plan: () => site.get(Reminders).plan(address, 'fr') };
    await plan();
    await plan();
    expect(await reminders().count()).toBe(1);
    expect(JSON.stringify(await reminders().find())).not.toContain('mailbox');
    const [row] = await reminders().find();
    expect((row?.dueAt.getTime() ?? 0) - site.clock.now().getTime()).toBe(3 * DAY);
    await site.get(Reminders).deliver(row?.id ?? '', site.get(Mailer));
    expect(mailServer.mails.at(-1)).toContain(`To: ${address}`);
    expect(await reminders().count()).toBe(0);
    const sent = mailServer.mails.length;
    await site.get(Reminders).deliver(row?.id ?? '', site.get(Mailer));
    expect(mailServer.mails.length).toBe(sent);
  });

  test('waits for no other, however many there are, and goes with a mailbox that is gone', async () => {
    const { dataSource } = site.database;
    await dataSource.query(
      `INSERT INTO reminder (id, address_hash, sealed, language, due_at) SELECT gen_random_uuid(), n::text, '', 'fr', $1 FROM generate_series(1, 600) n`,
      [site.clock.now()],
    );
    await site.get(Reminders).plan('refused@mailbox.example', 'fr');
    const [row] = await reminders().find({ order: { dueAt: 'DESC' }, take: 1 });
    site.clock.advance(DAY);
    await dataSource.query(`UPDATE reminder SET due_at = $1 WHERE id = $2`, [site.clock.now(), row?.id]);
    await site.get(Reminders).sendDue();
    expect(await dataSource.query(`SELECT count(DISTINCT data->>'id')::int AS n FROM pgboss.job WHERE name = 'reminder'`)).toEqual([{ n: 601 }]);
    await site.get(Reminders).deliver(row?.id ?? '', site.get(Mailer));
    expect(await reminders().existsBy({ id: row?.id ?? '' })).toBe(false);
    await dataSource.query('DELETE FROM reminder');
  });

  test('that cannot be sent is forgotten all the same', async () => {
    await site.get(Reminders).plan(address, 'fr');
    site.clock.advance(3 * DAY);
    await site.get(Reminders).sendDue();
    expect(await reminders().count()).toBe(1);
    site.clock.advance(2 * DAY);
    await site.get(Reminders).sendDue();
    expect(await reminders().count()).toBe(0);
  });
});
