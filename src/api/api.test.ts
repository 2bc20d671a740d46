import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import type { ZodType } from 'zod';
import { lelibreedu, type LelibreeduCampaign } from '../../test/support/lelibreedu.ts';
import { ModerationWorld } from '../../test/support/moderation-world.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { KeyRing } from '../platform/key-ring.ts';
import { PageCache } from '../platform/page-cache.ts';
import { LANGUAGES } from '../platform/text.ts';
import { Invitations, type Invitation } from '../pledges/invitations.service.ts';
import { OpenPledges } from '../pledges/open-pledges.service.ts';
import { Reading } from '../readings/reading.entity.ts';
import { campaignListSchema, campaignSchema } from './campaign.schema.ts';
import { networkListSchema } from './network.schema.ts';
import { pledgeSchema } from './pledge.schema.ts';
import { problemSchema } from './problem.ts';
import { readingListSchema } from './reading.schema.ts';

let site: TestSite;
let world: ModerationWorld;
let known: LelibreeduCampaign;

beforeAll(async () => {
  site = await startTestSite();
  world = new ModerationWorld(site.database.dataSource, site.clock);
  known = await lelibreedu(site);
});
afterAll(() => site.close());
beforeEach(() => site.get(PageCache).clear());

/** The body of an answer, which must be just what its schema says. */
async function read<T>(path: string, schema: ZodType<T>): Promise<T> {
  const answer = await request(site.url).get(path);
  expect(answer.status).toBe(200);
  expect(answer.type).toBe('application/json');
  expect(answer.headers['access-control-allow-origin']).toBe('*');
  const parsed = schema.parse(answer.body);
  expect(parsed).toEqual(answer.body);
  return parsed;
}

/** A problem that is just what its schema says. */
async function refused(answering: request.Test, status: number, type: string) {
  const answer = await answering;
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer.headers['cache-control']).toBe('no-store');
  const problem = problemSchema.parse(answer.body);
  expect(problem).toEqual(answer.body);
  expect(problem).toMatchObject({ type: `${site.url}/problems/${type}`, status });
  return { problem, headers: answer.headers };
}

function pledge(body: object | string, slug = 'lelibreedu'): request.Test {
  return request(site.url).post(`/api/v1/campaigns/${slug}/pledges`).set('content-type', 'application/json').send(body);
}

