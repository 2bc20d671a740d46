import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith';
import request from 'supertest';
import { lelibreedu, type LelibreeduCampaign } from '../../test/support/lelibreedu.ts';
import { ModerationWorld } from '../../test/support/moderation-world.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { Account } from '../institutions/account.entity.ts';
import { PageCache } from '../platform/page-cache.ts';
import { PROJECT_ROOT } from '../platform/project-root.ts';
import { fromCsvText } from '../readings/csv-text.ts';
import { ReadingsFile } from '../readings/readings-file.service.ts';
import { verifyChains } from '../readings/chain-verification.ts';
import { VERIFY_RECIPE } from './verify-recipe.ts';

const PNG = '89504e470d0a1a0a';

let site: TestSite;
let world: ModerationWorld;
let known: LelibreeduCampaign;

beforeAll(async () => {
  site = await startTestSite();
  world = new ModerationWorld(site.database.dataSource, site.clock);
  known = await lelibreedu(site);
  await world.campaign({ slug: 'submitted', state: 'submitted' });
  await world.campaign({ slug: 'hidden', state: 'live', hiddenAt: site.clock.now() });
});
afterAll(() => site.close());
beforeEach(() => site.get(PageCache).clear());

function get(path: string): request.Test {
  return request(site.url).get(path);
}

