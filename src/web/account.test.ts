import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { addLelibreedu, fillInDraft, get, launch, post, TYPED } from '../../test/support/launch.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { CampaignLifecycle } from '../campaigns/campaign-lifecycle.service.ts';
import { CAMPAIGN_STATES, type CampaignAction } from '../domain/campaign-lifecycle.ts';
import { DAY } from '../domain/durations.ts';
import type { Mail } from '../platform/mailer.ts';
import { LANGUAGES, translator } from '../platform/text.ts';
import { PledgeProofs } from '../pledges/pledge-proofs.service.ts';
import { Pledges } from '../pledges/pledges.service.ts';
import { ReadingRounds } from '../readings/reading-rounds.service.ts';

const MINUTE = 60_000;

let site: TestSite;
let account: string;
let title: string;
let launched = 0;

beforeAll(async () => {
  site = await startTestSite();
  addLelibreedu(site);
});
afterAll(() => site.close());
beforeEach(async () => {
  site.clock.advance(10 * MINUTE);
  launched += 1;
  title = `Chiche numéro ${launched}`;
  account = await launch(site, { story: { ...TYPED.story, title }, dare: { ...TYPED.dare, deadline: '' } });
});

async function campaign(): Promise<{ id: string; state: string; story: string }> {
  type Row = Awaited<ReturnType<typeof campaign>>;
  const [row] = await site.database.dataSource.query<Row[]>('SELECT id, state, story FROM campaign WHERE title = $1', [title]);
  if (row === undefined) throw new Error('The campaign that was launched is missing.');
  return row;
}

async function moderate(action: CampaignAction, note: string | null = null): Promise<void> {
  const { id } = await campaign();
  const done = await site.database.dataSource.transaction((manager) =>
    site.get(CampaignLifecycle).apply(manager, id, action, 'moderator', { note }),
  );
  expect(done.ok).toBe(true);
}

describe('the private page', () => {
  test('tells where the review stands, shows its own link, and belongs to one person', async () => {
    const response = await request(site.url).get(account).set('accept-language', 'en');
    expect(response.text).toContain('In review');
    expect(response.text).toContain('Sent on 2 September');
    expect(response.text).toContain(`data-copy="${site.url}${account}"`);
    expect(response.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
      'referrer-policy': 'same-origin',
    });
    expect(response.headers['set-cookie']).toBeUndefined();
  });

  test('of an unknown link explains how to find the right one', async () => {
    const response = await request(site.url).get('/account/none').set('accept-language', 'fr');
    expect(response.status).toBe(404);
    expect(response.text).toContain('Ce lien n’ouvre rien');
  });

  test('shows the campaign as it will be, until it is public', async () => {
    expect(await get(site, `${account}/preview`)).toContain('class="campaign is-preview"');
    await moderate('approve');
    await post(site, `${account}/publish`);
    const response = await request(site.url).get(`${account}/preview`);
    expect(response.headers['location']).toBe(`/c/chiche-numero-${launched}`);
  });

  test.each(LANGUAGES)('has words in %s for every state', (language) => {
    for (const state of CAMPAIGN_STATES) {
      expect(translator(language).t(`account.state.${state}`)).not.toBe('');
      expect(translator(language).t(`account.next.${state}`, { at: '2' })).not.toBe('');
    }
  });
});

