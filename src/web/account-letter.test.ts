import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { addLelibreedu, get, LELIBREEDU, post, TYPED } from '../../test/support/launch.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { ModerationWorld, PASSWORD } from '../../test/support/moderation-world.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { CampaignOwners } from '../campaigns/campaign-owners.service.ts';
import { CampaignProgress } from '../campaigns/campaign-progress.service.ts';
import { LetterEvents } from '../campaigns/letter-events.query.ts';
import { dayIn } from '../campaigns/local-day.ts';
import { DAY, HOUR } from '../domain/durations.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { LetterDecisions, type LetterDecision } from '../moderation/letter-decisions.service.ts';
import { ModerationQuery } from '../moderation/moderation.query.ts';
import { Pledges } from '../pledges/pledges.service.ts';
import { ReadingRounds } from '../readings/reading-rounds.service.ts';

let site: TestSite;
let moderator: StaffMember;
let account: string;
let slug: string;
let launched = 0;

beforeAll(async () => {
  site = await startTestSite();
  addLelibreedu(site);
  moderator = await new ModerationWorld(site.database.dataSource, site.clock).staff('Ada');
});
afterAll(() => site.close());
beforeEach(async () => {
  launched += 1;
  site.clock.advance(HOUR);
  slug = `chiche-numero-${launched}`;
  const { dataSource } = site.database;
  const added = await addCampaign(dataSource, { now: site.clock.now(), slug, title: 'Chiche !', language: 'fr', fediverse: LELIBREEDU.handle, x: 'lelibreedu' });
  account = `/account/${await site.get(CampaignOwners).add(dataSource.manager, added, null, 'fr')}`;
});

async function campaign(): Promise<{ id: string; state: string; ended: boolean }> {
  type Row = Awaited<ReturnType<typeof campaign>>;
  const [row] = await site.database.dataSource.query<Row[]>('SELECT id, state, ended_at IS NOT NULL AS ended FROM campaign WHERE slug = $1', [slug]);
  if (row === undefined) throw new Error('The campaign that was launched is missing.');
  return row;
}

/** What the campaigner writes down, on the day that the clock shows unless told. */
function note(fields: Record<string, string>): Promise<string> {
  return post(site, `${account}/letter/news`, { day: today(), way: '', summary: '', link: '', ...fields });
}

function today(): string {
  return dayIn(TYPED.dare.timeZone)(site.clock.now());
}

async function events() {
  return site.get(LetterEvents).of((await campaign()).id);
}

async function decide(decision: LetterDecision, index = -1): Promise<void> {
  const event = (await events()).at(index);
  const decided = await site.get(LetterDecisions).decide(moderator, event?.id ?? '', decision);
  if (!decided.ok) throw new Error(decided.error.type);
}

/** What the textarea of the letter's page holds. */
async function written(): Promise<string> {
  const page = await get(site, `${account}/letter`);
  return unescaped(/<textarea id="text"[^>]*>\n([^<]*)<\/textarea>/.exec(page)?.[1] ?? '');
}