/** Width and height, from the header of a PNG (RFC 2083, 4.1.1). */
function sizeOf(png: Buffer): [number, number] {
  expect(png.subarray(0, 8).toString('hex')).toBe(PNG);
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

test.each([
  ...['readings.csv', 'feed.atom', 'feed.rss', 'feed.json'],
  ...['graph.svg', 'graph.png', 'card-fr-0123456789ab.png'],
])('%s is there for public campaigns alone', async (file) => {
  await get(`/c/lelibreedu/${file}`).expect(200).expect('access-control-allow-origin', '*');
  for (const slug of ['submitted', 'hidden', 'nowhere']) await get(`/c/${slug}/${file}`).expect(404);
});

describe('readings.csv', () => {
  test('has every reading that counts, and says that it is free to use', async () => {
    await world.reading(known.x, 9999, { at: new Date('2023-09-02T07:10:00Z') });
    const answer = await get('/c/lelibreedu/readings.csv').expect(200).expect('content-type', /^text\/csv; charset=utf-8/);
    expect(answer.headers['link']).toContain('rel="license"');
    expect(answer.headers['content-disposition']).toBe('attachment; filename=lelibreedu-readings.csv');
    const rows = parse<Record<string, string>>(answer.text, { columns: true });
    expect(rows).toHaveLength(8);
    expect(rows[3]).toEqual({
      account: 'mastodon:lelibreedu@mastodon.mim-libre.fr',
      time: '2023-09-02T07:00:00.000Z',
      count: '5090',
      source: 'import',
      evidence: '',
    });
    expect(rows.map(({ count }) => count)).not.toContain('9999');
  });

  test('of several pages of the database is whole', async () => {
    const account = await world.account(known.campaign.institution, 'mastodon', 'long@social.example');
    await world.campaign({ slug: 'long', state: 'live', dareKind: 'reach', target: 9, fediverseAccount: account, xAccount: null, launchedAt: site.clock.now() });
    await site.database.dataSource.query(
      `INSERT INTO reading (id, account_id, count, at, source, reader, status, created_at)
       SELECT gen_random_uuid(), $1, n, '2022-01-01T00:00:00Z'::timestamptz + n * interval '1 hour', 'network', '', 'counted', now()
       FROM generate_series(1, 2500) AS n`,
      [account.id],
    );
    const { text } = await get('/c/long/readings.csv').expect(200);
    const counts = parse<{ count: string }>(text, { columns: true }).map(({ count }) => Number(count));
    expect(counts).toEqual(Array.from({ length: 2_500 }, (_, n) => n + 1));
  });

  describe('of hostile evidence', () => {
    const hostile = ['=HYPERLINK("https://evil.example";"x")', '+1+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '\n=1', "'=1", '＝1', '"; =1', 'https://archive.example/=1,"2"'];

    async function campaignOf(slug: string, evidence: readonly string[]): Promise<void> {
      const account = await world.account(known.campaign.institution, 'mastodon', `${slug}@social.example`);
      await world.campaign({ slug, state: 'live', dareKind: 'reach', target: 9, fediverseAccount: account, xAccount: null, launchedAt: site.clock.now() });
      for (const [index, evidenceUrl] of evidence.entries()) {
        await world.reading(account, 100 + index, { at: new Date(Date.UTC(2023, 7, 1 + index)), status: 'counted', evidenceUrl });
      }
    }

    test('runs nothing in a spreadsheet, and loses nothing', async () => {
      await campaignOf('hostile', hostile);
      const { text } = await get('/c/hostile/readings.csv').expect(200);
      const rows = parse(text);
      for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r\n＝]/);
      expect(rows.slice(1).map((row) => fromCsvText(row[4] ?? ''))).toEqual(hostile);
    });

    test('gives the same file again where it is imported', async () => {
      await campaignOf('original', ['https://archive.example/=1,"2"', 'https://archive.example/@x?=+-']);
      await campaignOf('copy', []);
      const { text } = await get('/c/original/readings.csv').expect(200);
      const file = text.replaceAll(':original@', ':copy@');
      expect(await site.get(ReadingsFile).import(Readable.from([file]))).toMatchObject({ ok: true, value: { added: 2 } });
      expect((await get('/c/copy/readings.csv').expect(200)).text).toBe(file);
    });
  });

  test('has no body for those who only ask about it', async () => {
    const answer = await request(site.url).head('/c/lelibreedu/readings.csv').expect(200);
    expect(answer.text).toBeFalsy();
  });

  test('has all readings with their chain on demand, as the API tells it', async () => {
    const answer = await get('/c/lelibreedu/readings.csv?chain=1').expect(200);
    expect(answer.headers['content-disposition']).toBe('attachment; filename=lelibreedu-readings-chain.csv');
    const { accounts, problem } = await verifyChains(Readable.from([answer.text]));
    expect(problem).toBeNull();
    expect(accounts.map(({ account, head }) => [account, head.number])).toEqual([
      ['mastodon:lelibreedu@mastodon.mim-libre.fr', 4],
      ['x:lelibreedu', 5],
    ]);
    const campaign = (await get('/api/v1/campaigns/lelibreedu').expect(200)).body as { institution: { accounts: { chain: unknown }[] } };
    const heads = accounts.map(({ head }) => ({ number: head.number, checksum: head.checksum.toString('hex') }));
    expect(campaign.institution.accounts.map(({ chain }) => chain)).toEqual(heads);
    expect(answer.text).not.toContain('9999');
  });

  test('can be verified by whoever reads how we count', async () => {
    const page = (await get('/about/method?lang=en').expect(200)).text;
    const document = readFileSync(join(PROJECT_ROOT, 'docs', 'readings-file.md'), 'utf8');
    expect(document).toContain(`\`\`\`python\n${VERIFY_RECIPE}\n\`\`\``);
    expect(page).toContain('readings verify new.csv --against old.csv');
    expect(page).toContain('sha(checksum + digest)');
  });
});

