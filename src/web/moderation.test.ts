import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { ModerationWorld, PASSWORD } from '../../test/support/moderation-world.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { valueOf } from '../../test/support/value-of.ts';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { Staffing } from '../identity/staffing.service.ts';
import { DecisionLog } from '../moderation/decision-log.query.ts';
import { Moderation } from '../moderation/moderation.service.ts';
import { Report } from '../moderation/report.entity.ts';
import { PublicationLedger } from '../posts/publication-ledger.service.ts';

type Agent = ReturnType<typeof request.agent>;

let site: TestSite;
let world: ModerationWorld;
let camille: Agent;

beforeAll(async () => {
  site = await startTestSite();
  world = new ModerationWorld(site.database.dataSource, site.clock);
  await world.staff('camille');
  await world.staff('alix', 'admin');
  camille = await signedIn('camille');
});
afterAll(() => site.close());

/** A browser in which this person has signed in; `from` keeps the throttles of tests apart. */
async function signedIn(name: string): Promise<Agent> {
  const agent = request.agent(site.url);
  await agent.post('/signin').type('form').send({ name, password: PASSWORD }).expect(303);
  return agent;
}

/** The value of a hidden field. */
function hidden(html: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
}

/** Looks at a page and sends one of its forms with its token and version. */
async function decide(agent: Agent, path: string, fields: Record<string, string>) {
  const { text } = await agent.get(path).expect(200);
  const carried = { _csrf: hidden(text, '_csrf'), version: hidden(text, 'version') };
  return agent.post(path).type('form').send({ ...carried, ...fields });
}

async function stateOf({ id }: Campaign): Promise<string> {
  return (await site.database.dataSource.getRepository(Campaign).findOneByOrFail({ id })).state;
}

describe('signing in', () => {
  test('is asked for by every page of the staff, and leads back', async () => {
    const anonymous = request(site.url);
    const answer = await anonymous.get('/moderation/log?by=camille').expect(303);
    expect(answer.headers['location']).toBe('/signin?next=%2Fmoderation%2Flog%3Fby%3Dcamille');
    const { text } = await anonymous.get(answer.headers['location'] ?? '').expect(200);
    expect(hidden(text, 'next')).toBe('/moderation/log?by&#x3D;camille');
    const agent = request.agent(site.url);
    const back = await agent.post('/signin').type('form').send({ name: 'Camille', password: PASSWORD, next: '/moderation/log?by=camille' });
    expect([back.status, back.headers['location']]).toEqual([303, '/moderation/log?by=camille']);
  });

  test('gives no cookie before it succeeds, and none anywhere else', async () => {
    for (const path of ['/', '/campaigns', '/signin', '/moderation']) {
      expect((await request(site.url).get(path)).headers['set-cookie']).toBeUndefined();
    }
    const failed = await request(site.url).post('/signin').type('form').send({ name: 'camille', password: 'not it' });
    expect([failed.status, failed.headers['set-cookie']]).toEqual([401, undefined]);
    expect((await camille.get('/')).headers['set-cookie']).toBeUndefined();
    const [cookie = ''] = (await camille.get('/moderation')).headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^staff=[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
  });

  test('keeps the name that was typed, and never the password', async () => {
    const typed = { name: '<camille>', password: 'hunter2hunter2' };
    const { status, text, headers } = await request(site.url).post('/signin?lang=fr').type('form').send(typed);
    expect([status, headers['cache-control']]).toEqual([401, 'no-store']);
    expect(text).toContain('value="&lt;camille&gt;"');
    expect(text).not.toContain('hunter2');
    expect(text).toContain('ne vont pas ensemble');
  });

  test('says when to come back after too many tries', async () => {
    await world.staff('dominique');
    const tryOnce = () => request(site.url).post('/signin').type('form').send({ name: 'dominique', password: 'guess' });
    for (let time = 0; time < 10; time += 1) await tryOnce();
    const refused = await tryOnce();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.text).toMatch(/Come back in \d+ minutes?\./);
    site.clock.advance(15 * 60_000);
  });

  test('by a link works once, and ends with a session', async () => {
    const { token } = valueOf(await site.get(Staffing).add('dany', 'moderator'));
    const agent = request.agent(site.url);
    const path = `/signin/link/${token}`;
    expect((await agent.get(path).expect(200)).text).toContain('autocomplete="new-password"');
    const short = await agent.post(path).type('form').send({ password: 'too short' });
    expect([short.status, short.headers['set-cookie']]).toEqual([422, undefined]);
    expect(short.text).toContain('at least 12 characters');
    await agent.post(path).type('form').send({ password: PASSWORD }).expect(303, /moderation/);
    await agent.get('/moderation').expect(200);
    expect((await agent.get(path).expect(410)).text).toContain('used already');
    await request(site.url).get('/signin/link/nothing').expect(410);
  });

  test('starts a session under a new name each time', async () => {
    const agent = await signedIn('camille');
    const cookieOf = async () => ((await agent.get('/moderation')).headers['set-cookie']?.[0] ?? '').split(';')[0];
    const before = await cookieOf();
    await agent.post('/signin').type('form').send({ name: 'camille', password: PASSWORD }).expect(303);
    const after = await cookieOf();
    expect(after).not.toBe(before);
    await request(site.url).get('/moderation').set('cookie', before ?? '').expect(303);
    await request(site.url).get('/moderation').set('cookie', after ?? '').expect(200);
  });

  test('ends by signing out with the token of the session, and when the person is disabled', async () => {
    const agent = await signedIn('camille');
    expect((await agent.post('/signout').type('form').send({})).headers['location']).toBe('/moderation');
    const { text } = await agent.get('/moderation').expect(200);
    await agent.post('/signout').type('form').send({ _csrf: hidden(text, '_csrf') }).expect(303);
    await agent.get('/moderation').expect(303);

    await world.staff('eliott');
    const eliott = await signedIn('eliott');
    await eliott.get('/moderation').expect(200);
    await site.get(Staffing).disable('eliott');
    await eliott.get('/moderation').expect(303);
  });
});