function unescaped(html: string): string {
  return html.replace(/&#x([0-9A-F]+);/g, (_, code: string) => String.fromCharCode(parseInt(code, 16))).replace(/&quot;/g, '"').replace(/&amp;/g, '&');
}

async function readAccount(followers: number): Promise<void> {
  site.fediverse.setFollowers(LELIBREEDU.handle, followers);
  const [{ id }] = await site.database.dataSource.query(`SELECT id FROM account WHERE network <> 'x'`);
  site.clock.advance(HOUR);
  await site.get(ReadingRounds).take(id);
}

describe('the letter', () => {
  test('is there once the campaign is public, with the numbers of the moment, and belongs to whoever holds the link', async () => {
    await readAccount(5_123);
    const text = await written();
    expect(text).toMatch(/^Madame la Ministre, Monsieur le Ministre,\n\n/);
    expect(text).toContain('5\u202f123 abonnés');
    expect(text).toContain(`${site.url}/c/${slug}`);
    const file = await request(site.url).get(`${account}/letter.txt`);
    expect(file.headers).toMatchObject({ 'content-type': expect.stringContaining('text/plain'), 'cache-control': 'no-store' });
    expect(file.text.trim()).toBe(text);
    expect((await request(site.url).get('/account/none/letter')).status).toBe(404);
    await readAccount(5_200);
    expect(await written()).toContain('5\u202f200 abonnés');
  });

  test('is not there before', async () => {
    await site.database.dataSource.query(`UPDATE campaign SET state = 'approved', launched_at = NULL WHERE slug = $1`, [slug]);
    for (const path of ['letter', 'letter.txt', 'letter/news']) {
      expect((await request(site.url).get(`${account}/${path}`)).headers['location']).toBe(`${account}?said=not-possible`);
    }
  });

  test('keeps somebody’s words, and renews the numbers in them', async () => {
    await readAccount(5_300);
    const own = (await written()).replace('en toute indépendance', 'depuis nos salles de classe');
    expect(await post(site, `${account}/letter`, { language: 'fr', addressee: 'Madame la Ministre', signature: 'Des profs', text: own, do: 'keep' })).toBe(`${account}/letter?said=kept`);
    await readAccount(5_400);
    const text = await written();
    expect(text).toMatch(/^Madame la Ministre,\n/);
    expect(text).toContain('depuis nos salles de classe');
    expect(text).toContain('5\u202f400 abonnés');
    expect(text).toMatch(/Des profs$/);
    expect(await post(site, `${account}/letter`, { language: 'en', addressee: '', signature: '', text, do: 'anew' })).toBe(`${account}/letter?said=anew`);
    expect(await written()).toMatch(/^Dear Minister,\n/);
  });

  test('that nobody changed stays the template’s, also when newer numbers came while the page was open', async () => {
    await readAccount(5_500);
    const page = await get(site, `${account}/letter`);
    const numbers = unescaped(/name="numbers" value="([^"]*)"/.exec(page)?.[1] ?? '');
    const text = await written();
    expect(text).toContain(numbers);
    await readAccount(5_600);
    await post(site, `${account}/letter`, { language: 'fr', addressee: 'Madame la Ministre', signature: '', text, numbers, do: 'keep' });
    const rows = await site.database.dataSource.query('SELECT text, addressee FROM letter WHERE campaign_id = $1', [(await campaign()).id]);
    expect(rows).toEqual([{ text: null, addressee: 'Madame la Ministre' }]);
  });

  test('that cannot be kept says why, and loses nothing', async () => {
    const send = (fields: Record<string, string>) =>
      request(site.url).post(`${account}/letter`).type('form').set('accept-language', 'fr').send({ language: 'fr', addressee: '', signature: '', do: 'keep', ...fields });
    const empty = await send({ text: ' ' });
    expect([empty.status, empty.text]).toEqual([422, expect.stringContaining('Il faut remplir ce champ')]);
    const long = await send({ text: 'a'.repeat(10_001), addressee: 'Madame <la> Ministre' });
    expect(long.status).toBe(422);
    expect(long.text).toContain('value="Madame &lt;la&gt; Ministre"');
    const other = await send({ text: 'Mes mots.', language: 'en' });
    expect([other.status, other.text]).toEqual([422, expect.stringContaining('repartez du modèle')]);
    expect(other.text).toContain('Mes mots.');
    expect(await site.database.dataSource.query('SELECT 1 FROM letter WHERE campaign_id = $1', [(await campaign()).id])).toEqual([]);
  });

  test('opens in a mail program as far as it fits, and the rest is there to copy', async () => {
    const page = unescaped(await get(site, `${account}/letter`));
    const href = /href="(mailto:[^"]*)"/.exec(page)?.[1] ?? '';
    expect(href.length).toBeLessThanOrEqual(2_000);
    expect(href).toContain('%0D%0A%0D%0A');
    expect(page).toContain('La suite est trop longue pour un lien');
    await post(site, `${account}/letter`, { language: 'fr', addressee: '', signature: '', text: 'Court.', do: 'keep' });
    const short = await get(site, `${account}/letter`);
    expect(short).toMatch(/body&#x3D;Court\.|body=Court\./);
    expect(short).not.toContain('La suite est trop longue');
  });
});

