import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { DAY } from '../../src/domain/durations.ts';
import { SystemClock } from '../../src/platform/clock.ts';
import { openDatabase } from '../../src/platform/database.ts';
import { KeyRing } from '../../src/platform/key-ring.ts';
import { Pledges } from '../../src/pledges/pledges.service.ts';
import { SCHEMA } from '../../src/schema.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { freePort, startCommand, startProcess, startToKill, type SiteProcess } from '../support/process.ts';
import { addCampaign } from '../support/seed.ts';

const OLD = 'the secret of yesterday, which somebody saw';
const NEW = 'the secret of tomorrow, which nobody has seen';
const PEOPLE = 3_000;

let directory: string;
let server: TestDatabase | null;
let environment: NodeJS.ProcessEnv;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'chiche-'));
  server = process.env['TEST_DATABASE_URL'] ? await openTestDatabase() : null;
  environment = { DATA_DIR: directory, ...(server && { DATABASE_URL: server.where.databaseUrl ?? '' }) };
});
afterEach(async () => {
  await server?.close();
  await rm(directory, { recursive: true });
});

/** Beside a site that runs. */
async function inDatabase<T>(work: (database: DataSource) => Promise<T>): Promise<T> {
  const opened = await openDatabase(server?.where ?? { databaseUrl: null, dataDirectory: directory }, SCHEMA, { join: true });
  if (!opened.ok) throw new Error(opened.error.type);
  try {
    return await work(opened.value.dataSource);
  } finally {
    await opened.value.close();
  }
}

async function crowd(database: DataSource, slug: string, sessionSecret: string): Promise<string[]> {
  const ring = new KeyRing(database, { sessionSecret, previousSessionSecret: null, dataDirectory: directory });
  const pledges = new Pledges(database, new SystemClock(), ring);
  const tokens: string[] = [];
  for (let n = 0; n < PEOPLE; n += 1) {
    const pledged = await pledges.pledge({ slug, handle: `p${n}@server${n % 3}.example`, consent: true, showHandle: false });
    if (pledged.ok) tokens.push(pledged.value.token);
  }
  return tokens;
}

/** How many pledges are sealed with which key, or with none once nobody is left in them. */
const BY_KEY = `SELECT count(*)::int AS n FROM pledge GROUP BY split_part(sealed, '.', 1)`;

async function byKey(database: DataSource): Promise<number[]> {
  return (await database.query<{ n: number }[]>(BY_KEY)).map(({ n }) => n);
}

/** Until it is between the states, which is where a kill hurts; false when it was too fast. */
async function untilHalfDone(look: () => Promise<number[]>): Promise<boolean> {
  for (const end = Date.now() + 20_000; Date.now() < end; await wait(1)) if ((await look()).length > 1) return true;
  return false;
}

/** A connection to the database of a process that is just starting, as soon as there is one. */
async function connected(): Promise<pg.Client> {
  const { databaseUrl = null } = server?.where ?? {};
  const where = databaseUrl === null ? { host: directory, user: 'postgres', database: 'postgres' } : { connectionString: databaseUrl };
  for (;;) {
    const client = new pg.Client(where);
    const isOpen = await client.connect().then(
      () => true,
      () => false,
    );
    if (isOpen) return client;
    await wait(20);
  }
}

async function statusOf(site: SiteProcess, token: string | undefined): Promise<number> {
  return (await fetch(`${site.url}/p/${token}`)).status;
}

test('keys are changed while the site serves, and by a run that was killed with -9', async () => {
  const site = await startProcess({ ...environment, SESSION_SECRET: OLD, PREVIOUS_SESSION_SECRET: NEW });
  const { slug } = await inDatabase((database) => addCampaign(database, { now: new Date() }));
  const tokens = await inDatabase((database) => crowd(database, slug, OLD));
  expect(tokens).toHaveLength(PEOPLE);
  const changing = { ...environment, SESSION_SECRET: NEW, PREVIOUS_SESSION_SECRET: OLD };

  await inDatabase(async (database) => {
    const killed = startCommand(['keys', 'rotate'], changing);
    expect(await untilHalfDone(() => byKey(database))).toBe(true);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(killed.signalCode).toBe('SIGKILL');
    expect((await byKey(database)).length).toBe(2);
    for (const token of [tokens[0], tokens.at(-1)]) expect(await statusOf(site, token)).toBe(200);

    const again = startCommand(['keys', 'rotate'], changing);
    const [code] = (await once(again, 'exit')) as [number];
    expect(code).toBe(0);
    expect(await byKey(database)).toEqual([PEOPLE]);
    for (const token of [tokens[0], tokens.at(-1)]) expect(await statusOf(site, token)).toBe(200);
  });
  await site.kill('SIGTERM');
}, 120_000);

