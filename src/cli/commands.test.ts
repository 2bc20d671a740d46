import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { lelibreedu } from '../../test/support/lelibreedu.ts';
import { TEST_SECRET } from '../../test/support/key-ring.ts';
import { ModerationWorld } from '../../test/support/moderation-world.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { MastodonServer } from '../../test/support/servers/mastodon-server.ts';
import { MisskeyServer } from '../../test/support/servers/misskey-server.ts';
import { TestWorld } from '../../test/support/servers/world.ts';
import { openTestDatabase } from '../../test/support/database.ts';
import { MINUTE } from '../domain/durations.ts';
import type { SignedInPerson } from '../identity/signed-in-person.ts';
import { CampaignBots } from '../posts/campaign-bots.service.ts';
import { Pledges } from '../pledges/pledges.service.ts';
import { PublicationLedger } from '../posts/publication-ledger.service.ts';
import { ReadingSchedule } from '../readings/reading-schedule.service.ts';
import { runCommand } from './program.ts';
import { Terminal } from './terminal.ts';

jest.setTimeout(60_000);

const PROGRAM = join(process.cwd(), 'dist', 'src', 'cli', 'main.js');

interface Outcome {
  code: number;
  out: string;
  err: string;
}

let site: TestSite;
let folder: string;

beforeAll(async () => {
  site = await startTestSite({ at: new Date() });
  folder = await mkdtemp(join(tmpdir(), 'chiche-cli-'));
  await lelibreedu(site);
}, 60_000);

afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true, force: true });
});

function environmentOf({ databaseUrl, dataDirectory }: { databaseUrl: string | null; dataDirectory: string }) {
  return databaseUrl === null ? { DATA_DIR: dataDirectory } : { DATABASE_URL: databaseUrl };
}

function environment(more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = { PATH: process.env['PATH'], LANG: 'en_GB.UTF-8', PUBLIC_URL: site.url, SESSION_SECRET: TEST_SECRET, ...environmentOf(site.database.where) };
  return { ...own, ...more };
}

async function chiche(typed: string[], more: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const said = Promise.all([text(out), text(err)]);
  const code = await runCommand(typed, new Terminal({ out, err, environment: environment(more) }));
  out.end();
  err.end();
  const [told, complained] = await said;
  return { code, out: told, err: complained };
}

