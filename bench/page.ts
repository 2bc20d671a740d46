import autocannon from 'autocannon';
import { atLeast, atMost, median, told, type Figure } from './figure.ts';
import { seedCampaign } from './seed.ts';
import { startBareServer, startBenchSite } from './site.ts';

const ROUNDS = 5;
const ROUND_SECONDS = 3;
const CONNECTIONS = 32;
const UNCACHED_REQUESTS = 150;
const BROWSER = { 'accept-encoding': 'br', 'accept-language': 'fr' };

/** Public pages: against a bare server that sends the same bytes, with a million readings behind them, and by weight. */
export async function benchPage(): Promise<Figure[]> {
  const site = await startBenchSite('web');
  try {
    await seedCampaign(site.database, 'few', 100);
    const page = `${site.url}/c/few`;
    const cached = await cachedRatio(page);
    await seedCampaign(site.database, 'many', 1_000_000);
    const uncached = await uncachedRatio(site.url);
    return [...cached, ...uncached, ...(await weight(page))];
  } finally {
    await site.close();
  }
}

async function cachedRatio(page: string): Promise<Figure[]> {
  const answer = await fetch(page, { headers: BROWSER });
  await answer.arrayBuffer();
  const raw = await wireBytes(page);
  const bare = await startBareServer(sendable(answer.headers), raw);
  const rates: { site: number; bare: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rates.push({ site: await rate(page), bare: await rate(bare.url) });
  }
  await bare.close();
  const own = median(rates.map(({ site }) => site));
  return [
    told('page, kept: requests a second of one web process', own, '1/s'),
    told('page, kept: requests a second of a bare node:http server', median(rates.map((each) => each.bare)), '1/s'),
    atLeast('page, kept: share of the bare server’s rate', median(rates.map((each) => each.site / each.bare)), 0.5, '×'),
  ];
}

async function uncachedRatio(origin: string): Promise<Figure[]> {
  await milliseconds(`${origin}/c/few`, 'warm', 30);
  await milliseconds(`${origin}/c/many`, 'warm', 30);
  const rounds: { few: number; many: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({
      few: await milliseconds(`${origin}/c/few`, String(round), UNCACHED_REQUESTS / ROUNDS),
      many: await milliseconds(`${origin}/c/many`, String(round), UNCACHED_REQUESTS / ROUNDS),
    });
  }
  return [
    told('page, rendered: with 100 readings for each account', median(rounds.map(({ few }) => few)), 'ms'),
    told('page, rendered: with 1,000,000 readings for each account', median(rounds.map(({ many }) => many)), 'ms'),
    atMost('page, rendered: cost of 1,000,000 readings against 100', median(rounds.map(({ few, many }) => many / few)), 1.5, '×'),
  ];
}

/** Everything that a first visit loads, as it goes over the wire. */
async function weight(page: string): Promise<Figure[]> {
  const html = await (await fetch(page, { headers: BROWSER })).text();
  const assets = [...new Set([...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? ''))];
  const sizes = await Promise.all(
    assets.map(async (path) => ({ path, bytes: (await wireBytes(new URL(path, page).href)).length })),
  );
  const scripts = sizes.filter(({ path }) => path.endsWith('.js')).reduce((sum, { bytes }) => sum + bytes, 0);
  const total = (await wireBytes(page)).length + sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    atMost('page, weight: everything', total / 1_000, 60, 'kB'),
    atMost('page, weight: scripts', scripts / 1_000, 10, 'kB'),
  ];
}

async function rate(url: string): Promise<number> {
  const result = await autocannon({ url, connections: CONNECTIONS, duration: ROUND_SECONDS, headers: BROWSER });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url} failed under load.`);
  return result.requests.average;
}

/** The median time of requests that differ in their query, so that none is kept. */
async function milliseconds(url: string, round: string, requests: number): Promise<number> {
  const times: number[] = [];
  for (let request = 0; request < requests; request++) {
    const start = performance.now();
    const answer = await fetch(`${url}?fresh=${round}-${request}`, { headers: BROWSER });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}.`);
    times.push(performance.now() - start);
  }
  return median(times);
}

/** The body as it goes over the wire; fetch would decompress it. */
async function wireBytes(url: string): Promise<Buffer> {
  const { request } = await import('undici');
  const { body } = await request(url, { headers: BROWSER });
  return Buffer.from(await body.arrayBuffer());
}

function sendable(headers: Headers): Record<string, string> {
  const kept = [...headers].filter(([name]) => !['connection', 'date', 'keep-alive', 'transfer-encoding'].includes(name));
  return Object.fromEntries(kept);
}