describe('a campaign', () => {
  test('reads as it stands', async () => {
    const campaign = await read('/api/v1/campaigns/lelibreedu', campaignSchema);
    expect(campaign).toMatchObject({
      slug: 'lelibreedu',
      language: 'fr',
      state: 'live',
      dare: { kind: 'overtake' },
      institution: {
        country: 'FR',
        accounts: [
          {
            network: 'mastodon',
            handle: '@lelibreedu@mastodon.mim-libre.fr',
            followers: { count: 5090, readAt: '2023-09-02T07:00:00.000Z', source: 'import' },
          },
          { network: 'x', handle: '@lelibreedu', followers: { count: 5840 } },
        ],
      },
      gap: { fediverse: 5090, x: 5840, difference: 750, leader: 'x' },
      pledges: { total: 0, verified: 0, kept: 0, nextRelease: null },
    });
    expect(campaign.milestones.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['launched', 'half']));
    // At 4,500 against 5,844, as the page and the feed tell it.
    expect(campaign.milestones.find(({ kind }) => kind === 'half')?.value).toBe(1_344);
    expect(campaign.forecast?.crossesOn.slice(0, 7)).toBe('2023-09');
    for (const link of Object.values(campaign.links)) await request(link).get('').expect(200);
  });

  test('whose counts nobody has read has none, not zero', async () => {
    await world.campaign({ slug: 'unread', state: 'live', launchedAt: site.clock.now() });
    const campaign = await read('/api/v1/campaigns/unread', campaignSchema);
    expect(campaign.institution.accounts.map(({ followers }) => followers)).toEqual([null, null]);
    expect(campaign).toMatchObject({ gap: null, forecast: null });
  });

  test('tells what became of its accounts, and no gap to a number that nobody can see', async () => {
    const institution = await world.institution();
    const moved = await world.account(institution, 'mastodon', 'old@social.example', { state: 'moved', newHandle: 'new@elsewhere.example' });
    const hidden = await world.account(institution, 'x', 'hiding', { state: 'hidden' });
    const fields = { institution, fediverseAccount: moved, xAccount: hidden, launchedAt: site.clock.now() };
    await world.campaign({ ...fields, slug: 'moved', state: 'live' });
    await world.campaign({ ...fields, slug: 'moved-and-over', state: 'ended', endedAt: site.clock.now() });
    for (const account of [moved, hidden]) await world.reading(account, 1_000, { status: 'counted', at: site.clock.now() });
    const campaign = await read('/api/v1/campaigns/moved', campaignSchema);
    expect(campaign.institution.accounts).toMatchObject([
      { handle: '@old@social.example', state: 'moved', newHandle: '@new@elsewhere.example', followers: { count: 1_000 } },
      { handle: '@hiding', state: 'hidden', newHandle: null, followers: { count: 1_000 } },
    ]);
    expect(campaign).toMatchObject({ gap: null, forecast: null });
    const over = await read('/api/v1/campaigns/moved-and-over', campaignSchema);
    expect(over.gap).toMatchObject({ fediverse: 1_000, x: 1_000, leader: 'tie' });
  });

  test('that is over stays as it was, and foretells nothing', async () => {
    const { fediverseAccount, xAccount } = known.campaign;
    const endedAt = new Date('2023-09-01T20:00:00Z');
    const shared = { fediverseAccount, xAccount, institution: known.campaign.institution, launchedAt: known.campaign.launchedAt };
    await world.campaign({ ...shared, slug: 'over', state: 'ended', endedAt });
    const campaign = await read('/api/v1/campaigns/over', campaignSchema);
    expect(campaign).toMatchObject({ state: 'ended', gap: { fediverse: 4500, x: 5844 }, forecast: null });
  });

  test('with a target says so', async () => {
    await world.campaign({ slug: 'reach', state: 'live', dareKind: 'reach', target: 1000, xAccount: null, launchedAt: site.clock.now() });
    const campaign = await read('/api/v1/campaigns/reach', campaignSchema);
    expect(campaign.dare).toEqual({ kind: 'reach', target: 1000 });
    expect(campaign.institution.accounts).toHaveLength(1);
  });

  test.each(['submitted', 'approved', 'rejected'] as const)('that is %s is unknown', async (state) => {
    await world.campaign({ slug: state, state });
    await refused(request(site.url).get(`/api/v1/campaigns/${state}`), 404, 'no-such-campaign');
  });

  test('that was hidden is unknown', async () => {
    await world.campaign({ slug: 'hidden', state: 'live', hiddenAt: site.clock.now() });
    await refused(request(site.url).get('/api/v1/campaigns/hidden'), 404, 'no-such-campaign');
    await refused(request(site.url).get('/api/v1/campaigns/hidden/readings'), 404, 'no-such-campaign');
  });

  test('is sent once for everyone: compressed, with an ETag', async () => {
    const first = await request(site.url).get('/api/v1/campaigns/lelibreedu').set('accept-encoding', 'br');
    expect(first.headers['content-encoding']).toBe('br');
    expect(first.headers['cache-control']).toBe('public, max-age=4');
    const tag = first.headers['etag'] ?? '';
    await request(site.url).get('/api/v1/campaigns/lelibreedu').set({ 'accept-encoding': 'br', 'if-none-match': tag }).expect(304);
  });
});