describe('feeds', () => {
  test('tell the milestones of a campaign', async () => {
    const atom = parseAtomFeed((await get('/c/lelibreedu/feed.atom').expect('content-type', /^application\/atom\+xml/).buffer(true)).text);
    expect(atom.entries?.map(({ id }) => id)).toEqual(expect.arrayContaining([expect.stringMatching(/:lelibreedu\/launched$/)]));
    const rss = parseRssFeed((await get('/c/lelibreedu/feed.rss').expect('content-type', /^application\/rss\+xml/).buffer(true)).text);
    expect(rss.items?.length).toBe(atom.entries?.length);
    const json = parseJsonFeed((await get('/c/lelibreedu/feed.json').expect('content-type', /^application\/feed\+json/)).body as object);
    expect(json.items?.length).toBe(atom.entries?.length);
  });

  test('tell those of all public campaigns', async () => {
    const { body } = await get('/feed.json?lang=fr').expect(200).expect('content-language', 'fr');
    const feed = parseJsonFeed(body as object);
    expect(feed.items?.length).toBeGreaterThan(1);
    expect(feed.items?.every(({ url }) => url === `${site.url}/c/lelibreedu`)).toBe(true);
  });

  test('are fetched again only when something happened', async () => {
    for (const path of ['/feed.atom', '/c/lelibreedu/feed.atom', '/c/lelibreedu/feed.rss', '/c/lelibreedu/feed.json']) {
      const { headers } = await get(path).expect(200);
      expect(headers['cache-control']).toMatch(/^public, max-age=\d+/);
      await get(path).set('if-none-match', headers['etag'] ?? '').expect(304);
    }
    const { headers } = await get('/c/lelibreedu/feed.atom');
    await site.database.dataSource.query(
      `INSERT INTO milestone (id, campaign_id, kind, at) SELECT gen_random_uuid(), id, 'fell-back', $1 FROM campaign WHERE slug = 'lelibreedu'`,
      [site.clock.now()],
    );
    site.get(PageCache).clear();
    await get('/c/lelibreedu/feed.atom').set('if-none-match', headers['etag'] ?? '').expect(200);
  });

  test('name absolute addresses alone', async () => {
    for (const path of ['/feed.atom', '/feed.rss', '/c/lelibreedu/feed.atom', '/c/lelibreedu/feed.rss']) {
      const { text } = await get(path).buffer(true);
      const addresses = [...text.matchAll(/(?:href="|<link>)([^"<]+)/g)].map(([, address = '']) => address);
      expect(addresses.length).toBeGreaterThan(1);
      for (const address of addresses) expect(address.startsWith(`${site.url}/`)).toBe(true);
    }
  });

  test('come in three formats', async () => {
    await get('/feed.xml').expect(404);
    await get('/c/lelibreedu/feed.pdf').expect(404);
  });
});

describe('the graph', () => {
  test('as SVG speaks the language of the campaign, or the one asked for', async () => {
    const own = await get('/c/lelibreedu/graph.svg').set('accept-language', 'en').expect(200).expect('content-language', 'fr');
    expect(own.headers['content-type']).toBe('image/svg+xml; charset=utf-8');
    const svg = (own.body as Buffer).toString();
    expect(svg).toMatch(/^<svg [^>]*xmlns=/);
    const english = await get('/c/lelibreedu/graph.svg?lang=en&theme=dark').expect('content-language', 'en');
    expect((english.body as Buffer).toString()).not.toBe(svg);
  });

  test('may bring its own style and load nothing', async () => {
    const { headers } = await get('/c/lelibreedu/graph.svg');
    expect(headers['content-security-policy']).toContain("default-src 'none'; style-src 'unsafe-inline'");
    expect(headers['cross-origin-resource-policy']).toBe('cross-origin');
  });

  test('of a part of the time shows that part', async () => {
    const { body } = await get('/c/lelibreedu/graph.svg?lang=en&from=2023-08-31&to=2023-09-02');
    const svg = (body as Buffer).toString();
    expect(svg).toContain('From 31 August 2023 to 1 September 2023');
    expect(svg).not.toContain('5,090');
  });

  test('of a part of the time in which nothing was read says so', async () => {
    const { body } = await get('/c/lelibreedu/graph.svg?lang=en&from=2025-01-01&to=2025-01-02').expect(200);
    const svg = (body as Buffer).toString();
    expect(svg).toContain('There is no reading in this period.');
    expect(svg).not.toContain('on its way');
  });

  test.each(['theme=red', 'lang=de', 'from=yesterday', 'from=2023-09-02&to=2023-09-01'])('is not to be had with %s', async (query) => {
    const { text } = await get(`/c/lelibreedu/graph.svg?${query}`).set('accept-language', 'en').expect(400).expect('cache-control', /no-store/);
    expect(text).toContain('theme (auto, light or dark');
  });

  test('is asked for in the same words as SVG and as PNG, by whole hours', async () => {
    const part = 'from=2023-08-31&to=2023-09-02';
    const [whole, some, rounded] = await Promise.all(
      ['', `?${part}`, '?from=2023-08-31T00:20:00Z&to=2023-09-01T23:40:00Z'].map(async (query) => (await get(`/c/lelibreedu/graph.png${query}`).expect(200)).body as Buffer),
    );
    expect(sizeOf(some ?? Buffer.alloc(0))[0]).toBe(1_320);
    expect(some?.equals(whole ?? Buffer.alloc(0))).toBe(false);
    expect(rounded?.equals(some ?? Buffer.alloc(0))).toBe(true);
    for (const query of ['theme=auto', 'theme=red', 'from=yesterday', 'from=2023-09-02&to=2023-09-01']) {
      await get(`/c/lelibreedu/graph.png?${query}`).expect(400);
    }
  });

  test('is not drawn without end for those who think of ever other ranges', async () => {
    const ask = (minute: number): request.Test => get(`/c/lelibreedu/graph.png?from=2023-08-31T00:${String(minute).padStart(2, '0')}:00Z&to=2023-09-01`);
    const answers = await Promise.all(Array.from({ length: 60 }, (_, minute) => ask(minute)));
    expect(answers.map(({ status }) => status)).toContain(429);
    expect(answers.find(({ status }) => status === 429)?.headers['retry-after']).toMatch(/^\d+$/);
    site.clock.advance(10 * 60_000);
    await get('/c/lelibreedu/graph.png?from=2023-08-31T01:00:00Z&to=2023-09-01').expect(200);
  });

  test('as PNG is large enough for dense screens', async () => {
    const { body } = await get('/c/lelibreedu/graph.png?theme=dark').expect(200).expect('content-type', 'image/png');
    expect(sizeOf(body as Buffer)[0]).toBe(1_320);
  });
});

