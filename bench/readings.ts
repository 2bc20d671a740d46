import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type pg from 'pg';
import type { CrowdManners } from './crowd-process.ts';
import { startCrowdProcess } from './crowd.ts';
import { atLeast, atMost, told, type Figure } from './figure.ts';
import { seedAccounts } from './seed.ts';
import { freePort, freshDatabase, ready, residentMegabytes, stop, type BenchDatabase } from './site.ts';

const HOSTS = 1_000;
const USERS = 20;
/** As many as one worker asks at once (reading-rounds.service.ts). */
const CONCURRENCY = 64;
const REAL_LIFE: CrowdManners = { usual: [40, 120], slow: [500, 1_500], slowShare: 0.1, failingShare: 0.05, limitedShare: 0.02 };
/** A network so slow that nothing else counts. */
const FAR_AWAY: CrowdManners = { usual: [400, 600], slow: [400, 600], slowShare: 0, failingShare: 0, limitedShare: 0 };
const FAR_USERS = 4;
const LOOK = 250;

interface Round {
  seconds: number;
  /** The most resident memory that a worker had, in MB. */
  memory: number;
  followed: number;
}

/** A round of a simulated fediverse: 1,000 hosts, 20,000 accounts, answers as in real life. */
export async function benchReadings(): Promise<Figure[]> {
  const crowd = await startCrowdProcess();
  const database = await freshDatabase();
  try {
    await seedAccounts(database.pool, HOSTS, USERS);
    await seedReadings(database.pool);
    crowd.order({ type: 'manners', manners: REAL_LIFE });
    const bare = await bareRate(crowd.port, USERS);
    crowd.order({ type: 'manners', manners: REAL_LIFE });
    const round = await withWorkers(database, crowd.port, 1, async (worker) => {
      const first = await takeRound(database.pool, worker, USERS);
      const { requests, mostAtOnce } = await crowd.tell();
      crowd.order({ type: 'manners', manners: REAL_LIFE });
      const second = await takeRound(database.pool, worker, USERS);
      return { ...first, requests, mostAtOnce, laterMemory: second.memory };
    });
    const own = round.requests / round.seconds;
    crowd.order({ type: 'manners', manners: FAR_AWAY });
    const far = (workers: ChildProcess[]) => takeRound(database.pool, workers, FAR_USERS);
    const one = await withWorkers(database, crowd.port, 1, far);
    const two = await withWorkers(database, crowd.port, 2, far);
    return [
      told('readings: requests a second of one worker', own, '1/s'),
      told('readings: requests a second of a bare undici loop', bare, '1/s'),
      atLeast('readings: share of the bare loop’s rate', own / bare, 0.6, '×'),
      told('readings: accounts put off, because their server asked for it', 1 - round.requests / (HOSTS * USERS), ''),
      atMost('readings: requests in flight to one host at the most', round.mostAtOnce, 1, ''),
      told('readings: the most memory of a worker in its first round', round.memory, 'MB'),
      atMost('readings: in its second round, against that', round.laterMemory / round.memory, 1.1, '×'),
      atMost('readings: campaigns that follow, behind the last reading', round.followed, 60, 's'),
      atLeast('readings: two workers against one, on a slow network', one.seconds / two.seconds, 1.6, '×'),
    ];
  } finally {
    await database.close();
    await crowd.close();
  }
}

async function bareRate(port: number, users: number): Promise<number> {
  const script = new URL('bare-loop.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [script, String(port), String(HOSTS), String(users), String(CONCURRENCY)]);
  return Number(stdout);
}

/** A few readings of each account, from before. */
async function seedReadings(pool: pg.Pool): Promise<void> {
  await pool.query(`INSERT INTO reading (id, account_id, count, at, source, reader, status, created_at)
    SELECT gen_random_uuid(), account.id, 900 + day, now() - make_interval(days => 5 - day), 'network', '', 'counted', now() FROM account, generate_series(1, 4) day ORDER BY account.id, day`);
  await pool.query('ANALYZE');
}

async function withWorkers<T>(
  { url }: BenchDatabase,
  port: number,
  count: number,
  work: (workers: ChildProcess[]) => Promise<T>,
): Promise<T> {
  const workers = await Promise.all(Array.from({ length: count }, () => startWorker(url, port)));
  try {
    return await work(workers);
  } finally {
    await Promise.all(workers.map(stop));
  }
}

/** Has the first accounts of every host read by some workers: the time until the last was seen to. */
async function takeRound(pool: pg.Pool, workers: readonly ChildProcess[], users: number): Promise<Round> {
  await pool.query(`UPDATE account SET next_reading_at = now() + interval '1 day', failures = 0, last_failure = NULL, tried_at = NULL`);
  await pool.query('UPDATE host SET closed_until = NULL, failures = 0, last_failure = NULL');
  const [{ now: since }] = (await pool.query<{ now: Date }>('SELECT now() AS now')).rows as [{ now: Date }];
  await pool.query(`UPDATE account SET next_reading_at = now() WHERE substring(handle FROM 'a([0-9]+)@')::int < $1`, [users]);
  const start = performance.now();
  let memory = 0;
  while ((await answered(pool, since)) < HOSTS * users) {
    memory = Math.max(memory, ...(await Promise.all(workers.map(residentMegabytes))));
    await wait(LOOK);
  }
  const seconds = (performance.now() - start) / 1_000;
  while ((await unfollowed(pool)) > 0) await wait(LOOK);
  return { seconds, memory, followed: (performance.now() - start) / 1_000 - seconds };
}

/** Accounts that were read, or whose server said why not, or asked to be left alone for now. */
async function answered(pool: pg.Pool, since: Date): Promise<number> {
  const { rows } = await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM account WHERE tried_at >= $1', [since]);
  return rows[0]?.n ?? 0;
}

async function unfollowed(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM pgboss.job WHERE name = 'readings.changed' AND state < 'completed'`);
  return rows[0]?.n ?? 0;
}

async function startWorker(databaseUrl: string, port: number): Promise<ChildProcess> {
  const metricsPort = await freePort();
  const where = { DATABASE_URL: databaseUrl, METRICS_PORT: String(metricsPort), HOST: '127.0.0.1' };
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: { ...process.env, ...where, ROLES: 'worker', LOG_LEVEL: 'error', ALLOW_PRIVATE_NETWORK: `127.0.0.1:${port}` },
    stdio: ['ignore', 2, 2],
  });
  await ready(`http://127.0.0.1:${metricsPort}/metrics`);
  return child;
}