describe('the list of campaigns', () => {
  test('has pages', async () => {
    for (let n = 0; n < 25; n += 1) await world.campaign({ slug: `many-${n}`, title: `Nombreux ${n}`, state: 'live', launchedAt: site.clock.now() });
    const first = await read('/api/v1/campaigns?q=Nombreux', campaignListSchema);
    expect(first).toMatchObject({ page: 1, pages: 2, total: 25 });
    expect(first.items).toHaveLength(20);
    const last = await read('/api/v1/campaigns?q=Nombreux&page=9', campaignListSchema);
    expect(last).toMatchObject({ page: 2, pages: 2, total: 25 });
    expect(last.items).toHaveLength(5);
  });

  test('can be searched by words, state and language', async () => {
    await world.campaign({ slug: 'english', title: 'More on Mastodon', language: 'en', state: 'won', endedAt: site.clock.now() });
    const slugs = async (query: string) => (await read(`/api/v1/campaigns?${query}`, campaignListSchema)).items.map(({ slug }) => slug);
    expect(await slugs('q=num%C3%A9rique')).toContain('lelibreedu');
    expect(await slugs('lang=en')).toEqual(['english']);
    expect(await slugs('state=won')).toEqual(['english']);
    expect(await slugs('q=100%25')).toEqual([]);
  });

  test('that is empty has one page', async () => {
    expect(await read('/api/v1/campaigns?q=nowhere', campaignListSchema)).toEqual({ items: [], page: 1, pages: 1, total: 0 });
  });

  test('takes an empty parameter for none', async () => {
    expect((await read('/api/v1/campaigns?q=&state=&lang=&page=', campaignListSchema)).total).toBeGreaterThan(1);
  });

  test.each(['page=0', 'page=x', 'page=1.5', 'state=approved', 'lang=de', 'q=a&q=b', `q=${'a'.repeat(201)}`])(
    'does not take %s',
    async (query) => {
      const { problem } = await refused(request(site.url).get(`/api/v1/campaigns?${query}`), 400, 'invalid-query');
      expect(problem.errors?.map(({ pointer }) => pointer)).toEqual([query.split('=')[0]]);
    },
  );
});