describe('what became of it', () => {
  test('is on the campaign’s page with the days of silence and the rule, in feeds and in the API', async () => {
    expect(await note({ step: 'sent', way: 'post' })).toBe(`${account}/letter?said=recorded`);
    site.clock.advance(12 * DAY);
    const page = await get(site, `/c/${slug}`);
    expect(page).toContain('Lettre envoyée à l’institution');
    expect(page).toContain('par la poste');
    expect(page).toContain('partie il y a 12 jours');
    expect(page).toContain('vaut refus');
    const { body } = await request(site.url).get(`/api/v1/campaigns/${slug}`);
    expect(body).toMatchObject({ milestones: expect.arrayContaining([{ kind: 'letter-sent', at: expect.any(String), value: null }]) });
    for (const feed of [`/c/${slug}/feed.json`, '/feed.json']) {
      expect((await request(site.url).get(feed)).text).toContain('Lettre envoyée à l’institution');
    }
  });

  test('cannot be before the launch nor tomorrow, and what was typed stays', async () => {
    const send = (fields: Record<string, string>) =>
      request(site.url).post(`${account}/letter/news`).type('form').set('accept-language', 'fr').send({ step: 'sent', way: 'post', summary: '', link: '', ...fields });
    for (const [day, words] of [
      ['2023-08-01', 'C’est avant le lancement'],
      ['2030-01-01', 'Ce jour n’est pas encore venu'],
      ['2023-02-30', 'Ceci n’est pas une date'],
      ['', 'Il faut remplir ce champ'],
    ] as const) {
      const answer = await send({ day });
      expect([answer.status, answer.text]).toEqual([422, expect.stringContaining(words)]);
      expect(answer.text).toContain(`value="${day}"`);
    }
    expect((await send({ day: today(), way: '' })).text).toContain('Choisissez');
    expect((await send({ step: 'answered', day: today() })).text).toContain('Il faut remplir ce champ');
    expect((await send({ step: 'answered', day: today(), summary: 'x', link: 'javascript:alert(1)' })).text).toContain('Ceci n’est pas une adresse du web');
    expect(await events()).toEqual([]);
  });

  test('is told as the campaign’s word alone until a moderator confirms it', async () => {
    await note({ step: 'answered', summary: 'On y réfléchit <b>vraiment</b>.', link: 'https://www.education.gouv.fr/lettre' });
    const reported = await get(site, `/c/${slug}`);
    expect(reported).toContain('L’institution a répondu');
    expect(reported).toContain('pas encore confirmé');
    expect(reported).not.toContain('On y réfléchit');
    const api = await request(site.url).get(`/api/v1/campaigns/${slug}`);
    expect(api.text).not.toContain('letter-answered');
    expect((await site.get(ModerationQuery).queue(1)).items.some(({ subject, detail }) => subject === 'letter' && detail === 'answered')).toBe(true);
    await decide({ action: 'confirm', reason: null });
    const confirmed = await get(site, `/c/${slug}`);
    expect(confirmed).toContain('On y réfléchit &#60;b&#62;vraiment&#60;/b&#62;.');
    expect(confirmed).not.toContain('pas encore confirmé');
    await decide({ action: 'hide', reason: 'Ce n’est pas vrai.' });
    expect(await get(site, `/c/${slug}`)).not.toContain('L’institution a répondu');
    expect((await request(site.url).get(`/api/v1/campaigns/${slug}`)).text).not.toContain('letter-answered');
  });

  test('is corrected by something new, as long as no moderator decided; nothing is ever changed or lost', async () => {
    await note({ step: 'acknowledged' });
    const [first] = await events();
    const correct = `${account}/letter/news?event=${first?.id}`;
    expect(await get(site, correct)).toContain(`value="${today()}"`);
    await post(site, correct, { step: 'refused', day: today(), way: '', summary: 'Non.', link: '' });
    expect((await events()).map(({ step, replacesId }) => [step, replacesId])).toEqual([['refused', first?.id]]);
    expect((await request(site.url).get(correct)).headers['location']).toBe(`${account}/letter?said=too-late`);
    const [second] = await events();
    await post(site, `${account}/letter/news/withdraw?event=${second?.id}`);
    expect(await events()).toEqual([]);
    await note({ step: 'refused', summary: 'Non.' });
    await decide({ action: 'confirm', reason: null });
    const [decided] = await events();
    expect(await post(site, `${account}/letter/news/withdraw?event=${decided?.id}`)).toBe(`${account}/letter?said=too-late`);
    const { id } = await campaign();
    expect(await site.get(LetterEvents).history(id)).toHaveLength(4);
    for (const change of [`UPDATE letter_event SET day = '2020-01-01'`, 'DELETE FROM letter_event']) {
      await expect(site.database.dataSource.query(change)).rejects.toThrow('append-only');
    }
  });
});

