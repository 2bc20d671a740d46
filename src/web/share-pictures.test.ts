import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { addCampaign, addReadings } from '../../test/support/seed.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { POST_LANGUAGES } from '../platform/text.ts';

let site: TestSite;
let campaign: Campaign;

beforeAll(async () => {
  site = await startTestSite();
  const now = site.clock.now();
  campaign = await addCampaign(site.database.dataSource, { now, title: 'Plus sur Mastodon', language: 'fr' });
  await addReadings(site.database.dataSource, campaign.fediverseAccount, [[now.toISOString(), 5_090]]);
  await addReadings(site.database.dataSource, campaign.xAccount, [[now.toISOString(), 5_840]]);
});
afterAll(() => site.close());

async function read(path: string, language = 'en'): Promise<string> {
  return (await request(site.url).get(path).set('accept-language', language).expect(200)).text;
}

/** The part of the page that begins with this heading. */
function section(html: string, id: string): string {
  return new RegExp(`<section[^>]* aria-labelledby="${id}">[^]*?</section>`).exec(html)?.[0] ?? '';
}

const BEHIND = { fr: '750 abonnés d’écart', en: '750 followers behind', de: '750 Follower Rückstand', es: '750 seguidores por detrás', it: '750 follower di svantaggio' };

test.each(POST_LANGUAGES)('the picture to add to a post, and its words, are in the language of the post: %s', async (language) => {
  const html = await read(`/c/${campaign.slug}/share?in=${language}`);
  const kit = section(html, 'picture');
  const [path = ''] = new RegExp(`/c/${campaign.slug}/card-${language}-[0-9a-f]{12}\\.png`).exec(kit) ?? [];
  expect(kit).toContain(`<img src="${path}"`);
  expect(kit).toContain(`href="${path}" download`);
  expect(kit).toContain(`<div lang="${language}">`);
  expect(kit).toContain(BEHIND[language]);
  const picture = await request(site.url).get(path).expect(200);
  expect(picture.headers).toMatchObject({ 'content-type': 'image/png', 'content-language': language });
  const svg = await request(site.url).get(path.replace('card', 'graph').replace('.png', '.svg')).expect(200);
  expect(String(svg.body)).toContain(BEHIND[language].slice(1));
});

test('the card that a link shows is still the one of the page, whose languages are fewer', async () => {
  const preview = section(await read(`/c/${campaign.slug}/share?in=de`), 'preview');
  const page = await read(`/c/${campaign.slug}`, 'de');
  const [, linked = ''] = /<meta property="og:image" content="https?:\/\/[^/"]+([^"]+)"/.exec(page) ?? [];
  expect(linked).toMatch(/\/card-(fr|en)-/);
  expect(preview).toContain(linked);
  expect(preview).not.toContain(BEHIND.de);
});

test.each(['card-pt', 'graph-nl-square', 'victory-DE'])('a language that nobody speaks here has no %s', async (name) => {
  await request(site.url).get(`/c/${campaign.slug}/${name}-0123456789ab.png`).expect(404);
});