describe('readings', () => {
  const path = '/api/v1/campaigns/lelibreedu/readings';

  test('say when, how many and how it is known, in order of time', async () => {
    const readings = await read(path, readingListSchema);
    expect(readings).toMatchObject({ page: 1, pages: 1, total: 8 });
    expect(readings.items[0]).toMatchObject({ at: '2023-08-30T18:00:00.000Z', source: 'import', status: 'counted' });
    expect(readings.items.filter(({ network }) => network === 'x').at(-1)).toEqual({
      network: 'x',
      handle: '@lelibreedu',
      at: '2023-09-02T07:00:00.000Z',
      count: 5840,
      source: 'import',
      evidence: 'https://web.archive.org/web/2023/https://x.com/lelibreedu',
      status: 'counted',
      number: 4,
      replaces: null,
      replacedBy: null,
    });
  });

  test('that wait for a second person are not public', async () => {
    await world.reading(known.x, 9999, { at: new Date('2023-09-02T07:10:00Z') });
    const { items } = await read(path, readingListSchema);
    expect(items.map(({ count }) => count)).not.toContain(9999);
  });

  test('of a period are within it', async () => {
    const { items } = await read(`${path}?from=2023-08-31&to=2023-09-01T20:00:00%2B02:00`, readingListSchema);
    expect(items.map(({ count }) => count).sort()).toEqual([3800, 4500, 5844, 5848]);
  });

  test('of a quiet campaign are all told, however close to each other, and the answer says so', async () => {
    const [institution, launchedAt] = [known.campaign.institution, new Date('2023-01-01T00:00:00Z')];
    const mastodon = await world.account(institution, 'mastodon', 'quiet@mastodon.mim-libre.fr');
    await world.campaign({ slug: 'quiet', institution, fediverseAccount: mastodon, xAccount: null, state: 'live', dareKind: 'reach', target: 9_000, launchedAt });
    const times = ['2023-01-01T12:00:00Z', '2023-09-02T06:00:00Z', '2023-09-02T06:01:00Z', '2023-09-02T06:02:00Z'];
    for (const [count, at] of times.entries()) await world.reading(mastodon, count, { status: 'counted', source: 'import', at: new Date(at) });
    const quiet = '/api/v1/campaigns/quiet/readings';
    const all = await read(quiet, readingListSchema);
    expect(all).toMatchObject({ step: null, total: 4, items: [0, 1, 2, 3].map((count) => ({ count })) });
    expect(await read(`${quiet}?from=2023-09-02&to=2023-09-02T06:01:00Z`, readingListSchema)).toMatchObject({ step: null, items: [{ count: 1 }, { count: 2 }] });
    expect(await read(`${quiet}?step=1d`, readingListSchema)).toMatchObject({ step: 86_400, items: [{ count: 0 }, { count: 3 }] });
  });

  test('that are too many for an answer are thinned, and it says how', async () => {
    const [institution, launchedAt] = [known.campaign.institution, new Date('2023-08-01T00:00:00Z')];
    const mastodon = await world.account(institution, 'mastodon', 'busy@mastodon.mim-libre.fr');
    await world.campaign({ slug: 'busy', institution, fediverseAccount: mastodon, xAccount: null, state: 'live', dareKind: 'reach', target: 9_000, launchedAt });
    await site.database.dataSource.query(
      `INSERT INTO reading (id, account_id, at, count, source, reader, status, created_at)
       SELECT gen_random_uuid(), $1, $2::timestamptz + n * interval '1 minute', n, 'network', '', 'counted', $2 FROM generate_series(1, 1001) AS n`,
      [mastodon.id, launchedAt],
    );
    const busy = '/api/v1/campaigns/busy/readings';
    const thinned = await read(busy, readingListSchema);
    expect(thinned.step).toBe(3_600);
    expect(thinned.total).toBeLessThan(20);
    expect(await read(`${busy}?from=2023-08-01T00:02:00Z`, readingListSchema)).toMatchObject({ step: null, pages: 2, total: 1_000 });
  });

  test('come one for each step, the last one', async () => {
    const { items } = await read(`${path}?from=2023-08-30&to=2023-09-03&step=2d`, readingListSchema);
    const counts = items.filter(({ network }) => network === 'mastodon').map(({ count }) => count);
    // The first reading of all is always told.
    expect(counts).toEqual([2900, 3800, 5090]);
  });

  test('that were corrected are told to those who ask for all', async () => {
    const wrong = await world.reading(known.x, 8_540, { status: 'replaced', at: new Date('2023-09-01T08:00:00Z') });
    await world.reading(known.x, 5_845, { status: 'counted', at: new Date('2023-09-01T08:00:00Z'), replacesId: wrong.id });
    const statusOf = async (query: string) =>
      (await read(`${path}?${query}`, readingListSchema)).items.find(({ count }) => count === 8_540)?.status;
    expect(await statusOf('status=all')).toBe('replaced');
    expect(await statusOf('status=all&from=2023-09-01&step=1d')).toBe('replaced');
    expect(await statusOf('status=all&from=2023-09-02')).toBeUndefined();
    expect(await statusOf('')).toBeUndefined();
    const corrections = (await read(`${path}?status=all`, readingListSchema)).items.filter(({ at }) => at === '2023-09-01T08:00:00.000Z');
    const told = corrections.map(({ count, status, number, replaces, replacedBy }) => ({ count, status, number, replaces, replacedBy }));
    const number = told.find(({ count }) => count === 8_540)?.number ?? 0;
    expect(told.toSorted((one, other) => one.number - other.number)).toEqual([
      { count: 8_540, status: 'replaced', number, replaces: null, replacedBy: number + 1 },
      { count: 5_845, status: 'counted', number: number + 1, replaces: number, replacedBy: null },
    ]);
    expect((await read(path, readingListSchema)).items.find(({ count }) => count === 5_845)).toMatchObject({ replaces: number });
    await refused(request(site.url).get(`${path}?status=pending`), 400, 'invalid-query');
  });

  test('that were struck out are told as such to those who ask for all', async () => {
    const struck = await world.reading(known.mastodon, 99_000, { status: 'struck', source: 'network', at: new Date('2023-09-01T09:00:00Z') });
    const { items } = await read(`${path}?status=all`, readingListSchema);
    expect(items.find(({ count }) => count === 99_000)).toMatchObject({ status: 'struck', replaces: null, replacedBy: null });
    expect((await read(path, readingListSchema)).items.some(({ count }) => count === 99_000)).toBe(false);
    await site.database.dataSource.getRepository(Reading).update({ id: struck.id }, { status: 'rejected' });
    site.get(PageCache).clear();
    expect((await read(`${path}?status=all`, readingListSchema)).items.some(({ count }) => count === 99_000)).toBe(false);
  });

  test('of a campaign without any are an empty list', async () => {
    expect((await read('/api/v1/campaigns/unread/readings', readingListSchema)).items).toEqual([]);
  });

  test.each([
    ['step=1y', 'invalid-query'],
    ['step=0h', 'invalid-query'],
    ['from=yesterday', 'invalid-query'],
    ['from=2023-02-30', 'invalid-query'],
    ['from=2023-09-02&to=2023-09-01', 'empty-range'],
    ['from=2006-01-01&step=1m', 'too-many-steps'],
  ])('with %s are refused', async (query, type) => {
    await refused(request(site.url).get(`${path}?${query}`), 400, type);
  });
});

