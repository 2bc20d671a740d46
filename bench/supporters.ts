import { setTimeout as wait } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { startCrowdProcess } from './crowd.ts';
import type { CrowdManners } from './crowd-process.ts';
import { atMost, told, type Figure } from './figure.ts';
import { seedCampaign } from './seed.ts';
import { startBenchSite, type BenchSite } from './site.ts';

const SUPPORTERS = 50_000;
const SECONDS = 300;
/** Their servers, with a hundred of them each. */
const SERVERS = 500;
const SLOW: CrowdManners = { usual: [500, 2_000], slow: [3_000, 6_000], slowShare: 0.1, failingShare: 0, limitedShare: 0 };
const STEP = 50;
const COUNTED_WITHIN = 10_000;

/** Milliseconds of every answer, and what was not answered as it should have been. */
interface Seen {
  page: number[];
  pledge: number[];
  own: number[];
  errors: number;
}

/** 50,000 people who see a post, read the campaign's page, pledge and open their own page, all within five minutes. */
export async function benchSupporters(): Promise<Figure[]> {
  const crowd = await startCrowdProcess();
  crowd.order({ type: 'manners', manners: SLOW });
  const site = await startBenchSite('web,worker', { ALLOW_PRIVATE_NETWORK: `127.0.0.1:${crowd.port}` });
  try {
    const campaign = await seedCampaign(site.database, 'rush', 100);
    const seen = await arrive(site);
    const { stored, counted } = await settled(site, campaign);
    return [
      told('supporters: pages, pledges and own pages in five minutes', seen.page.length + seen.pledge.length + seen.own.length, ''),
      atMost('supporters: slowest 1 % of pages take', percentile(seen.page, 0.99), 1_000, 'ms'),
      atMost('supporters: slowest 1 % of pledges take', percentile(seen.pledge, 0.99), 1_000, 'ms'),
      told('supporters: their own page, which asks their slow server, takes', percentile(seen.own, 0.5), 'ms'),
      told('supporters: slowest 1 % of those', percentile(seen.own, 0.99), 'ms'),
      atMost('supporters: errors', seen.errors, 0, ''),
      atMost('supporters: pledges lost', Math.abs(SUPPORTERS - stored), 0, ''),
      atMost('supporters: counter off at the end', Math.abs(stored - counted), 0, ''),
    ];
  } finally {
    await site.close();
    await crowd.close();
  }
}

/** They come evenly, whatever is answered: whoever is slow has more of them at once. */
async function arrive({ url }: BenchSite): Promise<Seen> {
  const dispatcher = new Agent({ connections: 1_000, pipelining: 1 });
  const seen: Seen = { page: [], pledge: [], own: [], errors: 0 };
  const visits: Promise<void>[] = [];
  const start = performance.now();
  for (let come = 0; come < SUPPORTERS; ) {
    const due = Math.min(SUPPORTERS, Math.floor(((performance.now() - start) / 1_000 / SECONDS) * SUPPORTERS));
    for (; come < due; come += 1) {
      visits.push(visit(url, come, dispatcher, seen).catch(() => void (seen.errors += 1)));
    }
    await wait(STEP);
  }
  await Promise.all(visits);
  await dispatcher.close();
  return seen;
}

async function visit(url: string, n: number, dispatcher: Agent, seen: Seen): Promise<void> {
  const headers = { 'x-forwarded-for': `203.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}` };
  const ask = async (times: number[], path: string, expected: number, form?: string): Promise<string> => {
    const start = performance.now();
    const options = form === undefined ? { headers } : { method: 'POST' as const, body: form, headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' } };
    const { statusCode, headers: told, body } = await request(new URL(path, url), { dispatcher, ...options });
    await body.dump({ limit: 1_000_000 });
    times.push(performance.now() - start);
    if (statusCode !== expected) throw new Error(`${path.split('/')[1]} answered ${statusCode}.`);
    return String(told.location ?? '');
  };
  await ask(seen.page, '/c/rush', 200);
  const own = await ask(seen.pledge, '/c/rush/pledge', 303, new URLSearchParams({ handle: `p${n}@server${n % SERVERS}.example`, consent: 'yes' }).toString());
  await ask(seen.own, own, 200);
}

async function settled(site: BenchSite, campaign: string): Promise<{ stored: number; counted: number }> {
  await wait(COUNTED_WITHIN);
  const { rows } = await site.database.query<{ stored: number; counted: number }>(
    `SELECT (SELECT count(*)::int FROM pledge) AS stored, (SELECT total::int FROM pledge_tally WHERE campaign_id = $1) AS counted`,
    [campaign],
  );
  return rows[0] ?? { stored: NaN, counted: NaN };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
