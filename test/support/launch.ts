import request from 'supertest';
import type { TestSite } from './site.ts';

/** The account that the launches of tests are about. */
export const LELIBREEDU = { handle: 'lelibreedu@mastodon.mim-libre.fr', displayName: 'Le Libre éducatif', followers: 5_090 };

/** What a campaigner types, step by step. */
export const TYPED = {
  institution: {
    name: 'Direction du numérique pour l’éducation',
    country: 'FR',
    kind: 'ministry',
    website: '',
    wikidataId: '',
    fediverse: '@lelibreedu@mastodon.mim-libre.fr',
    x: '@lelibreedu',
  },
  dare: { dareKind: 'overtake', target: '', deadline: '2023-09-04', timeZone: 'Europe/Paris' },
  story: {
    title: 'Quand @lelibreedu aura plus d’abonnés sur Mastodon que sur X',
    story: 'On en reparlera quand…',
    quote: 'Mouais, trop confidentiel.',
    quoteSource: '',
    hashtag: 'TriompheModeste',
    language: 'fr',
    email: '',
  },
};

/** Adds the account's server to the simulated fediverse. */
export function addLelibreedu({ fediverse }: TestSite): void {
  fediverse.addServer({ host: 'mastodon.mim-libre.fr', software: 'mastodon' });
  fediverse.addAccount(LELIBREEDU);
}

/** Sends a form as a browser without script does, and gives the address that it leads to. */
export async function post(site: TestSite, path: string, fields: Record<string, string> = {}): Promise<string> {
  const response = await request(site.url).post(path).type('form').set('accept-language', 'fr').send(fields);
  if (response.status !== 303) throw new Error(`${path.split('/')[1]} answered ${response.status}`);
  return String(response.headers['location']);
}

export async function get(site: TestSite, path: string): Promise<string> {
  const response = await request(site.url).get(path).set('accept-language', 'fr');
  if (response.status !== 200) throw new Error(`${path.split('/')[1]} answered ${response.status}`);
  return response.text;
}

/** Fills in all three steps; the address of the draft, without its page. */
export async function fillInDraft(site: TestSite, typed: Partial<typeof TYPED> = {}): Promise<string> {
  const draft = (await post(site, '/start', { ...TYPED.institution, ...typed.institution })).replace(/\/\w+$/, '');
  await post(site, `${draft}/dare`, { ...TYPED.dare, ...typed.dare });
  await post(site, `${draft}/story`, { ...TYPED.story, ...typed.story });
  return draft;
}

/** Launches a campaign; the address of its private page. */
export async function launch(site: TestSite, typed: Partial<typeof TYPED> = {}): Promise<string> {
  const account = await post(site, `${await fillInDraft(site, typed)}/submit`);
  if (!account.startsWith('/account/')) throw new Error('The campaign was not accepted.');
  return account.replace(/\?.*$/, '');
}