test('the networks are listed', async () => {
  const { items } = await read('/api/v1/networks', networkListSchema);
  expect(items).toEqual(expect.arrayContaining([expect.objectContaining({ id: 'mastodon', fediverse: true })]));
});

describe('a promise', () => {
  const promise = { handle: '@alice@social.example', consent: true };
  const rows = async (): Promise<unknown[]> => {
    const hash = (await site.get(KeyRing).keys()).hash('pledge.handle', 'alice@social.example');
    return site.database.dataSource.query('SELECT state, show_consent_at IS NOT NULL AS shown FROM pledge WHERE handle_hash = $1', [hash]);
  };

  test('leads to a private page', async () => {
    const answer = await pledge({ ...promise, showHandle: true }).expect(201);
    const { links } = pledgeSchema.parse(answer.body);
    expect(links.html).toMatch(new RegExp(`^${site.url}/p/[\\w-]{20,}$`));
    expect(answer.headers).toMatchObject({ 'location': links.html, 'cache-control': 'no-store' });
    const [row] = await rows();
    expect(row).toEqual({ state: 'pending', shown: true });
  });

  test('counts for the supporter by whose link it came', async () => {
    const own = await pledge({ ...promise, handle: '@inviter@social.example' }).expect(201);
    const token = pledgeSchema.parse(own.body).links.html.split('/').at(-1) ?? '';
    const invitations = site.get(Invitations);
    await invitations.open(token);
    const invitation = async (): Promise<Invitation | null> => {
      const pledge = await site.get(OpenPledges).find(token);
      return pledge && invitations.of(token, pledge);
    };
    const via = (await invitation())?.code;
    await pledge({ ...promise, handle: '@newcomer@social.example', via }).expect(201);
    await pledge({ ...promise, handle: '@another@social.example', via: null }).expect(201);
    expect(await invitation()).toMatchObject({ brought: 1 });
    await refused(pledge({ ...promise, handle: '@late@social.example', via: 'no code' }), 422, 'invalid-body');
  });

  test('may be of somebody on Bluesky', async () => {
    await pledge({ ...promise, handle: 'bob.bsky.social' }).expect(201);
  });

  test('may wait for others, in sane numbers', async () => {
    const waits = { ...promise, handle: 'waits@social.example' };
    await pledge({ ...waits, whenOthers: 300 }).expect(201);
    const hash = (await site.get(KeyRing).keys()).hash('pledge.handle', 'waits@social.example');
    const [row] = await site.database.dataSource.query('SELECT state, when_others FROM pledge WHERE handle_hash = $1', [hash]);
    expect(row).toEqual({ state: 'waiting', when_others: 300 });
    for (const whenOthers of [0, 1.5, 100_001, '300']) {
      const { problem } = await refused(pledge({ ...waits, whenOthers }), 422, 'invalid-body');
      expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(['#/whenOthers']);
    }
  });

  test('made again is answered alike and not counted again', async () => {
    await pledge(promise).expect(201);
    expect(await rows()).toHaveLength(1);
  });

  test.each([
    [{ ...promise, handle: '' }, 'handle-empty'],
    [{ ...promise, handle: 'social.example' }, 'handle-server-only'],
    [{ ...promise, handle: '@alice' }, 'handle-no-server'],
    [{ ...promise, handle: 'a b c' }, 'handle-malformed'],
    [{ ...promise, handle: 'alice@127.0.0.1' }, 'handle-forbidden-host'],
    [{ ...promise, handle: `${'a'.repeat(300)}@social.example` }, 'handle-too-long'],
    [{ ...promise, consent: false }, 'no-consent'],
    [{ ...promise, handle: '@lelibreedu@mastodon.mim-libre.fr' }, 'own-handle'],
  ])('like %j is refused: %s', async (body, type) => {
    await refused(pledge(body), 422, type);
  });

  test('is refused where there is nothing to promise', async () => {
    await refused(pledge(promise, 'nowhere'), 404, 'no-such-campaign');
    await refused(pledge(promise, 'over'), 422, 'finished');
  });

  test('says in the reader’s language what is wrong', async () => {
    const french = await refused(pledge({ ...promise, handle: 'social.example' }).set('accept-language', 'fr'), 422, 'handle-server-only');
    expect(french.headers['content-language']).toBe('fr');
    expect(french.problem.detail).toBe('Ajoutez votre nom\u00a0: @vous@social.example. Sur Bluesky, donnez l’adresse de votre profil\u00a0: bsky.app/profile/social.example');
    const english = await refused(pledge({ ...promise, handle: 'social.example' }).set('accept-language', 'en'), 422, 'handle-server-only');
    expect(english.problem.detail).toBe('Add your name: @you@social.example. On Bluesky, give the address of your profile: bsky.app/profile/social.example');
  });

  test('names the fields that do not fit', async () => {
    const { problem } = await refused(pledge({ handle: 7, showHandle: 'yes' }), 422, 'invalid-body');
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(['#/handle', '#/consent', '#/showHandle']);
    expect((await refused(pledge('[]'), 422, 'invalid-body')).problem.errors).toHaveLength(1);
  });

  test('must be JSON', async () => {
    await refused(pledge('{"handle":'), 400, 'invalid-json');
    const form = request(site.url).post('/api/v1/campaigns/lelibreedu/pledges').type('form').send('handle=a@b.example&consent=true');
    await refused(form, 415, 'not-json');
    await refused(pledge({ ...promise, handle: 'x'.repeat(200_000) }), 413, 'too-large');
  });

  test('does not come from a page of another site', async () => {
    await refused(pledge(promise).set('origin', 'https://elsewhere.example'), 403, 'foreign-origin');
    const asked = await request(site.url).options('/api/v1/campaigns/lelibreedu/pledges').set('origin', 'https://elsewhere.example');
    expect(asked.headers['access-control-allow-methods']).toBe('GET, HEAD');
  });

  test('too many are told to wait', async () => {
    const tries = Array.from({ length: 61 }, () => pledge(promise, 'nowhere'));
    const statuses = new Set((await Promise.all(tries)).map(({ status }) => status));
    expect(statuses).toEqual(new Set([404, 429]));
    const { headers, problem } = await refused(pledge(promise, 'nowhere'), 429, 'too-many-tries');
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(problem.detail).toContain(headers['retry-after']);
    site.clock.advance(10 * 60_000);
    await refused(pledge(promise, 'nowhere'), 404, 'no-such-campaign');
  });
});