describe('amending', () => {
  test('after changes were asked for goes through the same steps and back to review', async () => {
    await moderate('ask_changes', 'Retirez le nom cité.\nMerci !');
    expect(await get(site, account)).toContain('Retirez le nom cité.<br>Merci !');
    const institution = await post(site, `${account}/amend`);
    expect(institution).toMatch(new RegExp(`^${account}/amend/[\\w-]+/institution$`));
    expect(await get(site, institution)).toContain(`value="${TYPED.institution.name}"`);
    const draft = institution.replace(/\/institution$/, '');
    const story = await get(site, `${draft}/story`);
    expect(story).toContain(`value="${title}"`);
    expect(story).not.toContain('name="email"');
    await post(site, `${draft}/story`, { ...TYPED.story, title, story: 'Sans nom.' });
    expect(await get(site, `${draft}/preview`)).toContain('Sans nom.');
    expect(await post(site, `${draft}/submit`)).toBe(`${account}?said=amended`);
    expect(await campaign()).toMatchObject({ state: 'submitted', story: 'Sans nom.' });
    expect(await post(site, `${draft}/submit`)).toBe(account);
  });

  test('is not possible with a link to another campaign, or without one', async () => {
    const draft = (await post(site, `${account}/amend`)).split('/').at(-2) ?? '';
    const other = await launch(site, { story: { ...TYPED.story, title: `${title} bis` } });
    for (const step of ['institution', 'story']) {
      expect((await request(site.url).get(`/start/${draft}/${step}`)).status).toBe(404);
      for (const link of [other, '/account/none']) {
        expect((await request(site.url).get(`${link}/amend/${draft}/${step}`)).headers['location']).toBe(link);
      }
    }
  });

  test('is too late once the campaign is approved', async () => {
    const draft = (await post(site, `${account}/amend`)).replace(/\/institution$/, '');
    await moderate('approve');
    expect(await post(site, `${draft}/submit`)).toBe(`${account}?said=too-late`);
    expect(await post(site, `${account}/amend`)).toBe(`${account}?said=too-late`);
    expect(await campaign()).toMatchObject({ state: 'approved' });
  });
});

test('promises are followed on their way, as a page and as a file, and nobody can be told apart', async () => {
  await moderate('approve');
  await post(site, `${account}/publish`);
  expect(await get(site, account)).not.toContain('class="funnel"');
  const slug = `chiche-numero-${launched}`;
  for (let n = 0; n < 7; n += 1) {
    const pledged = await site.get(Pledges).pledge({ slug, handle: `p${n}@piaille.example`, consent: true, showHandle: false });
    if (!pledged.ok) throw new Error(pledged.error.type);
    const identity = { handle: { user: `p${n}`, host: 'piaille.example' }, actorUri: `https://piaille.example/users/p${n}` };
    if (n < 3) await site.get(PledgeProofs).confirm(pledged.value.token, { ...identity, how: 'mastodon' });
    if (n < 2) await site.get(PledgeProofs).keep(pledged.value.token, 'followed');
  }
  const page = await get(site, account);
  expect(page).toContain('class="funnel"');
  expect(page).not.toContain('piaille');
  const file = await request(site.url).get(`${account}/funnel.csv`);
  expect(file.headers).toMatchObject({ 'content-type': expect.stringContaining('text/csv'), 'cache-control': 'no-store' });
  expect(file.text.trim().split('\n')).toEqual([
    'by,which,pledged,proven,followed,following',
    'all,,7,3,2,2',
    'day,2023-09-02,7,<5,<5,<5',
    'proof,mastodon,<5,<5,<5,<5',
    'proof,none,<5,0,0,0',
  ]);
  expect((await request(site.url).get('/account/none/funnel.csv')).status).toBe(404);
});

