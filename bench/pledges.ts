import { setTimeout as wait } from 'node:timers/promises';
import autocannon from 'autocannon';
import pg from 'pg';
import { v7 as newId } from 'uuid';
import { atLeast, atMost, told, type Figure } from './figure.ts';
import { seedCampaign } from './seed.ts';
import { startBenchSite, type BenchSite } from './site.ts';

const SECONDS = 15;
const CONNECTIONS = 64;
/** As many as one web process has to the database. */
const DATABASE_CONNECTIONS = 10;
const BARE_SECONDS = 5;
const HANDLES_PER_SERVER = 200;
const LAG_LIMIT_SECONDS = 10;

/** Pledges: acknowledged and durable each second, against a bare loop of inserts, and how the counter keeps up. */
export async function benchPledges(): Promise<Figure[]> {
  const site = await startBenchSite('web,worker');
  try {
    const campaign = await seedCampaign(site.database, 'rush', 100);
    const watched = watchTally(site, campaign);
    const load = await pledgeAll(site);
    const { lag, stored, counted } = await watched.settle();
    const bare = await bareInserts(site);
    return [
      atLeast('pledges: acknowledged a second', load.perSecond, 1_000, '1/s'),
      told('pledges: slowest 1 % take', load.p99, 'ms'),
      told('pledges: a bare loop of inserts, same connections', bare, '1/s'),
      atLeast('pledges: share of the bare loop’s rate', load.perSecond / bare, 0.08, '×'),
      // What was cut off at the end of the load is stored, and was not acknowledged.
      atMost('pledges: acknowledged but not stored', Math.max(0, load.acknowledged - stored), 0, ''),
      atMost('pledges: counter behind at the worst', lag, LAG_LIMIT_SECONDS, 's'),
      atMost('pledges: counter off at the end', Math.abs(stored - counted), 0, ''),
    ];
  } finally {
    await site.close();
  }
}

async function pledgeAll(site: BenchSite): Promise<{ perSecond: number; acknowledged: number; p99: number }> {
  let sent = 0;
  let acknowledged = 0;
  const options: autocannon.Options = {
    url: `${site.url}/c/rush/pledge`,
    connections: CONNECTIONS,
    duration: SECONDS,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => {
          sent += 1;
          const handle = `p${sent}@server${Math.floor(sent / HANDLES_PER_SERVER)}.example`;
          return {
            ...request,
            body: new URLSearchParams({ handle, consent: 'yes' }).toString(),
            // As the proxy in front would: supporters come from different addresses.
            headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': address(sent) },
          };
        },
      },
    ],
  };
  const result = await new Promise<autocannon.Result>((settle, reject) => {
    const load = autocannon(options, (error: Error | null, done) => (error ? reject(error) : settle(done)));
    load.on('response', (_client, statusCode) => {
      if (statusCode === 303) acknowledged += 1;
    });
  });
  if (result.errors > 0 || acknowledged < result.requests.total) {
    throw new Error(`${result.requests.total - acknowledged} pledges were not taken.`);
  }
  return { perSecond: acknowledged / result.duration, acknowledged, p99: result.latency.p99 };
}

/** What the last look saw, and by how long a number was late at the worst that was true before. */
interface Watched {
  lag: number;
  stored: number;
  counted: number;
}

/** Samples counter and truth twice a second until they agree, or until the counter is far too late. */
function watchTally(site: BenchSite, campaign: string): { settle(): Promise<Watched> } {
  const truths: { at: number; n: number }[] = [];
  const seen: Watched = { lag: 0, stored: 0, counted: 0 };
  let watching = true;
  const sample = async (): Promise<void> => {
    const { rows } = await site.database.query<{ stored: number; counted: number }>(
      `SELECT (SELECT count(*)::int FROM pledge) AS stored,
              coalesce((SELECT total::int FROM pledge_tally WHERE campaign_id = $1), 0) AS counted`,
      [campaign],
    );
    const now = performance.now();
    Object.assign(seen, rows[0]);
    truths.push({ at: now, n: seen.stored });
    const oldestUncounted = truths.find(({ n }) => n > seen.counted);
    if (oldestUncounted) seen.lag = Math.max(seen.lag, (now - oldestUncounted.at) / 1_000);
  };
  const loop = (async () => {
    while (watching) {
      await sample();
      await wait(500);
    }
  })();
  return {
    settle: async () => {
      const end = performance.now() + 2 * LAG_LIMIT_SECONDS * 1_000;
      do await wait(1_000);
      while (seen.counted !== seen.stored && performance.now() < end);
      watching = false;
      await loop;
      return seen;
    },
  };
}

/** Rows of the same shape, one statement each, from as many connections. */
async function bareInserts(site: BenchSite): Promise<number> {
  await site.database.query(
    'CREATE TABLE bare (id uuid PRIMARY KEY, handle text, handle_key text UNIQUE, host text, token text UNIQUE, at timestamptz)',
  );
  const pool = new pg.Pool({ connectionString: site.databaseUrl, max: DATABASE_CONNECTIONS });
  const end = performance.now() + BARE_SECONDS * 1_000;
  let inserted = 0;
  const loop = async (): Promise<void> => {
    while (performance.now() < end) {
      inserted += 1;
      const handle = `p${inserted}@server.example`;
      await pool.query('INSERT INTO bare VALUES ($1, $2, $3, $4, $5, $6)', [newId(), handle, handle, 'server.example', newId(), new Date()]);
    }
  };
  await Promise.all(Array.from({ length: DATABASE_CONNECTIONS }, loop));
  await pool.end();
  return inserted / BARE_SECONDS;
}

function address(n: number): string {
  return `203.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
}
