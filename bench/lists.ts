import { atMost, median, told, type Figure } from './figure.ts';
import { seedCampaign } from './seed.ts';
import { startBenchSite } from './site.ts';

const CAMPAIGNS = 20;
const READINGS = 2_000;
const ROUNDS = 5;
const REQUESTS = 20;

/** What many campaigns at once cost against one of them: nothing is kept, and everything is computed for each answer. */
export async function benchLists(): Promise<Figure[]> {
  const site = await startBenchSite('web');
  try {
    for (let n = 0; n < CAMPAIGNS; n += 1) await seedCampaign(site.database, `list${n}`, READINGS);
    const api = `${site.url}/api/v1/campaigns`;
    const pairs = [
      { name: `API: a page of ${CAMPAIGNS} campaigns`, one: `${api}/list0`, many: api },
      { name: 'home page, against a campaign’s', one: `${site.url}/c/list0`, many: `${site.url}/` },
      { name: `directory page of ${CAMPAIGNS}, against a campaign’s`, one: `${site.url}/c/list0`, many: `${site.url}/campaigns` },
    ];
    const figures: Figure[] = [];
    for (const { name, one, many } of pairs) figures.push(...(await compare(name, one, many)));
    return figures;
  } finally {
    await site.close();
  }
}

async function compare(name: string, one: string, many: string): Promise<Figure[]> {
  await milliseconds(one, 'warm');
  await milliseconds(many, 'warm');
  const rounds: { one: number; many: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({ one: await milliseconds(one, String(round)), many: await milliseconds(many, String(round)) });
  }
  return [
    told(`${name}: one`, median(rounds.map((round) => round.one)), 'ms'),
    told(`${name}: many`, median(rounds.map((round) => round.many)), 'ms'),
    atMost(`${name}: many against one`, median(rounds.map((round) => round.many / round.one)), 3, '×'),
  ];
}

/** The median time of requests that differ in their query, so that none is kept. */
async function milliseconds(url: string, round: string): Promise<number> {
  const times: number[] = [];
  for (let request = 0; request < REQUESTS; request += 1) {
    const start = performance.now();
    const answer = await fetch(`${url}?fresh=${round}-${request}`, { headers: { 'accept-encoding': 'br' } });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}.`);
    times.push(performance.now() - start);
  }
  return median(times);
}
