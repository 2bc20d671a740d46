import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DAY, MINUTE } from '../domain/durations.ts';
import { SettableClock } from '../platform/clock.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { valueOf } from '../../test/support/value-of.ts';
import { SignInLink } from './sign-in-link.entity.ts';
import { SignIn } from './sign-in.service.ts';
import { Staff } from './staff.entity.ts';
import { Staffing } from './staffing.service.ts';

const PASSWORD = 'correct cheval pile agrafe';
const HERE = '192.0.2.7';

let db: TestDatabase;
let clock: SettableClock;
let staffing: Staffing;
let signIn: SignIn;

beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  await db.dataSource.query('DELETE FROM staff');
  clock = new SettableClock(new Date('2026-11-22T12:00:00Z'));
  staffing = new Staffing(db.dataSource, clock);
  signIn = new SignIn(db.dataSource, clock);
});

/** A person who has chosen the password. */
async function someone(name: string): Promise<{ id: string }> {
  const { token } = valueOf(await staffing.add(name, 'moderator'));
  return valueOf(await signIn.choosePassword(token, PASSWORD));
}

describe('staffing', () => {
  test('adds people once, whatever the capitals', async () => {
    expect(valueOf(await staffing.add('  Camille ', 'admin')).staff).toMatchObject({
      name: 'camille',
      role: 'admin',
      hasPassword: false,
    });
    expect(await staffing.add('CAMILLE', 'moderator')).toEqual({ ok: false, error: { type: 'name-taken' } });
    expect(await staffing.add(' ', 'moderator')).toEqual({ ok: false, error: { type: 'bad-name' } });
    expect((await staffing.list()).map(({ name }) => name)).toEqual(['camille']);
  });

  test('keeps no token that opens anything', async () => {
    const { token } = valueOf(await staffing.add('camille', 'admin'));
    const rows = await db.dataSource.getRepository(SignInLink).find();
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  test('changes roles, and says when there is no such person', async () => {
    await staffing.add('camille', 'moderator');
    expect(valueOf(await staffing.setRole('Camille', 'admin')).role).toBe('admin');
    expect(await staffing.setRole('nobody', 'admin')).toEqual({ ok: false, error: { type: 'unknown-name' } });
    expect(await staffing.issueLink('nobody')).toEqual({ ok: false, error: { type: 'unknown-name' } });
  });
});

describe('a link', () => {
  test('lets its owner choose a password once', async () => {
    const { token } = valueOf(await staffing.add('camille', 'admin'));
    expect(valueOf(await signIn.openLink(token)).name).toBe('camille');
    expect(valueOf(await signIn.choosePassword(token, PASSWORD)).hasPassword).toBe(true);
    expect(await signIn.openLink(token)).toEqual({ ok: false, error: { type: 'used' } });
    expect(await signIn.choosePassword(token, 'another long passphrase')).toEqual({ ok: false, error: { type: 'used' } });
    expect((await signIn.check('camille', PASSWORD, HERE)).ok).toBe(true);
  });

  test('is used once even by two requests at once', async () => {
    const { token } = valueOf(await staffing.add('camille', 'admin'));
    const both = await Promise.all([
      signIn.choosePassword(token, PASSWORD),
      signIn.choosePassword(token, 'another long passphrase'),
    ]);
    expect(both.filter((result) => result.ok)).toHaveLength(1);
  });

  test('survives a password that will not do', async () => {
    const { token } = valueOf(await staffing.add('camille', 'admin'));
    expect(await signIn.choosePassword(token, 'short')).toEqual({ ok: false, error: { type: 'too-short', min: 12 } });
    expect((await signIn.openLink(token)).ok).toBe(true);
  });

  test('ends after a day, with the next one, and with its owner', async () => {
    const first = valueOf(await staffing.add('camille', 'admin')).token;
    const second = valueOf(await staffing.issueLink('camille')).token;
    expect(await signIn.openLink(first)).toEqual({ ok: false, error: { type: 'unknown' } });
    clock.advance(DAY);
    expect(await signIn.openLink(second)).toEqual({ ok: false, error: { type: 'expired' } });
    expect(await signIn.choosePassword(second, PASSWORD)).toEqual({ ok: false, error: { type: 'expired' } });
    const third = valueOf(await staffing.issueLink('camille')).token;
    await staffing.disable('camille');
    expect(await signIn.openLink(third)).toEqual({ ok: false, error: { type: 'disabled' } });
    expect(await staffing.issueLink('camille')).toEqual({ ok: false, error: { type: 'disabled' } });
  });
});

describe('signing in', () => {
  test('fails alike for a wrong password, an unknown name and a person without a password', async () => {
    await someone('camille');
    await staffing.add('dominique', 'moderator');
    const wrong = { ok: false, error: { type: 'wrong' } };
    expect(await signIn.check('camille', 'not the password', HERE)).toEqual(wrong);
    expect(await signIn.check('nobody', PASSWORD, HERE)).toEqual(wrong);
    expect(await signIn.check('dominique', '', HERE)).toEqual(wrong);
    expect(await signIn.check('', '', HERE)).toEqual(wrong);
  });

  test('tells a disabled person so, and only with the right password', async () => {
    await someone('camille');
    await staffing.disable('camille');
    expect(await signIn.check('camille', PASSWORD, HERE)).toEqual({ ok: false, error: { type: 'disabled' } });
    expect(await signIn.check('camille', 'not the password', HERE)).toEqual({ ok: false, error: { type: 'wrong' } });
    await staffing.enable('camille');
    expect((await signIn.check('camille', PASSWORD, HERE)).ok).toBe(true);
  });

  test('is throttled by name, from wherever it is tried, and heard again when the time is over', async () => {
    await someone('camille');
    for (let time = 0; time < 10; time += 1) await signIn.check('Camille', `guess ${time}`, `192.0.2.${time}`);
    const refused = await signIn.check('camille', PASSWORD, HERE);
    expect(refused).toEqual({ ok: false, error: { type: 'too-many', retryAt: new Date('2026-11-22T12:15:00Z') } });
    clock.advance(15 * MINUTE);
    expect((await signIn.check('camille', PASSWORD, HERE)).ok).toBe(true);
  });

  test('is throttled by address, whatever the names', async () => {
    await someone('camille');
    for (let time = 0; time < 20; time += 1) await signIn.check(`name ${time}`, 'guess', HERE);
    expect(await signIn.check('camille', PASSWORD, HERE)).toMatchObject({ ok: false, error: { type: 'too-many' } });
    expect((await signIn.check('camille', PASSWORD, '198.51.100.4')).ok).toBe(true);
  });

  test('clears the tries of a name once its owner is in', async () => {
    await someone('camille');
    for (let round = 0; round < 2; round += 1) {
      for (let time = 0; time < 9; time += 1) await signIn.check('camille', 'guess', `192.0.2.${time + 10 * round}`);
      expect((await signIn.check('camille', PASSWORD, '198.51.100.4')).ok).toBe(true);
    }
  });
});

describe('a session', () => {
  test('is resumed as long as the person and the password are the same', async () => {
    const { id } = await someone('camille');
    const session = await signIn.sessionOf(id);
    expect(await signIn.resume(session)).toMatchObject({ name: 'camille', role: 'moderator' });
    const { token } = valueOf(await staffing.issueLink('camille'));
    await signIn.choosePassword(token, 'another long passphrase');
    expect(await signIn.resume(session)).toBeNull();
  });

  test('ends when the person is disabled or gone', async () => {
    const { id } = await someone('camille');
    const session = await signIn.sessionOf(id);
    await staffing.disable('camille');
    expect(await signIn.resume(session)).toBeNull();
    await db.dataSource.getRepository(Staff).delete({ id });
    expect(await signIn.resume(session)).toBeNull();
  });
});
