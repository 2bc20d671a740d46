import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { addLelibreedu, fillInDraft, get, launch, post, TYPED } from '../../test/support/launch.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { DAY } from '../domain/durations.ts';
import { CampaignLifecycle } from '../campaigns/campaign-lifecycle.service.ts';
import { Drafts } from '../campaigns/drafts.service.ts';

const MINUTE = 60_000;

let site: TestSite;

beforeAll(async () => {
  site = await startTestSite();
  addLelibreedu(site);
});
afterAll(() => site.close());
/** Each test has tries of its own. */
beforeEach(() => site.clock.advance(10 * MINUTE));

async function countOf(table: 'campaign' | 'draft'): Promise<number> {
  const [row] = await site.database.dataSource.query<{ n: number }[]>(`SELECT count(*)::int AS n FROM ${table}`);
  return row?.n ?? 0;
}

/** The value that a field of a page holds, as HTML. */
function valueOf(html: string, name: string): string | undefined {
  return new RegExp(`<input id="${name}"[^>]* value="([^"]*)"`).exec(html)?.[1];
}

describe('the first step', () => {
  test('says what will happen and asks for no cookie', async () => {
    const response = await request(site.url).get('/start').set('accept-language', 'fr');
    expect(response.text).toContain('Une personne relit chaque campagne avant sa mise en ligne');
    expect(response.headers['set-cookie']).toBeUndefined();
  });

  test('keeps everything typed, however wrong, and says what is wrong beside it and on top', async () => {
    const typed = { ...TYPED.institution, name: '', website: 'pas un « site »', fediverse: 'mastodon.mim-libre.fr', x: '@le libre' };
    const back = await post(site, '/start', typed);
    expect(back).toMatch(/^\/start\/[\w-]{32}\/institution$/);
    const page = await get(site, back);
    expect(valueOf(page, 'website')).toBe('pas un « site »');
    expect(valueOf(page, 'fediverse')).toBe('mastodon.mim-libre.fr');
    expect(valueOf(page, 'x')).toBe('@le libre');
    for (const name of ['name', 'website', 'fediverse', 'x']) {
      expect(page).toContain(`<a href="#${name}">`);
      expect(page).toContain(`id="${name}-error"`);
    }
    expect(page).toContain('ajoutez le nom du compte, @nom@mastodon.mim-libre.fr');
    expect(page).toMatch(/<option value="FR" selected>/);
  });

  test('shows what was found, with its picture and its number', async () => {
    const found = await get(site, await post(site, '/start', TYPED.institution));
    expect(found).toContain('Le Libre éducatif');
    expect(found).toContain('5\u202f090 abonnés');
    expect(found).toMatch(/<img src="data:image\/png;base64,\w/);
    expect(found).toContain('X interdit aux programmes');
  });

  test.each([
    ['gone', 'ce compte a été supprimé'],
    ['suspended', 'ce compte est suspendu'],
    ['rate-limited', 'demande de patienter'],
    ['refused', 'ne veut pas nous répondre'],
    ['garbage', 'pas comme un serveur du fédivers'],
    ['down', 'ne répond pas'],
  ] as const)('says in words that an account is %s, and looks again when asked to', async (fault, words) => {
    const { fediverse } = site;
    fediverse.fail(TYPED.institution.fediverse, fault);
    const back = await post(site, '/start', TYPED.institution);
    const page = await get(site, back);
    expect(page).toContain(words);
    expect(valueOf(page, 'fediverse')).toBe(TYPED.institution.fediverse);
    fediverse.fail(TYPED.institution.fediverse, null);
    expect(await post(site, back, TYPED.institution)).toMatch(/\/found$/);
  });

  test('tells of a hidden number without refusing the account', async () => {
    site.fediverse.fail(TYPED.institution.fediverse, 'hidden');
    const found = await get(site, await post(site, '/start', TYPED.institution));
    site.fediverse.fail(TYPED.institution.fediverse, null);
    expect(found).toContain('Nombre d’abonnés inconnu');
  });

  test('asks nobody again about what was found already', async () => {
    const draft = (await post(site, '/start', TYPED.institution)).replace(/found$/, 'institution');
    const before = site.fediverse.requests.length;
    await post(site, draft, { ...TYPED.institution, name: 'Autrement' });
    expect(site.fediverse.requests).toHaveLength(before);
  });

  test('can be kept whatever bytes it is made of', async () => {
    const response = await request(site.url).post('/start').type('form').send('name=a%00b%ED%A0%80&fediverse=%FF');
    expect(response.status).toBe(303);
  });
});

describe('the next steps', () => {
  test('cannot be jumped to, and going back loses nothing', async () => {
    const found = await post(site, '/start', TYPED.institution);
    const draft = found.replace(/\/found$/, '');
    for (const page of ['story', 'preview']) {
      const response = await request(site.url).get(`${draft}/${page}`);
      expect([response.status, response.headers['location']]).toEqual([303, `${draft}/dare`]);
    }
    expect(await post(site, `${draft}/dare`, { ...TYPED.dare, deadline: 'demain' })).toBe(`${draft}/dare`);
    expect(valueOf(await get(site, `${draft}/dare`), 'deadline')).toBe('demain');
    expect(await post(site, `${draft}/dare`, TYPED.dare)).toBe(`${draft}/story`);
    expect(valueOf(await get(site, `${draft}/institution`), 'name')).toBe(TYPED.institution.name);
  });

  test('propose a title in the reader’s language, and keep what is put in its place', async () => {
    const draft = (await post(site, '/start', TYPED.institution)).replace(/\/found$/, '');
    await post(site, `${draft}/dare`, TYPED.dare);
    expect(valueOf(await get(site, `${draft}/story`), 'title')).toContain('Faisons de @lelibreedu');
    expect(await post(site, `${draft}/story`, { ...TYPED.story, title: '', email: 'moi@' })).toBe(`${draft}/story`);
    const page = await get(site, `${draft}/story`);
    expect(valueOf(page, 'title')).toBe('');
    expect(valueOf(page, 'email')).toBe('moi@');
    expect(page).toContain(TYPED.story.story);
  });

  test('show the story as it will be read, safely', async () => {
    const draft = await fillInDraft(site);
    const look = await post(site, `${draft}/story`, { ...TYPED.story, story: '**Chiche** <script>alert(1)</script>', then: 'look' });
    const page = await get(site, look.replace(/#.*/, ''));
    expect(page).toContain('<strong>Chiche</strong>');
    expect(page).not.toContain('<script>alert');
  });

  test('end with the real page, which only whoever holds the draft can see', async () => {
    const response = await request(site.url).get(`${await fillInDraft(site)}/preview`).set('accept-language', 'fr');
    expect(response.text).toContain('Aperçu\u00a0: visible de vous seulement');
    expect(response.text).toContain('5\u202f090');
    expect(response.text).toContain('class="campaign is-preview"');
    expect(response.headers).toMatchObject({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
  });

  test('need no account for a dare to open one', async () => {
    const institution = { ...TYPED.institution, name: 'Ville de Rennes', kind: 'city', fediverse: '', x: '' };
    const draft = (await post(site, '/start', institution)).replace(/\/\w+$/, '');
    expect(await get(site, `${draft}/dare`)).not.toContain('value="overtake"');
    expect(await post(site, `${draft}/dare`, { ...TYPED.dare, dareKind: 'open' })).toBe(`${draft}/story`);
  });
});

describe('sending for review', () => {
  test('leads to the private link, once however often the button is pressed', async () => {
    const draft = await fillInDraft(site);
    const before = await countOf('campaign');
    const [first, second] = await Promise.all([post(site, `${draft}/submit`), post(site, `${draft}/submit`)]);
    const third = await post(site, `${draft}/submit`);
    expect(new Set([first, second, third].map((address) => address.replace(/\?.*/, ''))).size).toBe(1);
    expect(await countOf('campaign')).toBe(before + 1);
  });

  test('shows the campaign to nobody but whoever holds the link', async () => {
    const account = await launch(site, { story: { ...TYPED.story, title: 'Chut, pas encore' } });
    expect(await get(site, account)).toContain('Chut, pas encore');
    for (const path of ['/', '/campaigns', '/campaigns?q=chut', '/api/v1/campaigns']) {
      expect(await get(site, path)).not.toContain('Chut');
    }
    for (const path of ['/c/chut-pas-encore', '/c/chut-pas-encore/share', '/c/chut-pas-encore/readings.csv', '/api/v1/campaigns/chut-pas-encore']) {
      expect((await request(site.url).get(path)).status).toBe(404);
    }
    expect((await request(site.url).get(`${account}x`)).status).toBe(404);
  });

  test('is refused while a step is wrong, and leads to that step', async () => {
    const draft = await fillInDraft(site, { story: { ...TYPED.story, story: ' ' } });
    expect(await post(site, `${draft}/submit`)).toBe(`${draft}/story`);
  });

  test('with an account that is known as another institution’s leads to choosing that one', async () => {
    await site.database.dataSource.query('UPDATE account SET next_reading_at = $1', [site.clock.now()]);
    const draft = await fillInDraft(site, { institution: { ...TYPED.institution, name: 'Tout autre chose' } });
    const choose = await post(site, `${draft}/submit`);
    expect(choose).toBe(`${draft}/found?taken=yes`);
    const page = await get(site, choose);
    expect(page).toContain('déjà connu comme celui d’une autre institution');
    const id = /name="institution" value="([\w-]+)"/.exec(page)?.[1] ?? '';
    await post(site, `${draft}/same`, { institution: id });
    expect(valueOf(await get(site, `${draft}/institution`), 'name')).toBe(TYPED.institution.name);
    expect(await post(site, `${draft}/submit`)).toMatch(/^\/account\//);
  });

  test('is not possible from another site', async () => {
    const draft = await fillInDraft(site);
    const forged = await request(site.url).post(`${draft}/submit`).set('origin', 'https://evil.example').set('sec-fetch-site', 'cross-site');
    expect(forged.status).toBe(403);
  });
});

describe('a likely duplicate', () => {
  test('is shown with its campaigns once one of them is public, and not before', async () => {
    const rennes = { ...TYPED.institution, name: 'Ville de Rennes', kind: 'city', fediverse: '', x: '' };
    const open = { ...TYPED.dare, dareKind: 'open' };
    const account = await launch(site, { institution: rennes, dare: open, story: { ...TYPED.story, title: 'Rennes, ouvre un compte' } });
    const again = { ...rennes, name: 'La ville de Rennes' };
    expect(await post(site, '/start', again)).toMatch(/\/dare$/);
    const [{ id }] = await site.database.dataSource.query(`SELECT id FROM campaign WHERE title LIKE 'Rennes%'`);
    await site.get(CampaignLifecycle).act(id, 'approve', 'moderator');
    await post(site, `${account}/publish`);
    const page = await get(site, await post(site, '/start', again));
    expect(page).toContain('Nom semblable');
    expect(page).toContain('href="/c/rennes-ouvre-un-compte"');
  });
});

describe('a draft', () => {
  test('that is gone says so, and that nothing else is lost', async () => {
    const response = await request(site.url).get('/start/none/story').set('accept-language', 'fr');
    expect(response.status).toBe(404);
    expect(response.text).toContain('Ce brouillon n’est plus là');
  });

  test('is forgotten after a week', async () => {
    const draft = await fillInDraft(site);
    site.clock.advance(7 * DAY + 1);
    await site.get(Drafts).forgetOld();
    expect(await countOf('draft')).toBe(0);
    expect((await request(site.url).post(`${draft}/dare`).type('form').send(TYPED.dare)).status).toBe(404);
  });
});

test('looking up is bounded, and a refusal loses nothing', async () => {
  const look = () => request(site.url).post('/start').type('form').set('accept-language', 'fr').send(TYPED.institution);
  const answers = [];
  for (let tries = 0; tries < 31; tries += 1) answers.push(await look());
  const refused = answers.at(-1);
  expect(answers.filter(({ status }) => status === 303)).toHaveLength(30);
  expect(refused?.status).toBe(429);
  expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0);
  expect(valueOf(refused?.text ?? '', 'fediverse')).toBe(TYPED.institution.fediverse);
});