describe('an agreement', () => {
  test('stops the pressure once it is confirmed, and only then; people can still promise to follow', async () => {
    await note({ step: 'sent', way: 'email' });
    await note({ step: 'agreed', summary: 'Nous y serons.' });
    expect(await campaign()).toMatchObject({ state: 'live' });
    await decide({ action: 'confirm', reason: 'Vu sur leur site.' });
    expect(await campaign()).toMatchObject({ state: 'agreed', ended: true });
    const page = await get(site, `/c/${slug}`);
    expect(page).toContain('C’est oui. Merci');
    expect(page).toContain('Nous y serons.');
    expect(page).toContain('class="campaign is-agreed"');
    expect(page).not.toContain('Et quand ce sera gagné');
    expect(page).not.toContain('partie aujourd’hui');
    expect(page).toContain('Suivre @lelibreedu');
    const pledged = await site.get(Pledges).pledge({ slug, handle: `a${launched}@piaille.example`, consent: true, showHandle: false });
    expect(pledged).toMatchObject({ ok: true });
    const { body } = await request(site.url).get(`/api/v1/campaigns/${slug}`);
    expect(body).toMatchObject({ state: 'agreed', forecast: null });
    const milestones = body.milestones.length;
    site.clock.advance(DAY);
    await readAccount(90_000);
    const [{ id }] = await site.database.dataSource.query(`SELECT id FROM account WHERE network <> 'x'`);
    await site.get(CampaignProgress).follow([id]);
    expect(await campaign()).toMatchObject({ state: 'agreed' });
    const after = await request(site.url).get(`/api/v1/campaigns/${slug}`);
    expect(after.body.milestones).toHaveLength(milestones);
  });

  test('that is not kept, hidden or corrected lets the dare go on', async () => {
    for (const turn of [
      { action: 'break', reason: 'Six mois plus tard, rien.' },
      { action: 'hide', reason: 'Une rumeur.' },
      { action: 'correct', fields: { step: 'answered', day: today(), way: null, summary: 'Pas un oui.', link: null }, reason: null },
    ] satisfies LetterDecision[]) {
      await note({ step: 'agreed', summary: 'Oui.' });
      await decide({ action: 'confirm', reason: null });
      expect(await campaign()).toMatchObject({ state: 'agreed', ended: true });
      await decide(turn);
      expect(await campaign()).toMatchObject({ state: 'live', ended: false });
    }
    expect(await get(site, `/c/${slug}`)).toContain('Un oui resté sans suite');
    const page = await get(site, `/c/${slug}`);
    expect(page).not.toContain('C’est oui. Merci');
  });

  test('that came after the end changes nothing but the page', async () => {
    await post(site, `${account}/close`);
    await note({ step: 'agreed', summary: 'Finalement, oui.' });
    await decide({ action: 'confirm', reason: null });
    expect(await campaign()).toMatchObject({ state: 'closed' });
    expect(await get(site, `/c/${slug}`)).toContain('Finalement, oui.');
  });

  test('is decided once: whoever comes later is told so', async () => {
    await note({ step: 'agreed', summary: 'Oui.' });
    const [event] = await events();
    const both = await Promise.all([1, 2].map(() => site.get(LetterDecisions).decide(moderator, event?.id ?? '', { action: 'confirm', reason: null })));
    expect(both.map(({ ok }) => ok).toSorted()).toEqual([false, true]);
    expect(await site.database.dataSource.query(`SELECT 1 FROM decision WHERE subject_id = $1`, [event?.id])).toHaveLength(1);
  });

  test('is written down by a moderator, too, without anybody’s letter', async () => {
    const { id } = await campaign();
    const fields = { step: 'agreed', day: today(), way: null, summary: 'Dit au téléphone.', link: null } as const;
    expect(await site.get(LetterDecisions).record(moderator, id, fields, null)).toMatchObject({ ok: true });
    expect(await campaign()).toMatchObject({ state: 'agreed' });
    const later = await site.get(LetterDecisions).record(moderator, id, { ...fields, day: '2030-01-01' }, null);
    expect(later).toMatchObject({ ok: false, error: { type: 'in-the-future' } });
  });
});