describe('moderating a campaign', () => {
  test('goes from the queue through its page into the log', async () => {
    const campaign = await world.campaign({ title: 'Ouvrez <un> compte !', story: 'Voir <script>alert(1)</script> **ceci**.' });
    const queue = await camille.get('/moderation').expect(200);
    expect(queue.headers['cache-control']).toBe('no-store');
    expect(queue.text).toContain(`href="/moderation/campaigns/${campaign.id}"`);
    const { text } = await camille.get(`/moderation/campaigns/${campaign.id}?lang=fr`).expect(200);
    expect(text).toContain('Ouvrez &lt;un&gt; compte');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; <strong>ceci</strong>');
    expect(text).toContain('pourrait être quelqu’un d’autre');
    const decided = await decide(camille, `/moderation/campaigns/${campaign.id}`, { form: 'decide', action: 'approve' });
    expect([decided.status, decided.headers['location']]).toEqual([303, '/moderation?done=1']);
    expect(await stateOf(campaign)).toBe('approved');
    expect((await camille.get('/moderation/log?by=camille&action=approve').expect(200)).text).toContain('camille: approved');
  });

  test('refuses a form without the token of the session, and changes nothing', async () => {
    const campaign = await world.campaign();
    const path = `/moderation/campaigns/${campaign.id}`;
    const version = campaign.changedAt.toISOString();
    await camille.post(path).type('form').send({ version, form: 'decide', action: 'approve' }).expect(403);
    await camille.post(path).type('form').send({ _csrf: 'made-up', version, form: 'decide', action: 'approve' }).expect(403);
    await camille.post(path).set('origin', 'https://evil.example').type('form').send({ version }).expect(403);
    expect(await stateOf(campaign)).toBe('submitted');
  });

  test('asks for the reason, and keeps what was typed', async () => {
    const campaign = await world.campaign();
    const path = `/moderation/campaigns/${campaign.id}`;
    const missing = await decide(camille, path, { form: 'decide', action: 'reject', reason: '  ' });
    expect(missing.status).toBe(422);
    expect(missing.text).toMatch(/value="reject" checked/);
    expect(missing.text).toContain('Give the reason');
    expect((await decide(camille, path, { form: 'decide', reason: 'Sans source.' })).text).toContain('Sans source.</textarea>');
    expect((await decide(camille, path, { form: 'decide', action: 'reject', reason: 'Sans source.' })).status).toBe(303);
    expect((await camille.get(path)).text).toContain('Sans source.');
  });

  test('does not decide on a campaign that changed since it was shown', async () => {
    const campaign = await world.campaign();
    const path = `/moderation/campaigns/${campaign.id}`;
    const { text } = await camille.get(path);
    const shown = { _csrf: hidden(text, '_csrf'), version: hidden(text, 'version') };
    site.clock.advance(60_000);
    const alix = (await site.get(Staffing).list()).find(({ name }) => name === 'alix');
    if (alix === undefined) throw new Error('Alix is of the staff.');
    const edit = { action: 'edit' as const, text: { title: 'Titre corrigé' }, reason: null };
    valueOf(await site.get(Moderation).decideCampaign(alix, campaign.id, campaign.changedAt, edit));
    const refused = await camille.post(path).type('form').send({ ...shown, form: 'decide', action: 'ask_changes', reason: 'Mon motif.' });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('has changed since you opened it');
    expect(refused.text).toContain('Titre corrigé');
    expect(refused.text).toContain('Mon motif.</textarea>');
    expect(await stateOf(campaign)).toBe('submitted');
  });

  test('puts words right and shows what changed', async () => {
    const campaign = await world.campaign({ quote: 'Une citation' });
    const path = `/moderation/campaigns/${campaign.id}`;
    const words = { title: campaign.title, story: 'Chiche ?', quote: 'Une citation', quoteSource: '', hashtag: '' };
    const wrong = await decide(camille, path, { form: 'edit', ...words, title: '', hashtag: 'deux mots' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('href="#title"');
    expect(wrong.text).toContain('value="deux mots"');
    const edited = await decide(camille, path, { form: 'edit', ...words });
    expect(edited.headers['location']).toBe(`${path}?done=1`);
    const { text } = await camille.get(path);
    expect(text).toMatch(/<del>.*!<\/del><ins>.*\?<\/ins>/);
    const [decision] = await site.get(DecisionLog).historyOf(campaign.id);
    expect(decision?.changes.map(({ field }) => field)).toEqual(['story']);
  });

  test('hides a public page at once, although it was kept', async () => {
    const campaign = await world.campaign({ state: 'live', launchedAt: site.clock.now() });
    await request(site.url).get(`/c/${campaign.slug}`).expect(200);
    const hide = { form: 'decide', action: 'hide', reason: 'Le temps de vérifier.' };
    await decide(camille, `/moderation/campaigns/${campaign.id}`, hide);
    await request(site.url).get(`/c/${campaign.slug}`).expect(404);
  });

  test('tells the others who looks at it', async () => {
    const campaign = await world.campaign();
    const path = `/moderation/campaigns/${campaign.id}`;
    expect((await decide(camille, path, { form: 'claim' })).status).toBe(303);
    const alix = await signedIn('alix');
    expect((await alix.get('/moderation')).text).toContain('camille is looking at it');
    expect((await alix.get(path)).text).toContain('camille has been looking at this');
    await decide(camille, path, { form: 'release' });
    expect((await alix.get(path)).text).not.toContain('camille has been looking at this');
  });

  test.each(['fr', 'en'])('shows a campaign without any account, in %s', async (language) => {
    const open = { dareKind: 'open' as const, fediverseAccount: null, xAccount: null };
    const institution = await world.institution({ website: null });
    const campaign = await world.campaign({ ...open, institution, state: 'live', launchedAt: site.clock.now(), hiddenAt: site.clock.now() });
    const { text } = await camille.get(`/moderation/campaigns/${campaign.id}?lang=${language}`).expect(200);
    expect(text).toContain(language === 'fr' ? 'Masquée' : 'Hidden');
    expect(text).toContain('value="unhide"');
    expect(text).not.toContain(`href="/c/${campaign.slug}`);
  });

  test('shows nothing for ids of nothing', async () => {
    const nothing = '0199e9f0-0000-7000-8000-000000000000';
    for (const subject of ['campaigns', 'reports', 'readings']) {
      await camille.get(`/moderation/${subject}/${nothing}`).expect(404);
      await camille.get(`/moderation/${subject}/not-an-id`).expect(404);
    }
  });
});

describe('moderating reports and readings', () => {
  test('publishes the institution’s reply on the page', async () => {
    const campaign = await world.campaign({ state: 'live', launchedAt: site.clock.now() });
    const report = await world.report(campaign, 'reply', 'Nous ouvrons un compte en mars.');
    const path = `/moderation/reports/${report.id}`;
    expect((await camille.get(path)).text).toContain('presse@agence.example');
    const empty = await decide(camille, path, { action: 'publish_reply', reply: ' ' });
    expect(empty.status).toBe(422);
    const published = await decide(camille, path, { action: 'publish_reply', reply: 'Nous ouvrons un compte en **mars**.' });
    expect(published.headers['location']).toBe(`/moderation/campaigns/${campaign.id}?done=1`);
    expect((await request(site.url).get(`/c/${campaign.slug}`)).text).toContain('en <strong>mars</strong>');
    expect((await camille.get(path)).text).not.toContain('name="action"');
  });

  test('decides on a report once', async () => {
    const report = await world.report(await world.campaign({ state: 'live', launchedAt: site.clock.now() }));
    const path = `/moderation/reports/${report.id}`;
    const { text } = await camille.get(path);
    expect((await decide(camille, path, {})).status).toBe(422);
    expect((await decide(camille, path, { action: 'dismiss', reason: 'Le nombre est juste.' })).headers['location']).toBe('/moderation?done=1');
    const again = await camille.post(path).type('form').send({ _csrf: hidden(text, '_csrf'), action: 'uphold' });
    expect(again.status).toBe(409);
    expect(again.text).toContain('Somebody has decided already');
  });

  test('confirms a reading between its neighbours', async () => {
    const campaign = await world.campaign({ state: 'live', launchedAt: site.clock.now() });
    if (campaign.xAccount === null) throw new Error('The campaign has an account on X.');
    const reading = await world.reading(campaign.xAccount, 5_840, { evidenceUrl: 'https://web.archive.example/x' });
    const path = `/moderation/readings/${reading.id}`;
    const { text } = await camille.get(`${path}?lang=fr`).expect(200);
    expect(text).toContain('https://web.archive.example/x');
    expect(text).toContain('5\u202f840');
    expect((await decide(camille, path, { action: 'confirm' })).headers['location']).toBe('/moderation?done=1');
    expect((await camille.get(path)).text).toContain('Counted');
  });
});

describe('the staff', () => {
  test('is managed by admins alone', async () => {
    await camille.get('/moderation/staff').expect(403);
    expect((await camille.get('/moderation')).text).not.toContain('href="/moderation/staff"');
    const alix = await signedIn('alix');
    const path = '/moderation/staff';
    const invited = await decide(alix, path, { act: 'add', person: 'Fatou', role: 'moderator' });
    const link = /data-copy="([^"]+)"/.exec(invited.text)?.[1] ?? '';
    expect(link).toContain(`${site.url}/signin/link/`);
    await request(site.url).get(new URL(link).pathname).expect(200);
    expect((await decide(alix, path, { act: 'add', person: 'fatou', role: 'moderator' })).text).toContain('has this name already');
    await decide(alix, path, { act: 'admin', person: 'fatou' });
    await decide(alix, path, { act: 'disable', person: 'fatou' });
    expect((await decide(alix, path, { act: 'disable', person: 'alix' })).text).toContain('Ask another admin');
    const fatou = (await site.get(Staffing).list()).find(({ name }) => name === 'fatou');
    expect(fatou).toMatchObject({ role: 'admin', disabledAt: expect.any(Date) });
    await request(site.url).get(new URL(link).pathname).expect(410);
  });
});