describe('deciding', () => {
  test('publishing puts an approved campaign online at once', async () => {
    expect(await post(site, `${account}/publish`)).toBe(`${account}?said=not-possible`);
    await moderate('approve');
    expect((await request(site.url).get(`/c/chiche-numero-${launched}`)).status).toBe(404);
    expect(await post(site, `${account}/publish`)).toBe(`${account}?said=published`);
    expect(await get(site, `/c/chiche-numero-${launched}`)).toContain(title);
    const page = await get(site, account);
    expect(page).toContain(`/c/chiche-numero-${launched}/share`);
    expect(page).toContain(`/c/chiche-numero-${launched}/readings.csv`);
  });

  test('closing and withdrawing ask first, and only where they are possible', async () => {
    expect(await get(site, `${account}/withdraw`)).toContain('Retirer la campagne');
    expect((await request(site.url).get(`${account}/close`)).headers['location']).toBe(`${account}?said=not-possible`);
    expect(await campaign()).toMatchObject({ state: 'submitted' });
    expect(await post(site, `${account}/withdraw`)).toBe(`${account}?said=withdrawn`);
    expect(await campaign()).toMatchObject({ state: 'withdrawn' });
    expect(await get(site, account)).toContain('Préparer une autre campagne');
  });

  test('a closed campaign keeps its page', async () => {
    await moderate('approve');
    await post(site, `${account}/publish`);
    expect(await get(site, `${account}/close`)).toContain('Les promesses s’arrêtent');
    expect(await post(site, `${account}/close`)).toBe(`${account}?said=closed`);
    expect(await get(site, `/c/chiche-numero-${launched}`)).toContain('La campagne a été close');
  });

  test('a rejection tells its reason', async () => {
    await moderate('reject', 'Vise une personne.');
    expect(await get(site, account)).toContain('Vise une personne.');
  });
});

describe('the numbers', () => {
  test('tell what was read, how fresh it is, and what went wrong since', async () => {
    await moderate('approve');
    const [{ id }] = await site.database.dataSource.query(`SELECT id FROM account WHERE network <> 'x'`);
    await site.get(ReadingRounds).take(id);
    site.clock.advance(2 * 60 * MINUTE);
    site.fediverse.fail(TYPED.institution.fediverse, 'down');
    await site.get(ReadingRounds).take(id);
    site.fediverse.fail(TYPED.institution.fediverse, null);
    const page = await get(site, account);
    expect(page).toContain('5\u202f090 abonnés');
    expect(page).toContain('il y a 2 heures');
    expect(page).toContain('Dernier essai maintenant\u00a0: son serveur ne répond pas.');
  });

  test('of X are heard from nobody whose campaign no moderator has let through, nor from a hidden one', async () => {
    const told = { count: '9 999', evidenceUrl: '' };
    expect(await post(site, `${account}/reading`, told)).toBe(account);
    expect((await request(site.url).get(`${account}/reading`)).headers['location']).toBe(account);
    await moderate('approve');
    expect((await request(site.url).get(`${account}/reading`)).status).toBe(200);
    await site.database.dataSource.query('UPDATE campaign SET hidden_at = now() WHERE title = $1', [title]);
    expect(await post(site, `${account}/reading`, told)).toBe(account);
    expect(await site.database.dataSource.query('SELECT 1 FROM reading WHERE count = 9999')).toEqual([]);
  });

  test('of X, typed by the campaigner, wait for somebody else', async () => {
    await moderate('approve');
    const response = await request(site.url).post(`${account}/reading`).type('form').set('accept-language', 'fr').send({ count: 'cinq', evidenceUrl: 'x' });
    expect(response.status).toBe(422);
    expect(response.text).toContain('value="cinq"');
    expect(await post(site, `${account}/reading`, { count: '5 840', evidenceUrl: '' })).toBe(`${account}?said=reading`);
    expect(await post(site, `${account}/reading`, { count: '5 841', evidenceUrl: '' })).toBe(`${account}?said=reading`);
    const rows = await site.database.dataSource.query(`SELECT count::int, status FROM reading WHERE source = 'manual' ORDER BY count`);
    expect(rows).toEqual([
      { count: 5_840, status: 'replaced' },
      { count: 5_841, status: 'pending' },
    ]);
  });
});