describe('a moderator', () => {
  let agent: ReturnType<typeof request.agent>;
  beforeAll(async () => {
    agent = request.agent(site.url);
    await agent.post('/signin').type('form').send({ name: moderator.name, password: PASSWORD }).expect(303);
  });

  function look(path: string): Promise<request.Response> {
    return agent.get(path).set('accept-language', 'fr');
  }

  async function send(path: string, fields: Record<string, string>): Promise<request.Response> {
    const token = /name="_csrf" value="([^"]*)"/.exec((await look(path)).text)?.[1] ?? '';
    return agent.post(path).type('form').set('accept-language', 'fr').send({ _csrf: token, ...fields });
  }

  test('finds what is claimed of an institution in the queue, confirms it, and is led on', async () => {
    await note({ step: 'agreed', summary: 'Nous y serons en mai.', link: 'https://www.education.gouv.fr/lettre' });
    const queue = await look('/moderation');
    const path = /href="(\/moderation\/letters\/[\w-]+)"/.exec(queue.text)?.[1] ?? '';
    expect(queue.text).toContain('Lettre, accord à confirmer');
    const page = await look(path);
    expect(page.text).toContain('Nous y serons en mai.');
    const refused = await send(path, { form: 'decide', action: 'hide', reason: '' });
    expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('Il faut remplir ce champ')]);
    const early = await send(path, { form: 'write', step: 'agreed', day: '2001-01-01', way: '', summary: 'Oui.', link: '', note: '' });
    expect([early.status, early.text]).toEqual([409, expect.stringContaining('C’est avant le lancement')]);
    const done = await send(path, { form: 'decide', action: 'confirm', reason: '' });
    expect(done.headers['location']).toBe('/moderation?done=1');
    expect(await campaign()).toMatchObject({ state: 'agreed' });
    const again = await send(path, { form: 'decide', action: 'confirm', reason: '' });
    expect([again.status, again.text]).toEqual([409, expect.stringContaining('en a décidé entre-temps')]);
    const log = await look('/moderation/log?subject=letter');
    expect(log.text).toContain('la lettre d’une campagne');
  });

  test('writes down what an institution told them, and takes back what did not happen', async () => {
    const { id } = await campaign();
    const letters = `/moderation/campaigns/${id}/letter`;
    expect((await look(`/moderation/campaigns/${id}`)).text).toContain(letters);
    const wrong = await send(letters, { form: 'write', step: 'sent', day: today(), way: '', summary: '', link: '', note: '' });
    expect([wrong.status, wrong.text]).toEqual([422, expect.stringContaining('Choisissez')]);
    const written = await send(letters, { form: 'write', step: 'refused', day: today(), way: '', summary: 'Pas cette année.', link: '', note: 'Au téléphone.' });
    const event = String(written.headers['location']).replace('?done=1', '');
    expect(await get(site, `/c/${slug}`)).toContain('Pas cette année.');
    await send(event, { form: 'withdraw', note: 'Je m’étais trompée.' });
    expect(await get(site, `/c/${slug}`)).not.toContain('Pas cette année.');
    expect((await look(event)).text).toContain('corrigé depuis');
    expect((await look(letters)).text).toContain('Retiré, cela n’a pas eu lieu');
  });
});