describe('reporting a campaign', () => {
  test('keeps what was typed until it is well, then puts it into the queue', async () => {
    const campaign = await world.campaign({ state: 'live', launchedAt: site.clock.now() });
    const path = `/report/${campaign.slug}`;
    const form = await request(site.url).get(`${path}?kind=reply`).expect(200);
    expect(form.headers['set-cookie']).toBeUndefined();
    expect(form.text).toMatch(/value="reply" checked/);
    const wrong = await request(site.url).post(`${path}?lang=fr`).type('form').send({ text: 'Le compte a déménagé.', contact: 'a@b.example' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Le compte a déménagé.</textarea>');
    expect(wrong.text).toContain('value="a@b.example"');
    expect(wrong.text).toContain('Dites de quoi il s’agit.');
    const sent = await request(site.url).post(path).type('form').send({ kind: 'wrong-account', text: 'Le compte a déménagé.' });
    expect(sent.headers['location']).toBe(`${path}?sent=1`);
    expect((await request(site.url).get(`${path}?sent=1`)).text).toContain('Thank you');
    const reports = await site.database.dataSource.getRepository(Report).findBy({ campaign: { id: campaign.id } });
    expect(reports).toMatchObject([{ kind: 'wrong-account', text: 'Le compte a déménagé.', contact: null }]);
  });

  test('says when to come back after too many', async () => {
    const campaign = await world.campaign({ state: 'live', launchedAt: site.clock.now() });
    site.clock.advance(3_600_000);
    const send = () =>
      request(site.url).post(`/report/${campaign.slug}`).type('form').send({ kind: 'other', text: 'Encore.' });
    for (let time = 0; time < 5; time += 1) await send().expect(303);
    const refused = await send();
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBeDefined();
    expect(refused.text).toContain('Encore.</textarea>');
  });

  test('tells nothing of a campaign that is not public', async () => {
    const campaign = await world.campaign();
    await request(site.url).get(`/report/${campaign.slug}`).expect(404);
    await request(site.url).post(`/report/${campaign.slug}`).type('form').send({ kind: 'other', text: 'Chut.' }).expect(404);
  });
});

describe('on a site with https', () => {
  let secure: TestSite;
  beforeAll(async () => {
    secure = await startTestSite({ env: { PUBLIC_URL: 'https://chiche.example' } });
    await new ModerationWorld(secure.database.dataSource, secure.clock).staff('camille');
  });
  afterAll(() => secure.close());

  test('the cookie is bound to the host and to https', async () => {
    const origin = `http://127.0.0.1:${secure.config.port}`;
    const { headers, status } = await request(origin).post('/signin').type('form').send({ name: 'camille', password: PASSWORD });
    const [cookie = ''] = headers['set-cookie'] ?? [];
    expect(status).toBe(303);
    expect(cookie).toMatch(/^__Host-staff=[^;]+; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/);
  });
});

describe('the switch for all bots', () => {
  const path = '/moderation/bots';

  test('stops them, tells since when and who did, lets them go on, and is in the log', async () => {
    const ledger = site.get(PublicationLedger);
    expect((await camille.get(path).set('accept-language', 'en').expect(200)).text).toContain('Stop all bots');
    const stopped = await decide(camille, path, { action: 'pause_bots', reason: 'A bot of a campaign floods.' });
    expect([stopped.status, stopped.headers['location']]).toEqual([303, path]);
    expect(await ledger.pausedSince()).toEqual(site.clock.now());
    const { text } = await camille.get(path).set('accept-language', 'en').expect(200);
    expect(text).toContain(`<time datetime="${site.clock.now().toISOString()}">`);
    expect(text).toContain('camille: stopped');
    expect(text).toContain('A bot of a campaign floods.');
    expect((await decide(camille, path, { action: 'pause_bots' })).status).toBe(409);
    expect((await decide(camille, path, { action: 'resume_bots' })).status).toBe(303);
    expect(await ledger.pausedSince()).toBeNull();
    const log = await camille.get('/moderation/log?subject=bot').set('accept-language', 'fr').expect(200);
    expect(log.text).toContain('reprise, tous les robots');
    const link = /href="(\/moderation\/bots\/[^"?]*)/.exec(log.text)?.[1] ?? '';
    expect((await camille.get(link).expect(303)).headers['location']).toBe(path);
  });

  test('moves for nobody else, and not for a form without its token', async () => {
    await request(site.url).get(path).expect(303);
    await camille.post(path).type('form').send({ action: 'pause_bots' }).expect(403);
    expect((await decide(camille, path, { action: 'something' })).status).toBe(422);
    expect(await site.get(PublicationLedger).pausedSince()).toBeNull();
  });
});
