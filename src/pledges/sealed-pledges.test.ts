import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { MINUTE } from '../domain/durations.ts';
import { SettableClock } from '../platform/clock.ts';
import { KeyRing } from '../platform/key-ring.ts';
import { KeyRotation } from '../platform/key-rotation.ts';
import { OpenPledges } from './open-pledges.service.ts';
import { PledgeCounting } from './pledge-counting.service.ts';
import { SEALED_PLEDGES } from './pledge-person.ts';
import { PledgeProofs } from './pledge-proofs.service.ts';
import { PledgesQuery } from './pledges.query.ts';
import { Pledges } from './pledges.service.ts';
import { UnsealedPledges } from './unsealed-pledges.service.ts';

const OLD = 'the secret of yesterday, which somebody saw';
const NEW = 'the secret of tomorrow, which nobody has seen';
/** More than two transactions of a rotation, and a share of a third. */
const PEOPLE = 410;

let database: TestDatabase;
let directory: string;
const clock = new SettableClock(new Date('2026-11-20T10:00:00Z'));

/** A process of the site, by what it has of it: its keys. */
function site(sessionSecret: string | null, previousSessionSecret: string | null = null) {
  const { dataSource } = database;
  const ring = new KeyRing(dataSource, { sessionSecret, previousSessionSecret, dataDirectory: directory });
  const open = new OpenPledges(dataSource, ring);
  return {
    ring,
    open,
    pledges: new Pledges(dataSource, clock, ring),
    proofs: new PledgeProofs(dataSource, clock, ring, open),
    counting: new PledgeCounting(dataSource, clock, ring),
    query: new PledgesQuery(dataSource, ring),
    rotation: new KeyRotation(dataSource, ring, [SEALED_PLEDGES]),
  };
}

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'chiche-keys-'));
  await database.dataSource.query('TRUNCATE pledge, known_key CASCADE');
});
afterEach(() => rm(directory, { recursive: true }));

async function pledge({ pledges }: ReturnType<typeof site>, slug: string, handle: string): Promise<string> {
  const pledged = await pledges.pledge({ slug, handle, consent: true, showHandle: false });
  if (!pledged.ok) throw new Error(pledged.error.type);
  return pledged.value.token;
}

async function crowd(process: ReturnType<typeof site>, slug: string): Promise<string[]> {
  const tokens: string[] = [];
  for (let n = 0; n < PEOPLE; n += 1) tokens.push(await pledge(process, slug, `p${n}@server${n % 3}.example`));
  return tokens;
}

async function counted({ counting, query }: ReturnType<typeof site>, id: string) {
  clock.advance(MINUTE);
  await counting.count();
  return (await query.numbers([id])).get(id);
}

async function keyIds(): Promise<string[]> {
  const rows = await database.dataSource.query<{ id: string }[]>(`SELECT DISTINCT split_part(sealed, '.', 1) AS id FROM pledge`);
  return rows.map(({ id }) => id);
}

describe('the key', () => {
  test('is made once, in a file that only its owner may read, and not in the database', async () => {
    const loaded = await Promise.all([site(null).ring.load(), site(null).ring.load(), site(null).ring.load()]);
    const [key] = (await readFile(join(directory, 'sealing-keys'), 'utf8')).split('\n').filter((line) => /^[\w-]{43}$/.test(line));
    for (const each of loaded) expect(each).toMatchObject({ ok: true });
    expect(new Set(loaded.map((each) => each.ok && each.value.current.id)).size).toBe(1);
    expect((await stat(join(directory, 'sealing-keys'))).mode & 0o777).toBe(0o600);
    const rows = await database.dataSource.query('SELECT to_jsonb(known_key)::text AS row FROM known_key');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(key);
  });

  test('is what SESSION_SECRET says, and then there is no file', async () => {
    expect(await site(OLD).ring.load()).toMatchObject({ ok: true });
    await expect(stat(join(directory, 'sealing-keys'))).rejects.toThrow('ENOENT');
  });

  test('that does not fit is a failure which says where to look, and makes nothing anew', async () => {
    const path = join(directory, 'sealing-keys');
    await site(null).ring.load();
    await rm(path);
    expect(await site(null).ring.load()).toEqual({ ok: false, error: { type: 'missing-key', path, secretIsSet: false } });
    expect(await site(NEW).ring.load()).toEqual({ ok: false, error: { type: 'missing-key', path, secretIsSet: true } });
    await writeFile(path, 'not a key\n');
    expect(await site(null).ring.load()).toEqual({ ok: false, error: { type: 'broken-key-file', path } });
    await expect(site(null).ring.keys()).rejects.toThrow('broken-key-file');
  });
});

