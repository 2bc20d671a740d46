import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { isEmbeddedPostgresRunning, startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';

let directory: string;
let embedded: EmbeddedPostgres;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'chiche-'));
  const started = await startEmbeddedPostgres(directory, { inMemory: true });
  if (!started.ok) throw new Error(started.error.type);
  embedded = started.value;
});
afterAll(async () => {
  await embedded.stop();
  await rm(directory, { recursive: true });
});

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ host: embedded.host, user: 'postgres', database: 'postgres' });
  await client.connect();
  return client;
}

test('a second start on the same folder is refused', async () => {
  expect(await isEmbeddedPostgresRunning(directory)).toBe(true);
  expect(await startEmbeddedPostgres(directory)).toEqual({ ok: false, error: { type: 'in-use', directory } });
});

test('a folder whose socket would not fit is refused', async () => {
  const started = await startEmbeddedPostgres(join(directory, 'x'.repeat(120)));
  expect(started).toMatchObject({ ok: false, error: { type: 'path-too-long' } });
});

test('a client that vanishes in a transaction undoes it and frees the others', async () => {
  const [leaver, other] = [await connect(), await connect()];
  leaver.on('error', () => undefined);
  await leaver.query('CREATE TABLE left_behind (n int)');
  await leaver.query('BEGIN');
  await leaver.query('INSERT INTO left_behind VALUES (1)');
  const waiting = other.query('SELECT count(*)::int AS n FROM left_behind');
  (leaver as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  expect((await waiting).rows).toEqual([{ n: 0 }]);
  await other.end();
});

test('a message in many pieces is put together', async () => {
  const client = await connect();
  const long = 'é'.repeat(200_000);
  const { rows } = await client.query('SELECT length($1::text) AS n', [long]);
  expect(rows).toEqual([{ n: 200_000 }]);
  await client.end();
});