/** As an operator runs it: the built program, in a process of its own. */
function program(typed: string[], more: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return new Promise((settle) => {
    execFile(process.execPath, [PROGRAM, ...typed], { env: environment(more) }, (error, out, err) => {
      settle({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

test('the built program: what it prints, says beside and ends with', async () => {
  const [wrong, version, listed, refused] = await Promise.all([
    program(['nonsense'], { LANG: 'fr_FR.UTF-8' }),
    program(['--version']),
    program(['campaigns', 'list', '--json']),
    program(['campaigns', 'show', 'nothing']),
  ]);
  expect(wrong).toEqual({ code: 2, out: '', err: 'Il n’y a pas de commande nonsense. Voir --help.\n' });
  expect(version).toEqual({ code: 0, out: '0.1.0\n', err: '' });
  expect(listed).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(listed.out)).toMatchObject([{ slug: 'lelibreedu' }]);
  expect(refused).toEqual({ code: 1, out: '', err: 'There is no campaign nothing. See campaigns list.\n' });
});

test('wrong use is told in a sentence and ends with 2; asking for help is none', async () => {
  const wrong: [string[], string][] = [
    [['nonsense'], 'There is no command nonsense'],
    [['staff', 'add'], 'Something is missing: name'],
    [['staff', 'add', 'ada', '--role', 'king'], '“king” will not do; one of moderator, admin'],
    [['staff', 'list', '--colour'], 'There is no option --colour'],
    [['campaigns', 'show', 'a', 'b'], 'There is too much here'],
    [['staff', 'add', '!'], '“!” is not a name'],
  ];
  const outcomes = await Promise.all(wrong.map(([typed]) => chiche(typed)));
  for (const [index, [, said]] of wrong.entries()) {
    expect(outcomes[index]).toMatchObject({ code: 2, out: '' });
    expect(outcomes[index]?.err).toContain(said);
  }
  expect(await chiche(['--help'])).toMatchObject({ code: 0, err: '' });
});

test('staff: a person gets in by a link, once', async () => {
  const added = await chiche(['staff', 'add', 'Suzie', '--role', 'admin']);
  expect(added).toMatchObject({ code: 0, err: 'suzie is on the staff (admin).\nThis link works once, for a day:\n' });
  expect(added.out).toMatch(new RegExp(`^${site.url}/signin/link/[\\w-]{32}\n$`));
  expect((await fetch(added.out.trim())).status).toBe(200);

  expect(await chiche(['staff', 'add', 'suzie'])).toMatchObject({ code: 1 });
  expect((await chiche(['staff', 'link', 'suzie'])).out).not.toBe(added.out);
  expect(await chiche(['staff', 'role', 'suzie', 'moderator'])).toMatchObject({ code: 0, out: 'suzie: moderator.\n' });
  expect(await chiche(['staff', 'role', 'nobody', 'moderator'])).toMatchObject({ code: 1 });
  const listed = JSON.parse((await chiche(['staff', 'list', '--json'])).out) as unknown;
  expect(listed).toEqual([
    { name: 'suzie', role: 'moderator', createdAt: expect.any(String), disabledAt: null, hasPassword: false },
  ]);
});

test('campaigns: list and show', async () => {
  const list = JSON.parse((await chiche(['campaigns', 'list', '--json'])).out) as unknown;
  expect(list).toMatchObject([
    { slug: 'lelibreedu', state: 'live', dare: { kind: 'overtake' }, fediverse: { followers: { count: 5090 } }, x: { followers: { count: 5840 } } },
  ]);
  expect((await chiche(['campaigns', 'list', '--state', 'won'])).err).toBe('There is no campaign.\n');
  const shown = JSON.parse((await chiche(['campaigns', 'show', 'lelibreedu', '--json'])).out) as unknown;
  expect(shown).toMatchObject({ slug: 'lelibreedu', page: `${site.url}/c/lelibreedu`, pledges: { total: 0 } });
  expect((await chiche(['campaigns', 'show', 'lelibreedu'])).out).toContain('@lelibreedu@mastodon.mim-libre.fr');
  expect(await chiche(['campaigns', 'show', 'nothing'])).toMatchObject({ code: 1, err: 'There is no campaign nothing. See campaigns list.\n' });
});

test('hosts: one that asks to be left alone is left alone, until it changes its mind', async () => {
  expect(await chiche(['hosts', 'leave', 'Quiet.example'])).toMatchObject({ code: 0, err: 'quiet.example is left alone from now on.\n' });
  expect(JSON.parse((await chiche(['hosts', 'list', '--json'])).out)).toMatchObject([{ name: 'quiet.example', optedOutAt: expect.any(String) }]);
  expect(await chiche(['hosts', 'read', 'quiet.example'])).toMatchObject({ code: 0 });
  expect((await chiche(['hosts', 'list'])).out).toMatch(/quiet\.example +0 +read/);
  expect(await chiche(['hosts', 'leave', '127.0.0.1'])).toMatchObject({ code: 2 });
});

test('readings: what is exported can be imported, a wrong line stops all of it', async () => {
  const exported = await chiche(['readings', 'export', '--campaign', 'lelibreedu']);
  expect(exported.out.split('\n')[0]).toBe('account,time,count,source,evidence');
  expect(exported.out.trim().split('\n')).toHaveLength(9);
  const file = join(folder, 'readings.csv');
  await writeFile(file, `${exported.out}x:lelibreedu,2023-09-04T08:30:00+02:00,5832,import,\nlelibreedu@mastodon.mim-libre.fr,2023-09-04T08:30:00+02:00,5876,import,\n`);

  expect((await chiche(['readings', 'import', file, '--dry-run'])).out).toContain('2 would be added');
  expect(await chiche(['readings', 'import', file])).toMatchObject({ code: 0, out: '10 readings in the file: 2 added, 8 there before.\n' });
  const won = JSON.parse((await chiche(['campaigns', 'show', 'lelibreedu', '--json'])).out) as unknown;
  expect(won).toMatchObject({ state: 'won', endedAt: '2023-09-04T06:30:00.000Z' });

  await writeFile(file, 'account,time,count\nx:lelibreedu,yesterday,5\nx:nobody,2023-09-04T08:30:00Z,6\n');
  const refused = await chiche(['readings', 'import', file], { LANG: 'fr' });
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toContain('Ligne 2\u00a0: l’heure doit être en ISO 8601');
  expect(refused.err).toContain('Ligne 3\u00a0: aucune campagne n’a le compte x:nobody');
  expect(await chiche(['readings', 'import', join(folder, 'none.csv')])).toMatchObject({ code: 1 });
  expect(await chiche(['readings', 'take', '@who@where.example'])).toMatchObject({ code: 1 });
});

test('readings: a file with the chain is verified without a database, alone and against an older one', async () => {
  const nowhere = { DATABASE_URL: 'postgres://127.0.0.1:1/none' };
  const older = join(folder, 'older.csv');
  await writeFile(older, (await chiche(['readings', 'export', '--chain', '--campaign', 'lelibreedu'])).out);
  const more = join(folder, 'more.csv');
  await writeFile(more, 'account,time,count\nx:lelibreedu,2023-09-02T20:00:00+02:00,5839\n');
  await chiche(['readings', 'import', more]);
  const newer = join(folder, 'newer.csv');
  const exported = (await chiche(['readings', 'export', '--chain', '--campaign', 'lelibreedu'])).out;
  await writeFile(newer, exported);
  const head = exported.trim().split(',').at(-1);

  const alone = await chiche(['readings', 'verify', newer], nowhere);
  expect(alone).toMatchObject({ code: 0, err: '' });
  expect(alone.out).toContain(head);
  expect(alone.out).toContain('holds: every line fits (2 accounts).');
  const against = await chiche(['readings', 'verify', newer, '--against', older], nowhere);
  expect(against).toMatchObject({ code: 0, err: '' });
  expect(against.out).toContain(`Since ${older}: 1 reading more, 0 thinned, 0 judged anew.\nNothing was changed or lost.\n`);
  const backwards = await chiche(['readings', 'verify', older, '--against', newer, '--json'], nowhere);
  expect(backwards).toMatchObject({ code: 1, err: '' });
  expect(JSON.parse(backwards.out)).toMatchObject({
    holds: false,
    problem: null,
    against: { differences: [{ type: 'cut-off', account: 'x:lelibreedu' }] },
  });

  await writeFile(newer, exported.replace(',5839,', ',5838,'));
  const forged = await chiche(['readings', 'verify', newer], { ...nowhere, LANG: 'fr_FR.UTF-8' });
  expect(forged.code).toBe(1);
  expect(forged.err).toContain('le condensé du numéro');
  expect(await chiche(['readings', 'verify', join(folder, 'none.csv')])).toMatchObject({ code: 1, out: '' });
  expect(await chiche(['readings', 'verify'])).toMatchObject({ code: 2, out: '' });
});

test('backup and restore: beside a running server, into an empty database', async () => {
  const file = join(folder, 'site.backup');
  const saved = await chiche(['backup', file]);
  expect(saved).toMatchObject({ code: 0 });
  expect(saved.err).toContain('Backing up: 100 %');
  expect(await chiche(['backup', file])).toMatchObject({ code: 1, out: '' });
  expect((await chiche(['restore', file])).err).toContain('The database is not empty');

  const empty = await openTestDatabase();
  const elsewhere = environmentOf(empty.where);
  const cut = join(folder, 'cut.backup');
  await writeFile(cut, (await readFile(file)).subarray(0, -9));
  expect(await chiche(['restore', cut], elsewhere)).toMatchObject({ code: 1 });
  const forgotten = await chiche(['restore', file], { ...elsewhere, SESSION_SECRET: 'another secret than the one of the backup' });
  expect(forgotten).toMatchObject({ code: 1, out: '' });
  expect(forgotten.err).toContain('The backup’s handles do not open with SESSION_SECRET');
  expect(await chiche(['restore', file], elsewhere)).toMatchObject({ code: 0 });
  expect((await chiche(['campaigns', 'list'], elsewhere)).out).toContain('lelibreedu');
  await empty.close();
});

test('posts pause|resume: one switch for all bots', async () => {
  const { code, err } = await chiche(['posts', 'pause']);
  expect({ code, err }).toEqual({ code: 0, err: 'Nothing is published any more.\n' });
  expect((await chiche(['posts', 'pause'])).code).toBe(0);
  expect(await site.get(PublicationLedger).pausedSince()).toEqual(expect.any(Date));
  expect((await chiche(['posts', 'resume'])).code).toBe(0);
  expect(await site.get(PublicationLedger).pausedSince()).toBeNull();
});

test('keys rotate: seals with a new secret beside a running server, once it has both', async () => {
  expect((await chiche(['keys', 'rotate'])).err).toContain('Set PREVIOUS_SESSION_SECRET to it and SESSION_SECRET to a new one');
  const next = 'the secret that comes after the one for tests';
  expect((await chiche(['keys', 'rotate'], { SESSION_SECRET: next })).err).toContain('SESSION_SECRET: it does not open');
  const changed = await chiche(['keys', 'rotate'], { SESSION_SECRET: next, PREVIOUS_SESSION_SECRET: TEST_SECRET });
  expect(changed).toMatchObject({ code: 0 });
  expect(changed.err).toContain('Unset PREVIOUS_SESSION_SECRET');
  const lost = await chiche(['doctor']);
  expect(lost.out).toContain('✗ Keys  SESSION_SECRET does not open what this database holds.');
  expect(lost.code).toBe(1);
  const back = await chiche(['keys', 'rotate'], { PREVIOUS_SESSION_SECRET: next });
  expect(back).toMatchObject({ code: 0 });
  expect((await chiche(['doctor'])).out).toContain('✓ Keys  SESSION_SECRET opens the handles');
}, 60_000);

describe('doctor', () => {
  test('looks at everything, and has an advice for what is not well', async () => {
    const outcome = await chiche(['doctor', '--json']);
    const findings = JSON.parse(outcome.out) as { about: string; state: string; words: { said: string; advice: string | null } }[];
    expect(Object.fromEntries(findings.map(({ about, state }) => [about, state]))).toEqual({
      configuration: 'warning',
      disk: 'ok',
      guard: 'ok',
      signature: 'warning',
      x: 'ok',
      mail: 'warning',
      database: 'ok',
      clock: 'ok',
      tables: 'ok',
      keys: 'ok',
      worker: 'ok',
      bots: 'ok',
    });
    expect(findings.every(({ state, words }) => (words.advice === null) === (state === 'ok'))).toBe(true);
    expect(outcome.code).toBe(0);
  });

  test('says who reads X and whether requests are signed, without asking anybody', async () => {
    const [plain, full] = await Promise.all([
      chiche(['doctor']),
      chiche(['doctor'], { PUBLIC_URL: 'https://chiche.example', X_API_BEARER_TOKEN: 'token-of-the-operator', X_API_URL: 'https://x.invalid' }),
    ]);
    expect(plain.out).toContain('! Signed requests  requests are not signed');
    expect(plain.out).toContain('✓ X  people read it');
    expect(full.out).toContain('✓ Signed requests  other servers see that https://chiche.example/actor asks.');
    expect(full.out).toContain('✓ X  read through its API at x.invalid');
    expect(full.out).not.toContain('token-of-the-operator');
  });

  test('fails for what stops the site, and names the variable', async () => {
    const outcomes = await Promise.all([
      chiche(['doctor'], { PORT: 'many' }),
      chiche(['doctor'], { DATABASE_URL: 'postgres://127.0.0.1:1/none', LANG: 'fr_FR' }),
      chiche(['doctor'], { SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'chiche@chiche.example' }),
    ]);
    expect(outcomes.map(({ code }) => code)).toEqual([1, 1, 1]);
    for (const [index, said] of ['PORT', 'DATABASE_URL', '✗ Mail'].entries()) expect(outcomes[index]?.out).toContain(said);
  });

  test('tries the bots, and tells their servers and how many, and no names', async () => {
    const world = await new TestWorld(() => new Date()).start();
    const here = world.add(new MastodonServer(world, 'bots.example'));
    for (const host of ['refusing.example', 'silent.example']) world.add(new MastodonServer(world, host));
    world.add(new MisskeyServer(world, 'notes.example'));
    const lend = async (host: string, flow: 'mastodon' | 'misskey', token: string): Promise<void> => {
      const { id } = await new ModerationWorld(site.database.dataSource, site.clock).campaign({ state: 'live' });
      const kept = { origin: `https://${host}`, flow, token };
      await site.get(CampaignBots).keep(id, { identity: { handle: { user: 'secretive', host } }, keepToken: async () => kept } as unknown as SignedInPerson);
    };
    const token = here.giveToken(here.addPerson('chiche'), ['profile']);
    await lend('bots.example', 'mastodon', token);
    await lend('refusing.example', 'mastodon', 'revoked');
    await lend('refusing.example', 'mastodon', 'another');
    await lend('silent.example', 'mastodon', 'any');
    await lend('notes.example', 'misskey', 'revoked');
    world.down.add('silent.example');
    const environment = { ALLOW_PRIVATE_NETWORK: world.address, BOT_URL: 'https://bots.example', BOT_ACCESS_TOKEN: token };
    const well = await chiche(['doctor'], environment);
    expect(well.out).toContain('✓ Bots  2 bots can publish.');
    expect(well.out).toContain('! Bots  refusing.example refuses the tokens of 2 campaigns’ bots.');
    expect(well.out).toContain('! Bots  notes.example refuses the token of 1 campaign’s bot.');
    expect(well.out).toContain('! Bots  silent.example does not answer as it should (1 campaign’s bot).');
    expect(well.out).not.toContain('secretive');
    expect(well.code).toBe(0);
    const wrong = await chiche(['doctor'], { ...environment, BOT_ACCESS_TOKEN: 'mistyped', LANG: 'fr_FR' });
    expect(wrong.out).toContain('✗ Robots  bots.example refuse le jeton du robot du site.');
    expect(wrong.code).toBe(1);
    await site.database.dataSource.query('DELETE FROM campaign_bot');
    await world.close();
  });

  test('sees that nobody does the work that waits', async () => {
    const { slug, fediverseAccount } = await new ModerationWorld(site.database.dataSource, site.clock).campaign({ state: 'live' });
    const now = site.clock.now();
    site.clock.set(new Date(now.getTime() - 20 * MINUTE));
    await site.get(Pledges).pledge({ slug, handle: '@suzie@piaille.example', consent: true, showHandle: false });
    await site.get(ReadingSchedule).plan(fediverseAccount?.id ?? '', site.clock.now());
    site.clock.set(now);
    const outcome = await chiche(['doctor']);
    expect(outcome).toMatchObject({ code: 1 });
    expect(outcome.out).toMatch(/✗ Worker {2}pledges have waited 2\d minutes to be counted/);
    expect(outcome.out).toMatch(/✗ Worker {2}accounts have waited 2\d minutes to be read/);
  });
});
