import { execFile, spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';

/** The PostgreSQL to measure on. */
const SERVER = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

const SECRET = 'only for measuring, on a database that is gone afterwards';

/** What the measured processes say goes beside the figures, not among them. */
const TOLD: StdioOptions = ['ignore', 2, 2];

export interface BenchSite {
  url: string;
  databaseUrl: string;
  database: pg.Pool;
  process: ChildProcess;
  close(): Promise<void>;
}

export interface BenchDatabase {
  url: string;
  pool: pg.Pool;
  close(): Promise<void>;
}

/** A new database of a real PostgreSQL, with the tables of Chiche. */
export async function freshDatabase(): Promise<BenchDatabase> {
  const { url, close } = await emptyDatabase();
  const env = { ...process.env, DATABASE_URL: url };
  await promisify(execFile)(process.execPath, ['dist/src/cli/main.js', 'campaigns', 'list'], { env });
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  return {
    url,
    pool,
    close: async () => {
      await pool.end();
      await close();
    },
  };
}

async function emptyDatabase(): Promise<{ url: string; close(): Promise<void> }> {
  const name = `chiche_bench_${randomBytes(4).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name}`);
  const { href } = Object.assign(new URL(SERVER), { pathname: `/${name}` });
  return { url: href, close: () => onServer(`DROP DATABASE ${name} WITH (FORCE)`) };
}

/** A built site in a process of its own, on a new database of a real PostgreSQL. */
export async function startBenchSite(roles: string, environment: Record<string, string> = {}): Promise<BenchSite> {
  const { url: databaseUrl, close: drop } = await emptyDatabase();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const site = spawn(process.execPath, ['dist/src/main.js'], {
    env: { ...process.env, DATABASE_URL: databaseUrl, PORT: String(port), HOST: '127.0.0.1', PUBLIC_URL: url, ROLES: roles, LOG_LEVEL: 'warn', SESSION_SECRET: SECRET, ...environment },
    stdio: TOLD,
  });
  await ready(`${url}/readyz`);
  const database = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  return {
    url,
    databaseUrl,
    database,
    process: site,
    close: async () => {
      await stop(site);
      await database.end();
      await drop();
    },
  };
}

/** A bare node:http server in a process of its own, which sends the same bytes with the same headers to everyone. */
export async function startBareServer(headers: Record<string, string>, body: Buffer): Promise<{ url: string; close(): Promise<void> }> {
  const port = await freePort();
  const script = `
    const [headers, body] = [${JSON.stringify(headers)}, Buffer.from('${body.toString('base64')}', 'base64')];
    require('node:http').createServer((request, response) => { response.writeHead(200, headers); response.end(body); })
      .listen(${port}, '127.0.0.1');`;
  const server = spawn(process.execPath, ['-e', script], { stdio: TOLD });
  const url = `http://127.0.0.1:${port}`;
  await ready(url);
  return { url, close: () => stop(server) };
}

/** The resident memory of a process, in MB. */
export async function residentMegabytes({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1_024;
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

export async function ready(url: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await wait(100);
  }
  throw new Error(`${url} does not answer.`);
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: SERVER });
  await client.connect();
  await client.query(statement);
  await client.end();
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