test.each(['/api', '/api/v1', '/api/v2/campaigns', '/api/v1/campaigns/lelibreedu/secrets'])('%s is nowhere', async (path) => {
  await refused(request(site.url).get(path), 404, 'unknown-path');
});

test('what is not well-formed is a problem too', async () => {
  await refused(request(site.url).get('/api/v1/campaigns/%E0%A4%A'), 400, 'bad-request');
});

test('the type of a problem leads to what it means', async () => {
  const { problem } = await refused(pledge({ handle: 'social.example', consent: true }), 422, 'handle-server-only');
  const answer = await request(problem.type).get('').set('accept-language', 'fr').expect(200).expect('content-language', 'fr');
  expect(answer.text).toBe('422 Il manque un nom à l’adresse\n\nAjoutez votre nom\u00a0: @vous@…. Sur Bluesky, donnez l’adresse de votre profil\u00a0: bsky.app/profile/…\n');
  for (const type of ['nothing', 'constructor']) await request(site.url).get(`/problems/${type}`).expect(404);
});

test('an instance names the occurrence and nobody', async () => {
  const { problem } = await refused(request(site.url).get('/api/v1/alice@social.example'), 404, 'unknown-path');
  expect(problem.instance).toMatch(/^urn:uuid:/);
});

test.each(LANGUAGES)('what a request cannot be blamed for is a problem too (%s)', async (language) => {
  const { dataSource } = site.database;
  const query = dataSource.query.bind(dataSource);
  dataSource.query = () => Promise.reject(new Error('the database is away'));
  try {
    await refused(request(site.url).get('/api/v1/campaigns/lelibreedu').set('accept-language', language), 500, 'internal-error');
  } finally {
    dataSource.query = query;
  }
});
