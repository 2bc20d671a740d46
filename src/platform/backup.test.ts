import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { testKeyRing } from '../../test/support/key-ring.ts';
import { SCHEMA } from '../schema.ts';
import { backup } from './backup.ts';
import { migrate, openDatabase } from './database.ts';
import { restore } from './restore.ts';

const NOW = new Date('2026-11-20T10:00:00Z');
const WITHOUT = ['session', 'sign_in_link'];

let folder: string;
let full: TestDatabase;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiche-backup-'));
  path = join(folder, 'full.backup');
  full = await openTestDatabase();
  await fillWithAnything(full.dataSource);
  const saved = await backup(full.dataSource, path, { now: NOW, without: WITHOUT });
  if (!saved.ok) throw new Error(saved.error.type);
});

afterAll(async () => {
  await full.close();
  await rm(folder, { recursive: true, force: true });
});

/** Text of every kind that PostgreSQL can hold: it knows no NUL. */
const anyText = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\0', ''));
/** To the microsecond, far from today. */
const anyInstant = fc
  .tuple(fc.date({ min: new Date('0050-01-01'), max: new Date('9000-01-01'), noInvalidDate: true }), fc.nat(999))
  .map(([date, micros]) => `${date.toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`);
const anyJson = fc
  .dictionary(anyText, fc.jsonValue({ maxDepth: 2 }))
  .map((value) => JSON.stringify(value).replaceAll('\\u0000', ''));

/** More rows than a page holds, of every type that the tables have. */
async function fillWithAnything(database: DataSource): Promise<void> {
  const uuid = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
  const sample = <T>(arbitrary: fc.Arbitrary<T>, n: number): T[] => fc.sample(arbitrary, { numRuns: n, seed: 7 });
  for (const [n, [name, at]] of sample(fc.tuple(anyText, anyInstant), 40).entries()) {
    await database.query(`INSERT INTO institution VALUES ($1, $2, 'FR', 'city', NULL, NULL, $3)`, [uuid(n), name, at]);
    await database.query(
      `INSERT INTO account (id, network, handle, handle_key, url, home, display_name, picture, links_back, state, failures,
                            created_at, institution_id)
       VALUES ($1, 'mastodon', $2, $1::uuid::text, '', '', '', $3, $4, 'ok', 0, $5, $1)`,
      [uuid(n), name, n % 3 === 0 ? null : randomBytes(n * 10), n % 2 === 0, at],
    );
  }
  await database.query(
    `INSERT INTO reading (id, account_id, count, at, source, reader, status, created_at)
     SELECT gen_random_uuid(), $1, 9007199254740993 + n, timestamptz '2023-08-30' + n * interval '1.000001 s',
            'network', '', 'counted', now()
     FROM generate_series(1, 1203) n`,
    [uuid(1)],
  );
  await database.query('DELETE FROM reading WHERE number IN (7, 8)');
  for (const [n, [fields, at]] of sample(fc.tuple(anyJson, anyInstant), 60).entries()) {
    await database.query(
      `INSERT INTO draft (id, token_hash, fields, found, created_at, changed_at) VALUES ($1, $2, $3, '{}', $4, $4)`,
      [uuid(n), String(n), fields, at],
    );
  }
  await database.query(`INSERT INTO staff (id, name, role, created_at) VALUES ($1, 'suzie', 'admin', now())`, [uuid(1)]);
  await database.query(`INSERT INTO sign_in_link VALUES ($1, 'hash', now(), NULL, $1)`, [uuid(1)]);
  await database.query(
    `INSERT INTO decision (id, subject, subject_id, action, before, after, at, staff_id)
     VALUES ($1, 'campaign', $1, 'approve', '{"a":1.10}', '{}', now(), $1)`,
    [uuid(1)],
  );
}