describe('pictures', () => {
  test('the card is of the size that previews want, whatever the version in its path', async () => {
    const { body } = await get('/api/v1/campaigns/lelibreedu');
    const { pathname } = new URL((body as { links: { card: string } }).links.card);
    const current = await get(pathname).expect(200).expect('content-type', 'image/png').expect('content-language', 'fr');
    expect(sizeOf(current.body as Buffer)).toEqual([1_200, 630]);
    const old = await get('/c/lelibreedu/card-fr-000000000000.png').expect(200);
    expect((old.body as Buffer).equals(current.body as Buffer)).toBe(true);
    const english = await get('/c/lelibreedu/card-en-000000000000.png').expect('content-language', 'en');
    expect((english.body as Buffer).equals(current.body as Buffer)).toBe(false);
  });

  test('come as squares, in the dark, and as drawings of outlines', async () => {
    const { body } = await get('/c/lelibreedu/graph-en-square-dark-000000000000.png').expect(200);
    expect(sizeOf(body as Buffer)).toEqual([1_080, 1_080]);
    const svg = await get('/c/lelibreedu/graph-en-square-dark-000000000000.svg').expect(200).expect('content-type', /^image\/svg\+xml/);
    expect(svg.headers['content-security-policy']).toContain("default-src 'none'");
    expect(String(svg.body)).toContain('Mastodon: 5,090.');
  });

  test('of no such name are nowhere', async () => {
    for (const name of ['card-fr.png', 'card-pt-000000000000.png', 'poster-fr-000000000000.png', 'graph-fr-000000000000.gif']) await get(`/c/lelibreedu/${name}`).expect(404);
  });

  test('the score is a badge with the numbers, in the theme that is asked for', async () => {
    const { body } = await get('/c/lelibreedu/score.svg?lang=en&theme=dark').expect(200).expect('content-language', 'en');
    expect(String(body)).toMatch(/<title>[^<]*Mastodon: 5,090\. X: 5,840\.[\s\S]*>5,090<[\s\S]*>5,840</);
    expect(String(body)).not.toContain('<style>');
    await get('/c/lelibreedu/score.svg?theme=pink').expect(400);
  });
});

