import autocannon from 'autocannon';
import { DAY, HOUR } from '../src/domain/durations.ts';
import { gapBetween, type Point } from '../src/domain/gap.ts';
import { drawPicture } from '../src/posts/card.ts';
import { pictureFacts, type PictureFacts, type PictureSource } from '../src/posts/picture-facts.ts';
import { PICTURE_KINDS, type Picture, type PictureKind } from '../src/posts/picture-name.ts';
import { atMost, median, told, type Figure } from './figure.ts';
import { seedCampaign } from './seed.ts';
import { freePort, startBenchSite } from './site.ts';

const ROUNDS = 15;
const REQUESTS = 10_000;
const CONNECTIONS = 500;
const NOW = new Date('2023-09-02T12:00:00Z');
const READINGS = 150;

/** Pictures: what drawing one costs, how large it is, and how many are drawn for a crowd. */
export async function benchCards(): Promise<Figure[]> {
  return [...(await drawing()), ...(await crowd())];
}

async function drawing(): Promise<Figure[]> {
  const figures: Figure[] = [];
  const sizes: number[] = [];
  for (const kind of PICTURE_KINDS) {
    for (const size of ['wide', 'square'] as const) {
      const pictures = (['light', 'dark'] as const).map((theme): Picture => ({ kind, language: 'fr', size, theme, format: 'png' }));
      const times: number[] = [];
      await drawn(pictures[0], kind, []);
      for (let round = 0; round < ROUNDS; round += 1) sizes.push(await drawn(pictures[round % 2], kind, times));
      figures.push(atMost(`cards: work for one, ${kind}, ${size}`, median(times), 150, 'ms'));
    }
  }
  return [...figures, atMost('cards: the largest file', Math.max(...sizes) / 1_000, 200, 'kB')];
}

async function drawn(picture: Picture | undefined, kind: PictureKind, times: number[]): Promise<number> {
  if (picture === undefined) throw new Error('There is no picture to draw.');
  const facts = factsOf(kind === 'victory');
  // What all threads did together, so that it does not matter how many cores there are and who else works on them.
  const before = process.cpuUsage();
  const { length } = await drawPicture(facts, picture);
  const { user, system } = process.cpuUsage(before);
  times.push((user + system) / 1_000);
  return length;
}

/** A campaign with as many readings as a graph is drawn from. */
function factsOf(isWon: boolean): PictureFacts {
  const series = (from: number, to: number): Point[] =>
    Array.from({ length: READINGS }, (_, n) => ({ at: new Date(NOW.getTime() - (READINGS - n) * HOUR), count: Math.round(from + ((to - from) * n) / READINGS + 30 * Math.sin(n)) }));
  const [fediverse, x] = [series(2_900, isWon ? 5_900 : 5_090), series(5_850, 5_832)];
  const [own, rival] = [fediverse.at(-1), x.at(-1)];
  const account = (networkName: string, latest: Point | undefined): PictureSource['accounts']['x'] => ({ network: networkName.toLowerCase(), networkName, state: 'ok', count: latest?.count ?? null, latest: latest ?? null });
  const dare = { kind: 'overtake' } as const;
  const source: PictureSource = {
    campaign: {
      slug: 'lelibreedu',
      title: 'Quand @lelibreedu aura plus d’abonnés sur Mastodon que sur X, on en reparlera.',
      language: 'fr',
      state: isWon ? 'won' : 'live',
      dare,
      deadline: new Date(NOW.getTime() + 3 * DAY),
      timeZone: 'Europe/Paris',
      endedAt: isWon ? NOW : null,
    },
    accounts: { fediverse: account('Mastodon', own), x: account('X', rival) },
    series: { fediverse, x },
    gap: gapBetween(own?.count ?? null, rival?.count ?? null),
    milestones: isWon ? [{ kind: 'crossed', at: NOW, value: own?.count ?? null }] : [],
    pledges: { total: 412 },
    now: NOW,
  };
  return pictureFacts(source, { language: 'fr', publicUrl: 'https://chiche.example' });
}

/** A toot with a link spreads: its card is new, and everybody's server asks for it at once. */
async function crowd(): Promise<Figure[]> {
  const metricsPort = await freePort();
  const site = await startBenchSite('web', { METRICS_PORT: String(metricsPort) });
  try {
    await seedCampaign(site.database, 'spread', 100);
    const answer = await fetch(`${site.url}/api/v1/campaigns/spread`);
    const { links } = (await answer.json()) as { links: { card: string } };
    const result = await autocannon({ url: links.card, connections: CONNECTIONS, amount: REQUESTS });
    if (result.non2xx > 0 || result.errors > 0) throw new Error('The card failed under load.');
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    const counts = [...metrics.matchAll(/^chiche_pictures_drawn_total\{[^}]*\} (\d+)$/gm)].map(([, count]) => Number(count));
    const times = counts.reduce((sum, count) => sum + count, 0);
    return [
      atMost(`cards: drawings for ${REQUESTS} requests for a new one`, times === 0 ? NaN : times, 1, ''),
      told('cards: the slowest of these requests', result.latency.max, 'ms'),
    ];
  } finally {
    await site.close();
  }
}