/** Every row of every table as PostgreSQL writes it. */
async function everything(database: DataSource): Promise<Record<string, string[]>> {
  const tables = await database.query<{ name: string }[]>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_name <> 'sign_in_link' ORDER BY 1`,
  );
  const rows = async (name: string): Promise<string[]> =>
    (await database.query<{ row: string }[]>(`SELECT t::text AS row FROM "${name}" t ORDER BY 1`)).map(({ row }) => row);
  return Object.fromEntries(await Promise.all(tables.map(async ({ name }): Promise<[string, string[]]> => [name, await rows(name)])));
}

async function altered(name: string, change: (content: string) => string): Promise<string> {
  const changed = join(folder, name);
  await writeFile(changed, gzipSync(change(gunzipSync(await readFile(path)).toString())));
  return changed;
}

describe('a backup', () => {
  test('brings every row back exactly, but for the links that live for a day', async () => {
    const empty = await openTestDatabase();
    const steps: string[] = [];
    const restored = await restore(empty.dataSource, path, testKeyRing(empty.dataSource), {
      checking: (done, total) => steps.push(`checking ${done}/${total}`),
      restoring: (done, total) => steps.push(`restoring ${done}/${total}`),
    });

    expect(restored).toMatchObject({ ok: true, value: { takenAt: NOW.toISOString() } });
    expect(await everything(empty.dataSource)).toEqual(await everything(full.dataSource));
    expect(await empty.dataSource.query('SELECT * FROM sign_in_link')).toEqual([]);
    const total = 40 + 40 + 1201 + 1 + 60 + 1 + 1;
    expect(steps).toContain(`checking ${total}/${total}`);
    expect(steps.at(-1)).toBe(`restoring ${total}/${total}`);
    await empty.close();
  });

  test('leaves a database that guards its rows again', async () => {
    const empty = await openTestDatabase();
    await restore(empty.dataSource, path, testKeyRing(empty.dataSource));
    await empty.dataSource.query(
      `INSERT INTO reading (id, account_id, count, at, source, reader, status, created_at)
       SELECT gen_random_uuid(), account_id, 1, now(), 'network', '', 'counted', now() FROM reading LIMIT 1`,
    );
    expect(await empty.dataSource.query('SELECT max(number) AS number FROM reading')).toEqual([{ number: 1_204 }]);
    await expect(empty.dataSource.query('UPDATE reading SET count = 1')).rejects.toThrow('append-only');
    await empty.close();
  });

  const server = process.env['TEST_DATABASE_URL'];
  (server === undefined || server === '' ? test.skip : test)('moves from PostgreSQL to the embedded database and back', async () => {
    const opened = await openDatabase({ databaseUrl: null, dataDirectory: join(folder, 'data') }, SCHEMA);
    if (!opened.ok) throw new Error(opened.error.type);
    const embedded = opened.value.dataSource;
    await migrate(embedded);
    expect(await restore(embedded, path, testKeyRing(embedded))).toMatchObject({ ok: true });
    expect(await everything(embedded)).toEqual(await everything(full.dataSource));

    const saved = await backup(embedded, join(folder, 'embedded.backup'), { now: NOW, without: WITHOUT });
    expect(saved).toMatchObject({ ok: true });
    const back = await openTestDatabase();
    expect(await restore(back.dataSource, join(folder, 'embedded.backup'), testKeyRing(back.dataSource))).toMatchObject({ ok: true });
    expect(await everything(back.dataSource)).toEqual(await everything(full.dataSource));
    await back.close();
    await opened.value.close();
  });

  test('is for its owner alone, and replaces no file', async () => {
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const again = await backup(full.dataSource, path, { now: NOW, without: WITHOUT });
    expect(again).toEqual({ ok: false, error: { type: 'exists' } });
  });

  test('that cannot be written leaves nothing behind', async () => {
    const nowhere = await backup(full.dataSource, join(folder, 'no', 'such'), { now: NOW, without: WITHOUT });
    expect(nowhere).toEqual({ ok: false, error: { type: 'file', code: 'ENOENT' } });
    expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
  });
});

describe('restoring', () => {
  let empty: TestDatabase;
  beforeAll(async () => {
    empty = await openTestDatabase();
  });
  afterAll(() => empty.close());

  async function refused(file: string, failure: object): Promise<void> {
    const before = await everything(empty.dataSource);
    expect(await restore(empty.dataSource, file, testKeyRing(empty.dataSource))).toEqual({ ok: false, error: failure });
    expect(await everything(empty.dataSource)).toEqual(before);
  }

  test('a truncated file changes nothing, wherever it was cut', async () => {
    const bytes = await readFile(path);
    for (const share of [0.3, 0.7, 0.9999]) {
      const cut = join(folder, `cut-${share}`);
      await writeFile(cut, bytes.subarray(0, Math.floor(bytes.length * share)));
      await refused(cut, { type: 'damaged' });
    }
  });

  test('a file with one letter changed changes nothing, though it is sound gzip', async () => {
    await refused(await altered('letter', (text) => text.replace('suzie', 'suzia')), { type: 'damaged' });
  });

  test('a file without its last table, a row or its checksum changes nothing', async () => {
    const lines = (change: (all: string[]) => string[]) => (text: string) => change(text.split('\n')).join('\n');
    await refused(await altered('no-end', lines((all) => [...all.slice(0, -2), ''])), { type: 'damaged' });
    await refused(await altered('no-row', lines((all) => all.toSpliced(5, 1))), { type: 'damaged' });
    await refused(await altered('more', (text) => `${text}["more"]\n`), { type: 'damaged' });
  });

  test('what no key here opens is not brought back', async () => {
    const file = join(folder, 'sealed-elsewhere');
    await empty.dataSource.query(`INSERT INTO known_key VALUES ('of-others', 'current', now())`);
    await backup(empty.dataSource, file, { now: NOW, without: WITHOUT });
    await empty.dataSource.query('DELETE FROM known_key');
    await refused(file, { type: 'missing-key', path: '/nowhere/sealing-keys', secretIsSet: true });
  });

  test('another kind of file is no backup', async () => {
    const other = join(folder, 'other');
    for (const content of ['', 'hello', gzipSync(''), gzipSync('hello\n'), gzipSync('{"format":"else"}\n')]) {
      await writeFile(other, content);
      await refused(other, { type: 'not-a-backup' });
    }
    await refused(join(folder, 'missing'), { type: 'file', code: 'ENOENT' });
    await refused(folder, { type: 'file', code: 'EISDIR' });
  });

  test('a file of another version of the program is named as such', async () => {
    const newer = await altered('newer', (text) => text.replace('"version":1', '"version":2'));
    await refused(newer, { type: 'newer-format', version: 2 });
    await empty.dataSource.query(`INSERT INTO migration (timestamp, name) VALUES (1, 'Later1')`);
    await refused(path, { type: 'other-migrations', version: expect.any(String) });
    await empty.dataSource.query(`DELETE FROM migration WHERE name = 'Later1'`);
  });

  test('a database that holds something is left as it is', async () => {
    await empty.dataSource.query(`INSERT INTO secret VALUES ('key', 'value')`);
    await refused(path, { type: 'not-empty', tables: ['secret'] });
  });
});
