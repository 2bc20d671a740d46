import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { lelibreedu, type LelibreeduCampaign } from '../../test/support/lelibreedu.ts';
import { ModerationWorld } from '../../test/support/moderation-world.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { CampaignStandings } from '../campaigns/campaign-standing.query.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
import { DAY, HOUR } from '../domain/durations.ts';
import { picturesDrawn } from '../platform/metrics.ts';
import { PageCache } from '../platform/page-cache.ts';
import { linkPicture, type Picture } from './picture-name.ts';
import { Pictures } from './pictures.service.ts';

const CARD = linkPicture('fr');
const GRAPH: Picture = { ...CARD, kind: 'graph', size: 'square', theme: 'dark' };

let site: TestSite;
let known: LelibreeduCampaign;
let campaign: Campaign;
let start: Date;

beforeAll(async () => {
  site = await startTestSite();
  known = await lelibreedu(site);
  start = site.clock.now();
});
afterAll(() => site.close());
beforeEach(async () => {
  site.clock.set(start);
  site.get(PageCache).clear();
  await site.database.dataSource.query('DELETE FROM drawn_picture');
  const found = await site.get(CampaignsQuery).bySlug('lelibreedu');
  if (found === null) throw new Error('The campaign is missing.');
  campaign = found;
});

/** How many pictures `work` draws, in all processes that are played here. */
async function drawnBy(work: () => Promise<unknown>): Promise<number> {
  const count = async (): Promise<number> => (await picturesDrawn.get()).values.reduce((sum, { value }) => sum + value, 0);
  const before = await count();
  await work();
  return (await count()) - before;
}

/** As another process would have it. */
function another(): Pictures {
  return new Pictures(site.database.dataSource, site.get(CampaignsQuery), site.get(CampaignStandings), site.clock, site.config);
}

async function reading(count: number): Promise<void> {
  const at = site.clock.now();
  await new ModerationWorld(site.database.dataSource, site.clock).reading(known.mastodon, count, { at, createdAt: at, source: 'network', status: 'counted' });
}

describe('a picture', () => {
  test('is drawn once for all who want it in all processes', async () => {
    const processes = [another(), another(), another()];
    const drawn = await drawnBy(async () => {
      const bodies = await Promise.all(Array.from({ length: 10 }, () => processes.map((each) => each.picture(campaign, CARD, 0))).flat());
      expect(new Set(bodies.map((body) => body.toString('base64'))).size).toBe(1);
    });
    expect(drawn).toBe(1);
    expect(await drawnBy(() => another().picture(campaign, CARD, 0))).toBe(0);
  });

  test('is drawn once for hundreds who ask the site at once, by any version of its path', async () => {
    const drawn = await drawnBy(async () => {
      const asked = Array.from({ length: 300 }, (_, index) => `/c/lelibreedu/card-fr-${String(index % 7).padStart(12, '0')}.png`);
      const answers = await Promise.all(asked.map((path) => request(site.url).get(path)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    });
    expect(drawn).toBe(1);
  });

  test('is drawn again when what it shows has changed, and only then', async () => {
    const first = await another().picture(campaign, CARD, 0);
    expect(await drawnBy(() => another().picture(campaign, CARD, 5))).toBe(0);
    site.clock.set(new Date(start.getTime() + HOUR));
    await reading(5_400);
    expect(await drawnBy(async () => expect((await another().picture(campaign, CARD, 0)).equals(first)).toBe(false))).toBe(1);
  });
});

describe('a worker', () => {
  test('draws what people want as soon as it has changed, so that nobody waits', async () => {
    const pictures = another();
    await pictures.picture(campaign, CARD, 0);
    await pictures.picture(campaign, GRAPH, 0);
    expect(await pictures.wantedOf([known.x.id])).toEqual(['lelibreedu']);
    site.clock.set(new Date(start.getTime() + 2 * HOUR));
    await reading(5_500);
    expect(await drawnBy(() => another().drawWanted(campaign, 0))).toBe(2);
    expect(await drawnBy(() => pictures.picture(campaign, GRAPH, 0))).toBe(0);
  });

  test('draws nothing that nobody has wanted for a day, whatever it drew itself meanwhile', async () => {
    const pictures = another();
    await pictures.picture(campaign, CARD, 0);
    site.clock.set(new Date(start.getTime() + 20 * HOUR));
    await reading(5_600);
    expect(await drawnBy(() => pictures.drawWanted(campaign, 0))).toBe(1);
    site.clock.set(new Date(start.getTime() + 25 * HOUR));
    await reading(5_700);
    expect(await pictures.wantedOf([known.mastodon.id])).toEqual([]);
    expect(await drawnBy(() => pictures.drawWanted(campaign, 0))).toBe(0);
  });

  test('forgets what nobody has wanted for a month', async () => {
    const pictures = another();
    await pictures.picture(campaign, CARD, 0);
    site.clock.set(new Date(start.getTime() + 10 * DAY));
    await pictures.picture(campaign, GRAPH, 0);
    site.clock.set(new Date(start.getTime() + 31 * DAY));
    await pictures.forget();
    const names = await site.database.dataSource.query<{ name: string }[]>('SELECT name FROM drawn_picture');
    expect(names).toEqual([{ name: 'graph-fr-square-dark.png' }]);
  });
});
