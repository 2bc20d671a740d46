import { mastodonAnswer, startCrowd, type CrowdAnswer, type CrowdRequest } from '../test/support/crowd.ts';

/** How a crowd answers, as shares of its answers; milliseconds. */
export interface CrowdManners {
  usual: [number, number];
  slow: [number, number];
  slowShare: number;
  failingShare: number;
  limitedShare: number;
}

export type CrowdOrder = { type: 'manners'; manners: CrowdManners } | { type: 'tell' };
export type CrowdWord = { type: 'ready'; port: number } | { type: 'told'; requests: number; mostAtOnce: number };

const RETRY_AFTER_SECONDS = 60;

let manners: CrowdManners | null = null;
let seed = 1;

/** A number from 0 to 1, the same in every run (mulberry32). */
function random(): number {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

function between([least, most]: [number, number]): number {
  return least + random() * (most - least);
}

function answerTo({ host, path, method }: CrowdRequest): CrowdAnswer | null {
  if (manners === null) return null;
  const after = between(random() < manners.slowShare ? manners.slow : manners.usual);
  if (path.startsWith('/.well-known/webfinger?')) return { ...mastodonAnswer({ host, path, method }, () => 0), after };
  if (!path.startsWith('/api/')) return { status: 404, after };
  const luck = random();
  if (luck < manners.failingShare) return { status: 503, after };
  if (luck < manners.failingShare + manners.limitedShare) {
    return { status: 429, headers: { 'retry-after': String(RETRY_AFTER_SECONDS) }, after };
  }
  const user = new URLSearchParams(path.split('?')[1]).get('acct') ?? '';
  return { status: 200, after, body: profile(user, host) };
}

/** As long as a real answer. */
function profile(user: string, host: string): Record<string, unknown> {
  const [uri, url] = [`https://${host}/users/${user}`, `https://${host}/@${user}`];
  const note = '<p>Les nouvelles d’une institution publique, par elle-même.</p>'.repeat(8);
  const fields = Array.from({ length: 4 }, (_, index) => ({ name: `Lien ${index}`, value: `<a href="${url}/${index}">${url}</a>`, verified_at: null }));
  return { id: `1${user.slice(1)}`, username: user, acct: user, uri, url, display_name: user, note, fields, followers_count: 1_000 + user.length };
}

const crowd = await startCrowd();
crowd.answer = answerTo;
process.on('message', (order: CrowdOrder) => {
  if (order.type === 'manners') {
    manners = order.manners;
    crowd.requests.length = 0;
    seed = 1;
    return;
  }
  const lookups = crowd.requests.filter(({ path }) => path.startsWith('/api/')).length;
  process.send?.({ type: 'told', requests: lookups, mostAtOnce: crowd.mostAtOnce() } satisfies CrowdWord);
});
process.send?.({ type: 'ready', port: crowd.address.port } satisfies CrowdWord);
