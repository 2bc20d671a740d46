import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDatabase, type OpenDatabase } from '../../src/platform/database.ts';
import { tokenHash } from '../../src/platform/secrets.ts';
import { SCHEMA } from '../../src/schema.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { runToEnd, startProcess, type SiteProcess } from '../support/process.ts';
import { addCampaign } from '../support/seed.ts';

const onServer = Boolean(process.env['TEST_DATABASE_URL']);
const PLEDGES = 400;
const SENDERS = 8;
const KILL_AFTER = 120;

let directory: string;
let server: TestDatabase | null;
let environment: NodeJS.ProcessEnv;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'chiche-'));
  server = onServer ? await openTestDatabase() : null;
  environment = server === null ? { DATA_DIR: directory } : { DATABASE_URL: server.where.databaseUrl ?? '', DATA_DIR: directory };
});
afterEach(async () => {
  await server?.close();
  await rm(directory, { recursive: true });
});

async function inDatabase<T>(work: (database: OpenDatabase) => Promise<T>): Promise<T> {
  const where = server?.where ?? { databaseUrl: null, dataDirectory: directory };
  const opened = await openDatabase(where, SCHEMA, { join: true });
  if (!opened.ok) throw new Error(opened.error.type);
  try {
    return await work(opened.value);
  } finally {
    await opened.value.close();
  }
}

/** Pledges from several senders until the site is gone; the tokens of those that it acknowledged. */
async function pledgeUntilKilled(site: SiteProcess, slug: string): Promise<string[]> {
  const tokens: string[] = [];
  let next = 0;
  let killed: Promise<void> | null = null;
  const sender = async (): Promise<void> => {
    while (next < PLEDGES && killed === null) {
      const body = new URLSearchParams({ handle: `p${(next += 1)}@social.example`, consent: 'yes' });
      const headers = { 'x-forwarded-for': `203.0.113.${next % 250}` };
      const answer = await fetch(`${site.url}/c/${slug}/pledge`, { method: 'POST', body, headers, redirect: 'manual' }).catch(() => null);
      const token = /\/p\/([\w-]+)/.exec(answer?.headers.get('location') ?? '')?.[1];
      if (token !== undefined) tokens.push(token);
      if (tokens.length >= KILL_AFTER) killed ??= site.kill('SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  await (killed ?? site.kill('SIGKILL'));
  return tokens;
}

test('every pledge that was acknowledged outlives a kill -9', async () => {
  const site = await startProcess(environment);
  const { slug } = await inDatabase(({ dataSource }) => addCampaign(dataSource, { now: new Date() }));
  const tokens = await pledgeUntilKilled(site, slug);
  expect(tokens.length).toBeGreaterThanOrEqual(KILL_AFTER);

  const again = await startProcess(environment);
  const stored = await inDatabase(({ dataSource }) =>
    dataSource.query<{ token_hash: string }[]>('SELECT token_hash FROM pledge WHERE counts'),
  );
  const hashes = new Set(stored.map((row) => row.token_hash));
  expect(tokens.filter((token) => !hashes.has(tokenHash(token)))).toEqual([]);
  const answer = await fetch(`${again.url}/c/${slug}`);
  expect(answer.status).toBe(200);
  await again.kill('SIGTERM');
}, 90_000);

test('a second process on the same embedded database says so and stops', async () => {
  const site = await startProcess({ DATA_DIR: directory });
  const { code, said } = await runToEnd({ DATA_DIR: directory });
  expect(code).toBe(1);
  expect(said).toContain('DATA_DIR: another process uses the embedded database');
  await site.kill('SIGTERM');
}, 90_000);

test('a database that cannot be reached stops the start, and a wrong variable is named', async () => {
  const unreachable = await runToEnd({ DATABASE_URL: 'postgres://127.0.0.1:1/none' });
  expect(unreachable.code).toBe(1);
  expect(unreachable.said).toContain('DATABASE_URL');
  const misspelt = await runToEnd({ PORT: 'eighty' });
  expect(misspelt.code).toBe(1);
  expect(misspelt.said).toContain('PORT');
}, 30_000);