describe('a change of keys', () => {
  test('seals every pledge anew, opens all of them as before, and forgets the old key', async () => {
    const { id, slug } = await addCampaign(database.dataSource, { now: clock.now() });
    const before = site(OLD);
    const tokens = await crowd(before, slug);
    const repeated = await pledge(before, slug, 'P0@server0.example');
    const numbers = await counted(before, id);
    const after = site(NEW, OLD);
    expect(await after.rotation.rotate(clock.now())).toEqual({ ok: true, value: { rows: PEOPLE + 1 } });
    expect(await keyIds()).toEqual([(await after.ring.keys()).current.id]);
    const alone = site(NEW);
    expect(await alone.ring.load()).toMatchObject({ ok: true });
    for (const [n, token] of tokens.entries()) expect(await alone.open.find(token)).toMatchObject({ handle: `p${n}@server${n % 3}.example` });
    expect(await alone.open.find(repeated)).toMatchObject({ counts: false, handleHash: null });
    expect(await counted(alone, id)).toMatchObject({ total: numbers?.total, servers: numbers?.servers, serverCount: 3 });
    expect(await site(OLD).ring.load()).toMatchObject({ error: { type: 'missing-key' } });
  });

  test('that was killed goes on from there, and all the while nobody pledges twice', async () => {
    const { id, slug } = await addCampaign(database.dataSource, { now: clock.now() });
    const web = site(OLD, NEW);
    const tokens = await crowd(web, slug);
    const killed = site(NEW, OLD).rotation.rotate(clock.now(), () => {
      throw new Error('killed');
    });
    await expect(killed).rejects.toThrow('killed');
    expect((await keyIds()).length).toBe(2);
    // This process still seals with the old key, and finds out.
    for (const n of [0, 1, PEOPLE - 1]) await pledge(web, slug, `P${n}@SERVER${n % 3}.example`);
    await pledge(web, slug, 'late@server0.example');
    for (const n of [2, PEOPLE - 2]) await pledge(site(NEW, OLD), slug, `p${n}@server${n % 3}.example`);
    expect(await counted(web, id)).toMatchObject({ total: PEOPLE + 1, serverCount: 3 });
    expect(await site(NEW, OLD).rotation.rotate(clock.now())).toMatchObject({ ok: true });
    for (const token of tokens) expect(await web.open.find(token)).not.toBeNull();
    await pledge(web, slug, 'late@server0.example');
    expect(await counted(web, id)).toMatchObject({ total: PEOPLE + 1, serverCount: 3 });
    expect(await keyIds()).toEqual([(await web.ring.keys()).current.id]);
  });

  test('of a file makes a new key there, and a process that runs finds it', async () => {
    const { id, slug } = await addCampaign(database.dataSource, { now: clock.now() });
    const web = site(null);
    const token = await pledge(web, slug, 'suzie@piaille.example');
    const before = (await web.ring.keys()).current.id;
    expect(await site(null).rotation.rotate(clock.now())).toEqual({ ok: true, value: { rows: 1 } });
    await pledge(web, slug, 'suzie@piaille.example');
    expect((await web.ring.keys()).current.id).not.toBe(before);
    expect(await web.open.find(token)).toMatchObject({ handle: 'suzie@piaille.example' });
    expect(await counted(web, id)).toMatchObject({ total: 1 });
    expect((await readFile(join(directory, 'sealing-keys'), 'utf8')).trim().split('\n')).toHaveLength(2);
  });

  test('from the file to SESSION_SECRET leaves no file, and needs a new secret the next time', async () => {
    const { slug } = await addCampaign(database.dataSource, { now: clock.now() });
    const token = await pledge(site(null), slug, 'suzie@piaille.example');
    const web = site(NEW);
    expect(await web.rotation.rotate(clock.now())).toEqual({ ok: true, value: { rows: 1 } });
    await expect(stat(join(directory, 'sealing-keys'))).rejects.toThrow('ENOENT');
    expect(await web.open.find(token)).toMatchObject({ handle: 'suzie@piaille.example' });
    expect(await web.rotation.rotate(clock.now())).toEqual({ ok: false, error: { type: 'nothing-to-change-to' } });
  });

  test('meets proofs, and both hold', async () => {
    const { id, slug } = await addCampaign(database.dataSource, { now: clock.now() });
    const [web, other] = [site(OLD, NEW), site(NEW, OLD)];
    const tokens = await crowd(web, slug);
    const proofs = tokens.slice(0, 60).map((token, n) => {
      const identity = { handle: { user: `P${n}`, host: `server${n % 3}.example` }, actorUri: `https://server${n % 3}.example/users/${n}`, how: 'mastodon' as const };
      return web.proofs.confirm(token, identity);
    });
    const [rotated, ...confirmed] = await Promise.all([other.rotation.rotate(clock.now()), ...proofs]);
    expect(rotated).toMatchObject({ ok: true });
    for (const each of confirmed) expect(each).toMatchObject({ ok: true, value: { state: 'confirmed' } });
    expect(await keyIds()).toEqual([(await other.ring.keys()).current.id]);
    expect(await counted(web, id)).toMatchObject({ total: PEOPLE, verified: 60 });
  });
});

test('handles from before there were keys are sealed at the next start, which may be killed', async () => {
  const { dataSource } = database;
  const { id, slug } = await addCampaign(dataSource, { now: clock.now() });
  const web = site(OLD);
  const tokens = await crowd(web, slug);
  const repeated = await pledge(web, slug, 'p0@server0.example');
  await dataSource.query('CREATE TABLE pledge_unsealed (id uuid PRIMARY KEY, handle text)');
  for (const token of [...tokens, repeated]) {
    const found = await web.open.find(token);
    await dataSource.query('INSERT INTO pledge_unsealed VALUES ($1, $2)', [found?.id, found?.handle]);
  }
  const numbers = await counted(web, id);
  await dataSource.query('UPDATE pledge SET sealed = NULL, handle_hash = NULL, host_hash = NULL');
  // Both start at the same moment, as web and worker do.
  await Promise.all([web, site(OLD)].map(({ ring }) => new UnsealedPledges(dataSource, ring).onApplicationBootstrap()));
  expect(await dataSource.query(`SELECT to_regclass('pledge_unsealed') AS gone`)).toEqual([{ gone: null }]);
  expect(await web.open.find(repeated)).toMatchObject({ counts: false, handleHash: null });
  expect(await counted(web, id)).toMatchObject({ total: PEOPLE, servers: numbers?.servers });
});