test('pledges are forgotten by a worker that was killed with -9, and their number is not', async () => {
  const secret = { ...environment, SESSION_SECRET: OLD };
  const site = await startProcess(secret);
  const { id, slug } = await inDatabase((database) => addCampaign(database, { now: new Date() }));
  await inDatabase(async (database) => {
    await crowd(database, slug, OLD);
    // A server is named by those who are proven alone.
    await database.query(`UPDATE pledge SET state = 'confirmed', proof = 'profile', confirmed_at = now(), changed_at = now()`);
  });
  await site.kill('SIGTERM');
  const ended = new Date(Date.now() - 91 * DAY);
  const held = server === null ? await openDatabase({ databaseUrl: null, dataDirectory: directory }, SCHEMA) : null;
  if (held?.ok === false) throw new Error(held.error.type);
  const end = async (database: DataSource): Promise<void> => {
    await database.query('UPDATE pledge SET changed_at = $1', [ended]);
    await database.query(`UPDATE campaign SET state = 'ended', ended_at = $2 WHERE id = $1`, [id, ended]);
  };
  await (held === null ? inDatabase(end) : end(held.value.dataSource));
  await held?.value.close();

  const killed = startToKill(secret);
  const client = await connected();
  // The connection breaks when the process dies.
  client.on('error', () => undefined);
  expect(await untilHalfDone(async () => (await client.query<{ n: number }>(BY_KEY)).rows.map(({ n }) => n))).toBe(true);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  if (server !== null) await client.end();
  const again = await startProcess(secret);
  await inDatabase(async (database) => {
    const left = async () => (await database.query<{ n: number }[]>('SELECT count(*)::int AS n FROM pledge WHERE sealed IS NOT NULL'))[0]?.n;
    for (const limit = Date.now() + 30_000; (await left()) !== 0 && Date.now() < limit; ) await wait(50);
    expect(await left()).toBe(0);
    const [tally] = await database.query('SELECT total::int, server_count::int, jsonb_array_length(servers) AS named FROM pledge_tally');
    expect(tally).toEqual({ total: PEOPLE, server_count: 3, named: 3 });
    expect(await database.query('SELECT count(*)::int AS n FROM pledge WHERE counts')).toEqual([{ n: PEOPLE }]);
  });
  await again.kill('SIGTERM');
}, 120_000);

/** In no name that the program has for anything. */
const PERSON = 'zanzibar';
const HOST = 'quokka';
const NETWORK = '203.0.113.';

async function filesOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return (await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')))).join('\n');
}

test('no handle, no small server and no address is found in the database, a backup, the log or the metrics', async () => {
  const METRICS_PORT = String(await freePort());
  const site = await startProcess({ ...environment, LOG_LEVEL: 'trace', METRICS_PORT });
  const { slug } = await inDatabase((database) => addCampaign(database, { now: new Date(), slug: 'a-dare' }));
  const send = (path: string, fields: Record<string, string> = {}) =>
    fetch(`${site.url}${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { 'x-forwarded-for': `${NETWORK}${1 + Math.floor(Math.random() * 250)}` },
      redirect: 'manual',
    });
  const pledge = async (handle: string): Promise<string> => {
    const answer = await send(`/c/${slug}/pledge`, { handle, consent: 'yes', showName: 'yes' });
    return /\/p\/([\w-]+)/.exec(answer.headers.get('location') ?? '')?.[1] ?? '';
  };
  for (let n = 0; n < 12; n += 1) {
    const token = await pledge(`${PERSON}${n}@${n < 6 ? 'large' : `${HOST}${n}`}.example`);
    expect(token).not.toBe('');
    if (n % 3 === 0) await pledge(`${PERSON.toUpperCase()}${n}@${HOST}${n}.example`);
    expect(await statusOf(site, token)).toBe(200);
    if (n % 4 === 0) await send(`/p/${token}/check`);
    if (n % 5 === 0) await send(`/p/${token}/withdraw`);
  }
  for (const wrong of [`${PERSON}@`, `${HOST}.example`, `${PERSON}@127.0.0.1`, `${PERSON}\0@${HOST}.example`]) await pledge(wrong);
  const body = JSON.stringify({ handle: `@${PERSON}99@${HOST}.example`, consent: true });
  const api = await fetch(`${site.url}/api/v1/campaigns/${slug}/pledges`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  expect(api.status).toBe(201);
  const metrics = await (await fetch(`http://127.0.0.1:${METRICS_PORT}/metrics`)).text();
  expect(metrics).toContain('chiche_pledges_total{outcome="taken"}');

  const dump = join(directory, 'dump.gz');
  const backup = startCommand(['backup', dump], environment);
  expect(await once(backup, 'exit')).toEqual([0, null]);
  await site.kill('SIGTERM');
  const rows = gunzipSync(await readFile(dump)).toString('latin1');
  expect(rows.match(/\n\["[\da-f-]{36}","pending"/g)?.length ?? rows.split('{"table":"pledge"}').length).toBeGreaterThan(1);
  const places = { dump: rows, log: site.said(), metrics, files: await filesOf(directory) };
  for (const [place, content] of Object.entries(places)) {
    expect(content.length).toBeGreaterThan(place === 'log' ? 50 : 1_000);
    for (const word of [PERSON, PERSON.toUpperCase(), HOST, NETWORK]) expect({ place, word, found: content.includes(word) }).toEqual({ place, word, found: false });
  }
  // What was looked for would have been found: this campaign's name is, in the same files.
  expect(places.dump).toContain('a-dare');
  if (server === null) expect(places.files).toContain('a-dare');
}, 120_000);
