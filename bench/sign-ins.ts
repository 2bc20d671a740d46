import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Agent, request, type Dispatcher } from 'undici';
import { decide } from '../test/support/servers/consent.ts';
import { atMost, told, type Figure } from './figure.ts';
import { seedCampaign } from './seed.ts';
import type { WorldOrder, WorldWord } from './sign-in-world-process.ts';
import { residentMegabytes, startBenchSite, stop, type BenchSite } from './site.ts';

const SERVERS = 200;
const TOGETHER = 1_000;
const ROUNDS = 8;
/** Before it, the heap still grows to the size at which it is worth collecting. */
const WARM = 3;
const LOOK = 100;

/** Somebody on the way to their server and back. */
interface Traveller {
  n: number;
  handle: string;
  cookie: string;
  /** Of the page on their server, then of the way back. */
  url: string;
}

interface World {
  address: string;
  port: number;
  tell(): Promise<Extract<WorldWord, { type: 'told' }>>;
  close(): Promise<void>;
}

/** A thousand people at a time who prove on two hundred slow servers who they are, again and again. */
export async function benchSignIns(): Promise<Figure[]> {
  const world = await startWorld();
  const site = await startBenchSite('web,worker', { ALLOW_PRIVATE_NETWORK: `127.0.0.1:${world.port}` });
  try {
    const campaign = await seedCampaign(site.database, 'rush', 100);
    const peaks: number[] = [];
    const start = performance.now();
    for (let round = 0; round < ROUNDS; round += 1) peaks.push(await peakOf(site, () => signInAll(site, world, round)));
    const seconds = (performance.now() - start) / 1_000;
    const { rows } = await site.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM pledge WHERE campaign_id = $1 AND proof = 'mastodon'`, [campaign]);
    return [...figuresOf(peaks, seconds, rows[0]?.n ?? 0), ...(await leftOn(world))];
  } finally {
    await site.close();
    await world.close();
  }
}

function figuresOf(peaks: readonly number[], seconds: number, proven: number): Figure[] {
  const [first = NaN, warm = NaN, last = NaN] = [peaks[0], peaks[WARM - 1], peaks.at(-1)];
  return [
    told('sign-ins: in flight at once, to 200 servers', TOGETHER, ''),
    told('sign-ins: there and back, a second', (TOGETHER * ROUNDS) / seconds, '1/s'),
    atMost('sign-ins: not proven at the end', TOGETHER * ROUNDS - proven, 0, ''),
    told('sign-ins: the most memory in the first thousand', first, 'MB'),
    told('sign-ins: in the third', warm, 'MB'),
    atMost('sign-ins: in the eighth, against that', last / warm, 1.1, '×'),
  ];
}

async function leftOn(world: World): Promise<Figure[]> {
  const { applications, tokens } = await world.tell();
  return [
    atMost('sign-ins: applications on a server', applications / SERVERS, 1, ''),
    atMost('sign-ins: tokens that were not given back', tokens, 0, ''),
  ];
}

/** The most resident memory of the site while `work` is done, in MB. */
async function peakOf(site: BenchSite, work: () => Promise<void>): Promise<number> {
  let [peak, working] = [0, true];
  const watching = (async () => {
    while (working) {
      peak = Math.max(peak, await residentMegabytes(site.process));
      await wait(LOOK);
    }
  })();
  await work();
  working = false;
  await watching;
  return peak;
}

/** All leave, all are on their server's page at the same time, all come back. */
async function signInAll(site: BenchSite, world: World, round: number): Promise<void> {
  const dispatcher = new Agent({ connections: TOGETHER, pipelining: 1 });
  const numbers = Array.from({ length: TOGETHER }, (_, n) => n);
  const leaving = await Promise.all(numbers.map((n) => leave(site, dispatcher, n, round)));
  const consented = await Promise.all(leaving.map((traveller) => consent(world, traveller)));
  await Promise.all(consented.map((traveller) => comeBack(dispatcher, traveller)));
  await dispatcher.close();
}

async function leave({ url }: BenchSite, dispatcher: Dispatcher, n: number, round: number): Promise<Traveller> {
  const user = `p${round * (TOGETHER / SERVERS) + Math.floor(n / SERVERS)}`;
  const handle = `${user}@server${n % SERVERS}.example`;
  const pledged = await send(dispatcher, new URL('/c/rush/pledge', url), n, { handle, consent: 'yes' });
  const { pathname } = new URL(pledged.location, url);
  const left = await send(dispatcher, new URL(`${pathname}/sign-in`, url), n, { wish: 'prove' });
  return { n, handle, url: new URL(left.location, url).href, cookie: left.cookie };
}

async function consent(world: World, traveller: Traveller): Promise<Traveller> {
  const { location } = await decide(world, onServer(traveller.url), 'allow', { 'x-browser-of': traveller.handle.split('@')[0] ?? '' });
  if (location === null) throw new Error('The server sent nobody back.');
  return { ...traveller, url: location.href };
}

async function comeBack(dispatcher: Dispatcher, { url, n, cookie }: Traveller): Promise<void> {
  const { location } = await send(dispatcher, new URL(url), n, null, cookie);
  if (!location.includes('proof=proven')) throw new Error('Somebody came back unproven.');
}

/** One request of one browser, which must be answered with a redirect. */
async function send(
  dispatcher: Dispatcher,
  url: URL,
  n: number,
  form: Record<string, string> | null,
  cookie = '',
): Promise<{ location: string; cookie: string }> {
  const headers = { 'x-forwarded-for': `203.0.${n >> 8}.${n & 255}`, ...(cookie !== '' && { cookie }) };
  const posted = form && { method: 'POST' as const, body: new URLSearchParams(form).toString() };
  const type = form && { 'content-type': 'application/x-www-form-urlencoded' };
  const { statusCode, headers: said, body } = await request(url, { dispatcher, ...posted, headers: { ...headers, ...type } });
  await body.dump();
  if (statusCode !== 303) throw new Error(`${url.pathname.split('/').at(-1)} answered ${statusCode}.`);
  return { location: String(said.location ?? ''), cookie: String(said['set-cookie'] ?? '').split(';')[0] ?? '' };
}

/** The server's own address of a page that the site, in a simulated world, shows by its path: `/~host/…`. */
function onServer(shown: string): string {
  const { pathname, search } = new URL(shown);
  return `https:/${pathname.replace('~', '')}${search}`;
}

async function startWorld(): Promise<World> {
  // The servers of the tests are written with more than types to strip.
  const execArgv = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];
  const child = fork(new URL('sign-in-world-process.ts', import.meta.url), { stdio: ['ignore', 2, 2, 'ipc'], execArgv });
  const heard = async (): Promise<WorldWord> => ((await once(child, 'message')) as [WorldWord])[0];
  const ready = await heard();
  const port = ready.type === 'ready' ? ready.port : NaN;
  child.send({ type: 'people', servers: SERVERS, each: (TOGETHER / SERVERS) * ROUNDS } satisfies WorldOrder);
  return {
    address: `localhost:${port}`,
    port,
    async tell() {
      child.send({ type: 'tell' } satisfies WorldOrder);
      const word = await heard();
      if (word.type !== 'told') throw new Error('The world said something else.');
      return word;
    },
    close: () => stop(child),
  };
}