describe('oEmbed', () => {
  const ask = (query: Record<string, string>): request.Test => get(`/oembed?${String(new URLSearchParams({ url: `${site.url}/c/lelibreedu`, ...query }))}`);

  test('gives a frame without scripts, in the language of the campaign or of the address', async () => {
    const { body } = await ask({}).expect(200).expect('content-type', /^application\/json/).expect('access-control-allow-origin', '*');
    expect(body).toMatchObject({ version: '1.0', type: 'rich', provider_url: site.url, width: 600, height: 880, thumbnail_width: 1200, thumbnail_height: 630 });
    const { html, thumbnail_url: thumbnail } = body as { html: string; thumbnail_url: string };
    expect(html).toContain(`<iframe src="${site.url}/c/lelibreedu/embed?lang=fr" `);
    expect(html).toContain(' sandbox="allow-popups allow-popups-to-escape-sandbox" ');
    expect(html).not.toMatch(/<script|javascript:/);
    await get(new URL(thumbnail).pathname).expect(200);
    const english = await ask({ url: `${site.url}/c/lelibreedu?lang=en` }).expect(200);
    expect((english.body as { html: string }).html).toContain('/embed?lang=en"');
  });

  test.each([
    [{ maxwidth: '320', maxheight: '1000' }, { width: 320, height: 1000 }],
    [{ maxwidth: '1200' }, { width: 900, height: 630 }],
    [{ maxwidth: '400', maxheight: '700' }, { width: 400, height: 580 }],
    [{ maxwidth: '400', maxheight: '200' }, { width: 400, height: 200 }],
  ])('in %j gives %j', async (room, size) => {
    const { body } = await ask(room).expect(200);
    expect(body).toMatchObject(size);
  });

  test('tells what it cannot do', async () => {
    await ask({ format: 'xml' }).expect(501);
    await ask({ url: 'https://elsewhere.example/c/lelibreedu' }).expect(404);
    await ask({ url: `${site.url}/c/submitted` }).expect(404);
    await ask({ url: `${site.url}/about/legal` }).expect(404);
    await ask({ url: 'lelibreedu' }).expect(400);
    await ask({ maxwidth: '-1' }).expect(400);
  });
});

describe('frames', () => {
  test('show themes and sizes, and are the only page that may be framed', async () => {
    const dark = await get('/c/lelibreedu/embed?theme=dark&size=small').expect(200).expect('content-security-policy', /frame-ancestors \*/);
    expect(dark.text).toMatch(/<html lang="\w+" data-theme="dark">/);
    expect(dark.text).not.toContain('class="graph');
    expect(dark.text).not.toContain('<script');
    const usual = await get('/c/lelibreedu/embed').expect(200);
    expect(usual.text).not.toContain('data-theme');
    expect(usual.text).toContain('class="graph');
    await get('/c/lelibreedu/embed?theme=pink').expect(400);
    for (const path of ['', '/press', '/poster', '/share']) await get(`/c/lelibreedu${path}`).expect(200).expect('content-security-policy', /frame-ancestors 'none'/).expect('x-frame-options', /deny/i);
  });
});

test('the press kit has numbers with their sources, pictures that are there, and how to cite', async () => {
  const { text } = await get('/c/lelibreedu/press?lang=en').expect(200);
  expect(text).toMatch(/5,090[\s\S]*5,840[\s\S]*imported reading/);
  expect(text).toContain('CC0');
  const files = [...new Set([...text.matchAll(/(?:href|src)="(\/c\/lelibreedu\/[^"]*\.(?:png|svg))"/g)].map(([, path]) => path ?? ''))];
  expect(files).toHaveLength(16);
  for (const file of files.filter((path) => !path.includes('square'))) await get(file).expect(200);
});

describe('the picture of an account', () => {
  test('is kept by those who saw it', async () => {
    const picture = Buffer.from(`${PNG}00`, 'hex');
    await site.database.dataSource.getRepository(Account).update({ id: known.mastodon.id }, { picture });
    const path = `/accounts/${known.mastodon.id}/picture.png`;
    const { body, headers } = await get(path).expect(200).expect('content-type', 'image/png');
    expect((body as Buffer).equals(picture)).toBe(true);
    expect(headers['cache-control']).toContain('max-age=86400');
    await get(path).set('if-none-match', headers['etag'] ?? '').expect(304);
  });

  test.each(['not-an-id', '01890000-0000-7000-8000-000000000000'])('of %s is nowhere', async (id) => {
    await get(`/accounts/${id}/picture.png`).expect(404);
  });

  test('that has none is nowhere', async () => {
    await get(`/accounts/${known.x.id}/picture.png`).expect(404);
  });
});