describe('an invitation', () => {
  async function invite(): Promise<string> {
    const response = await request(site.url).post(`${account}/invite`);
    return /data-copy="[^"]*(\/account\/invitation\/[\w-]+)"/.exec(response.text)?.[1] ?? '';
  }

  test('is looked at as often as one likes and used once', async () => {
    const link = await invite();
    expect(await get(site, link)).toContain(title);
    expect(await get(site, link)).toContain(title);
    const own = (await post(site, link)).replace(/\?.*/, '');
    expect(own).not.toBe(account);
    expect(await get(site, own)).toContain('2 personnes ont un lien privé');
    expect((await request(site.url).post(link)).status).toBe(404);
    expect((await request(site.url).get(link)).text).not.toContain(title);
  });

  test('is good for two weeks and opens no private page by itself', async () => {
    const link = await invite();
    expect((await request(site.url).get(link.replace('/invitation', ''))).status).toBe(404);
    site.clock.advance(14 * DAY + 1);
    expect((await request(site.url).get(link)).status).toBe(404);
  });
});

test('a lost link cannot be sent by a site without mail, which says so', async () => {
  const page = await get(site, '/account');
  expect(page).toContain('Ce site n’envoie pas de courrier');
  expect(page).not.toContain('name="email"');
});

test.each(LANGUAGES)('mails have words in %s for every state that is told', (language) => {
  const { t } = translator(language);
  for (const state of ['submitted', 'changes_requested', 'approved', 'rejected', 'live', 'won', 'agreed', 'reopened', 'ended', 'closed', 'link']) {
    expect(t(`mail.subject_${state}`, { title: 'Chiche' })).toContain('Chiche');
    expect(t(`mail.${state}`, { title: 'Chiche' })).toContain('Chiche');
  }
  expect([t('mail.private_link'), t('mail.way_out')]).not.toContain('');
});

describe('on a site that sends mail', () => {
  let mailing: TestSite;
  beforeAll(async () => {
    mailing = await startTestSite({ env: { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'chiche@chiche.example' } });
    addLelibreedu(mailing);
  });
  afterAll(() => mailing.close());

  test('a launch needs an address to send the link to', async () => {
    const story = `${await fillInDraft(mailing)}/story`;
    expect(await get(mailing, story)).toContain('c’est par elle que vous recevez votre lien privé');
    expect(await post(mailing, story, { ...TYPED.story, email: 'moi@exemple.fr' })).toMatch(/preview$/);
  });

  test('the private link is mailed as well, in text and HTML', async () => {
    const own = await launch(mailing, { story: { ...TYPED.story, email: 'Moi@exemple.fr' } });
    const jobs = await mailing.database.dataSource.query<{ data: Mail }[]>(`SELECT data FROM pgboss.job WHERE name = 'mail'`);
    expect(jobs).toHaveLength(1);
    expect(jobs[0]?.data.to).toBe('moi@exemple.fr');
    expect(jobs[0]?.data.text).toContain(`${mailing.url}${own}`);
    expect(jobs[0]?.data.html).toContain(`href="${mailing.url}${own}"`);
  });

  test('an address is erased for good when its owner asks, and the link still opens', async () => {
    const own = await launch(mailing, { story: { ...TYPED.story, title: 'Encore un défi', email: 'effacez@exemple.fr' } });
    expect(await post(mailing, `${own}/forget-email`)).toBe(`${own}?said=email-forgotten`);
    const page = await get(mailing, `${own}?said=email-forgotten`);
    expect(page).toContain('Votre adresse est effacée');
    expect(page).not.toContain(`${own}/forget-email`);
    const rows = await mailing.database.dataSource.query(`SELECT 1 FROM campaign_owner WHERE email = 'effacez@exemple.fr'`);
    expect(rows).toEqual([]);
  });

  test('asking for a lost link is answered the same way whoever asks, and bounded', async () => {
    const ask = (email: string) => request(mailing.url).post('/account').type('form').set('accept-language', 'fr').send({ email });
    expect((await ask('pas une adresse')).status).toBe(422);
    for (let tries = 0; tries < 6; tries += 1) {
      expect((await ask('personne@exemple.fr')).headers['location']).toBe('/account?sent=yes');
    }
    expect(await get(mailing, '/account?sent=yes')).toContain('Si des campagnes sont liées à cette adresse');
    const refused = await ask('personne@exemple.fr');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });
});
