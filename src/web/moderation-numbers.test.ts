import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import sharp from 'sharp';
import { ModerationWorld, PASSWORD } from '../../test/support/moderation-world.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { valueOf } from '../../test/support/value-of.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { CampaignProgress } from '../campaigns/campaign-progress.service.ts';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
import { DAY } from '../domain/durations.ts';
import type { Account } from '../institutions/account.entity.ts';
import { DecisionLog } from '../moderation/decision-log.query.ts';
import { EvidenceStore } from '../readings/evidence.service.ts';
import type { Evidence } from '../readings/evidence.entity.ts';
import { Reading } from '../readings/reading.entity.ts';
import { ReadingFlag } from '../readings/reading-flag.entity.ts';

type Agent = ReturnType<typeof request.agent>;

let site: TestSite;
let world: ModerationWorld;
let camille: Agent;
let account: Account;
let file: Buffer;
let picture: Evidence;
let drawn = 0;

beforeAll(async () => {
  site = await startTestSite();
  world = new ModerationWorld(site.database.dataSource, site.clock);
  await world.staff('camille');
  camille = request.agent(site.url);
  await camille.post('/signin').type('form').send({ name: 'camille', password: PASSWORD }).expect(303);
});
afterAll(() => site.close());
beforeEach(async () => {
  site.clock.advance(DAY);
  await camille.post('/signin').type('form').send({ name: 'camille', password: PASSWORD }).expect(303);
  const campaign = await world.campaign({ state: 'live', launchedAt: site.clock.now() });
  if (campaign.xAccount === null) throw new Error('The campaign has an account on X.');
  account = campaign.xAccount;
  await world.reading(account, 5_850, { reader: 'moderator checked 1', status: 'counted', at: new Date(site.clock.now().getTime() - 2 * DAY) });
  drawn += 40;
  file = await sharp({ create: { width: 60, height: 40, channels: 3, background: { r: drawn, g: 0, b: 0 } } }).png().toBuffer();
  picture = valueOf(await site.get(EvidenceStore).keep(file));
});

const told = (count: number, reader: string, fields: Partial<Reading> = {}) => world.reading(account, count, { reader, ...fields });
const statusOf = async ({ id }: Reading) => (await site.database.dataSource.getRepository(Reading).findOneByOrFail({ id })).status;

async function token(path: string): Promise<string> {
  const { text } = await camille.get(path).expect(200);
  return /name="_csrf" value="([^"]*)"/.exec(text)?.[1] ?? '';
}

async function decide(reading: Reading, fields: Record<string, string>) {
  const path = `/moderation/readings/${reading.id}`;
  return camille.post(path).type('form').send({ _csrf: await token(path), ...fields });
}

describe('a number that waits', () => {
  test('is shown with its picture, who read it, why it waits, and what others read', async () => {
    const one = await told(5_840, 'stranger #anna', { evidence: picture });
    const other = await told(5_990, 'campaigner #bob', { evidenceUrl: 'https://archive.ph/AbC12' });
    const { text } = await camille.get(`/moderation/readings/${one.id}`).set('accept-language', 'en').expect(200);
    expect(text).toMatch(new RegExp(`<img src="/moderation/evidence/${picture.id}.webp" width="60" height="40" alt="Screenshot sent for 5,840 followers"`));
    expect(text).toContain('somebody passing by');
    expect(text).toContain('Others read something else');
    expect(text).toContain('may be 29 apart');
    expect(text).toContain(`/moderation/readings/${other.id}`);
    expect(text).toContain('somebody of the campaign');
    expect(text).toContain('https://archive.ph/AbC12');
    expect(text).toContain('Confirm, and reject the other one');
    const queue = await camille.get('/moderation').set('accept-language', 'en').expect(200);
    expect(queue.text).toContain(`/moderation/evidence/${picture.id}.webp`);
    expect(queue.text).toContain('1 other disagrees');
  });

  test('shows its picture to the staff alone', async () => {
    await told(5_840, 'stranger #anna', { evidence: picture });
    const name = `${picture.id}.webp`;
    await request(site.url).get(`/evidence/${name}`).expect(404);
    expect((await request(site.url).get(`/moderation/evidence/${name}`)).status).toBe(303);
    const shown = await camille.get(`/moderation/evidence/${name}`).expect(200);
    expect(shown.headers).toMatchObject({ 'content-type': 'image/webp', 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
    for (const wrong of [`${picture.id}.png`, 'x.webp', `${picture.id}`]) await camille.get(`/moderation/evidence/${wrong}`).expect(404);
  });

  test('is confirmed over those that cannot be right', async () => {
    const [one, other] = [await told(5_840, 'stranger #anna'), await told(5_990, 'stranger #bob', { evidence: picture })];
    const stranger = await world.reading((await world.campaign({ state: 'live' })).xAccount ?? account, 4, { reader: 'stranger #zoe' });
    expect((await decide(one, { action: 'confirm_over', over: `${other.id} ${stranger.id}` })).status).toBe(303);
    expect([await statusOf(one), await statusOf(other), await statusOf(stranger)]).toEqual(['counted', 'rejected', 'pending']);
    await camille.get(`/moderation/evidence/${picture.id}.webp`).expect(404);
  });
});

test('a picture that shows too much is taken away, with a reason', async () => {
  const reading = await told(5_840, 'stranger #anna', { evidence: picture, status: 'counted' });
  await request(site.url).get(`/evidence/${picture.id}.webp`).expect(200);
  const refused = await decide(reading, { form: 'drop', dropReason: ' ' });
  expect(refused.status).toBe(422);
  expect((await decide(reading, { form: 'drop', dropReason: 'A name can be read.' })).status).toBe(303);
  await request(site.url).get(`/evidence/${picture.id}.webp`).expect(404);
  expect(await statusOf(reading)).toBe('counted');
});

describe('a moderator’s own number', () => {
  const path = () => `/moderation/accounts/${account.id}/reading`;
  const send = (fields: Record<string, string>, attached: Buffer | null = null, from: Agent | null = camille) => {
    const sent = (from ?? request(site.url)).post(path()).set('accept-language', 'en');
    for (const [name, value] of Object.entries(fields)) sent.field(name, value);
    return attached === null ? sent : sent.attach('screenshot', attached, 'a.png');
  };

  test('counts at once, with a reason or a picture, and is in the log', async () => {
    const { text } = await camille.get(path()).set('accept-language', 'en').expect(200);
    expect(text).toContain('Reason, for the log');
    const _csrf = await token(path());
    const refused = await send({ _csrf, count: '5,841', reason: '' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Add a screenshot');
    expect(refused.text).toContain('value="5,841"');
    const said = await send({ _csrf, count: '5,841', reason: 'Read on my phone.' });
    expect(said.status).toBe(303);
    const id = said.headers['location']?.split('/').at(-1) ?? '';
    expect(await site.get(DecisionLog).historyOf(id)).toMatchObject([{ action: 'tell', by: 'camille', reason: 'Read on my phone.' }]);
    expect((await camille.get(said.headers['location'] ?? '').set('accept-language', 'en')).text).toContain('camille: read a number');
    await send({ _csrf, count: '5,842' }, file).expect(303);
    await request(site.url).get(`/evidence/${picture.id}.webp`).expect(200);
  });

  test('needs a session and its token, in a form with a file too', async () => {
    const before = await site.database.dataSource.getRepository(Reading).count();
    expect((await send({ count: '5,841', reason: 'x' }, file, null)).headers['location']).toMatch(/^\/signin/);
    expect((await send({ count: '5,841', reason: 'x' }, file)).status).toBe(403);
    expect((await send({ _csrf: 'made up', count: '5,841', reason: 'x' }, file)).status).toBe(403);
    expect((await send({ _csrf: await token(path()), count: '5,841', reason: 'x' }, file).set('origin', 'https://evil.example')).status).toBe(403);
    expect(await site.database.dataSource.getRepository(Reading).count()).toBe(before);
  });

  test('is for accounts on X alone', async () => {
    const other = await world.campaign();
    await camille.get(`/moderation/accounts/${other.fediverseAccount?.id}/reading`).expect(404);
    await camille.get(`/moderation/accounts/${other.id}/reading`).expect(404);
  });
});

describe('a number that counts', () => {
  let live: Campaign;
  let mastodon: Account;
  const counted = (count: number, fields: Partial<Reading> = {}) =>
    world.reading(mastodon, count, { source: 'network', reader: '', status: 'counted', ...fields });
  const all = () => site.database.dataSource.getRepository(Reading).find({ where: { account: { id: mastodon.id } }, order: { number: 'ASC' } });
  const milestones = async () => (await site.get(CampaignsQuery).milestones(live.id)).map(({ kind }) => kind);
  const correct = async ({ id }: Reading, fields: Record<string, string>, attached: Buffer | null = null) => {
    const path = `/moderation/readings/${id}/correction`;
    const sent = camille.post(path).set('accept-language', 'en');
    for (const [name, value] of Object.entries({ _csrf: await token(path), ...fields })) sent.field(name, value);
    return attached === null ? sent : sent.attach('screenshot', attached, 'a.png');
  };

  beforeEach(async () => {
    live = await world.campaign({ state: 'live', launchedAt: new Date(site.clock.now().getTime() - 2 * DAY), dareKind: 'reach', target: 100_000 });
    if (live.fediverseAccount === null) throw new Error('The campaign has an account on the fediverse.');
    mastodon = live.fediverseAccount;
    await counted(3_000, { at: live.launchedAt ?? new Date() });
  });

  test('is found from its campaign and from a report, around any day', async () => {
    const reading = await counted(60_000);
    const path = `/moderation/accounts/${mastodon.id}/readings`;
    const report = await world.report(live);
    expect((await camille.get(`/moderation/campaigns/${live.id}`)).text).toContain(`href="${path}`);
    expect((await camille.get(`/moderation/reports/${report.id}`)).text).toContain(`href="${path}`);
    const other = await world.report(live, 'other');
    expect((await camille.get(`/moderation/reports/${other.id}`)).text).not.toContain(`href="${path}`);
    const { text } = await camille.get(path).set('accept-language', 'en').expect(200);
    expect(text).toContain(`href="/moderation/readings/${reading.id}"`);
    expect(text.indexOf('60,000')).toBeLessThan(text.indexOf('3,000'));
    const before = new Date(site.clock.now().getTime() - DAY).toISOString().slice(0, 10);
    const around = await camille.get(`${path}?day=${before}`).set('accept-language', 'en').expect(200);
    expect(around.text).toContain(`value="${before}"`);
    expect((await camille.get(`${path}?day=soon`)).status).toBe(200);
    await camille.get(`/moderation/accounts/${live.id}/readings`).expect(404);
    expect((await request(site.url).get(path)).headers['location']).toMatch(/^\/signin/);
  });

  test('is corrected by another, with a reason, a picture and a row in the log; campaigns follow', async () => {
    const wrong = await counted(60_000);
    await site.get(CampaignProgress).follow([mastodon.id]);
    expect(await milestones()).toContain('half');
    const refused = await correct(wrong, { count: '6,O00', reason: ' ' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('value="6,O00"');
    expect(refused.text).toContain('Give the reason');
    expect((await correct(wrong, { count: '60,000', reason: 'The same.' })).text).toContain('It is this number already');
    const kept = await correct(wrong, { count: '6,000', evidenceUrl: 'here', reason: 'A zero too many.' }, file);
    expect(kept.status).toBe(422);
    expect(kept.text).toContain('This is not a web address');
    expect(kept.text).toContain('value="A zero too many."');
    const ticket = /name="kept" value="([^"]+)"/.exec(kept.text)?.[1] ?? '';
    const done = await correct(wrong, { count: '6,000', kept: ticket, reason: 'A zero too many.' });
    expect(done.status).toBe(303);
    const [, replaced, right] = await all();
    expect([replaced, right]).toMatchObject([{ count: 60_000, status: 'replaced' }, { count: 6_000, status: 'counted', at: wrong.at, replacesId: wrong.id, source: 'manual' }]);
    expect(done.headers['location']).toBe(`/moderation/readings/${right?.id}`);
    await request(site.url).get(`/evidence/${picture.id}.webp`).expect(200);
    expect(await milestones()).not.toContain('half');
    expect(await site.get(DecisionLog).historyOf(wrong.id)).toMatchObject([
      { action: 'correct', by: 'camille', reason: 'A zero too many.', changes: [{ field: 'count', before: '60000', after: '6000' }] },
    ]);
    const shown = await camille.get(`/moderation/readings/${wrong.id}`).set('accept-language', 'en');
    expect(shown.text).toContain('Corrected to 6,000 followers');
    const counts = (await camille.get(done.headers['location'] ?? '').set('accept-language', 'en')).text.match(/<li[^>]*><b>[\d,]+<\/b>/g);
    expect(counts).toEqual(['<li><b>3,000</b>', '<li class="is-asked"><b>6,000</b>']);
    expect(shown.text).not.toContain('value="strike"');
    expect((await camille.get(`/moderation/readings/${wrong.id}/correction`)).status).toBe(303);
  });

  test('is struck out and restored, each with a reason', async () => {
    const wrong = await counted(60_000);
    await site.get(CampaignProgress).follow([mastodon.id]);
    expect((await decide(wrong, { form: 'strike', turnReason: ' ' })).status).toBe(422);
    expect(await statusOf(wrong)).toBe('counted');
    expect((await decide(wrong, { form: 'strike', turnReason: 'Bought followers.' })).headers['location']).toBe(`/moderation/readings/${wrong.id}`);
    expect(await statusOf(wrong)).toBe('struck');
    expect(await milestones()).not.toContain('half');
    expect((await decide(wrong, { form: 'strike', turnReason: 'Again.' })).status).toBe(409);
    expect((await decide(wrong, { form: 'restore', turnReason: 'They were real.' })).status).toBe(303);
    expect(await statusOf(wrong)).toBe('counted');
    expect(await milestones()).toContain('half');
    const { text } = await camille.get('/moderation/log?action=strike').set('accept-language', 'en');
    expect(text).toContain('camille: struck a number out');
  });

  test('changes only with a session and its token', async () => {
    const reading = await counted(60_000);
    const path = `/moderation/readings/${reading.id}`;
    await camille.post(path).type('form').send({ form: 'strike', turnReason: 'x' }).expect(403);
    await camille.post(`${path}/correction`).field('count', '6').field('reason', 'x').expect(403);
    expect((await request(site.url).post(`${path}/correction`).field('count', '6')).headers['location']).toMatch(/^\/signin/);
    await camille.get(`/moderation/readings/${mastodon.id}/correction`).expect(404);
    expect(await statusOf(reading)).toBe('counted');
  });
});

describe('an unusual change', () => {
  let live: Campaign;
  let flag: ReadingFlag;
  const path = () => `/moderation/flags/${flag.id}`;
  const stateOf = async () => (await site.database.dataSource.getRepository(ReadingFlag).findOneByOrFail({ id: flag.id })).state;
  const say = async (fields: Record<string, string>) => camille.post(path()).set('accept-language', 'en').type('form').send({ _csrf: await token(path()), ...fields });
  const followers = {
    known: true as const,
    newest: { total: 400, hosts: [{ host: 'farm.example', count: 380 }] },
    before: { total: 90, hosts: [{ host: 'town.example', count: 40 }] },
    concentrated: ['farm.example'],
  };

  beforeEach(async () => {
    live = await world.campaign({ state: 'live', launchedAt: new Date(site.clock.now().getTime() - 2 * DAY), dareKind: 'reach', target: 100_000 });
    if (live.fediverseAccount === null) throw new Error('The campaign has an account on the fediverse.');
    const at = site.clock.now();
    const fromAt = new Date(at.getTime() - 600_000);
    await world.reading(live.fediverseAccount, 3_000, { source: 'network', reader: '', status: 'counted', at: fromAt });
    await world.reading(live.fediverseAccount, 3_400, { source: 'network', reader: '', status: 'counted', at });
    flag = await world.flag(live.fediverseAccount, { fromAt, fromCount: 3_000, at, count: 3_400, most: 105, followers });
  });

  test('waits in the queue, and is shown with its pace, its readings and its servers', async () => {
    const queue = await camille.get('/moderation').set('accept-language', 'en').expect(200);
    expect(queue.text).toContain(`href="${path()}"`);
    expect(queue.text).toContain('Unusual rise, on few servers');
    expect(queue.text).toMatch(/\d+ unusual changes?\. The oldest first/);
    const { text } = await camille.get(path()).set('accept-language', 'en').expect(200);
    for (const words of ['400 followers more at once for @', 'From 3,000 to 3,400 followers in 10 minutes.', 'might have gained 105', 'come from: farm.example.', '>380<', 'under 3']) {
      expect(text).toContain(words);
    }
    const french = await camille.get(path()).set('accept-language', 'fr').expect(200);
    expect(french.text).toContain('viennent de\u00a0: farm.example.');
    expect((await request(site.url).get(path())).headers['location']).toMatch(/^\/signin/);
    await camille.post(path()).type('form').send({ action: 'dismiss', reason: 'x' }).expect(403);
  });

  test.each([
    [null, 'Their servers will be known soon.'],
    [{ known: false as const, why: 'hidden' }, 'Their servers are not known: the list of followers is not public.'],
    [{ ...followers, concentrated: null }, 'Too few followers could be seen'],
    [{ ...followers, concentrated: [] }, 'They come from the same servers as those before'],
  ])('says what is known of the servers, and no more: %j', async (known, words) => {
    await site.database.dataSource.query('UPDATE reading_flag SET followers = $2 WHERE id = $1', [flag.id, known && JSON.stringify(known)]);
    expect((await camille.get(path()).set('accept-language', 'en').expect(200)).text).toContain(words);
    expect((await camille.get('/moderation').set('accept-language', 'en')).text).toContain('Unusual rise<');
  });

  test('is dismissed with a reason, and opened again', async () => {
    expect((await say({ action: 'dismiss', reason: ' ' })).status).toBe(422);
    expect((await say({})).text).toContain('Choose a decision');
    expect((await say({ action: 'dismiss', reason: 'A minister tooted.' })).headers['location']).toBe('/moderation?done=1');
    expect(await stateOf()).toBe('dismissed');
    expect((await say({ action: 'confirm', 'note-en': 'Late.' })).status).toBe(409);
    expect((await say({ form: 'reopen' })).status).toBe(422);
    const other = await world.flag(flag.account, { at: new Date(flag.at.getTime() + 1) });
    expect((await say({ form: 'reopen', reason: 'It was not.' })).text).toContain('Another change of this account waits');
    await site.database.dataSource.getRepository(ReadingFlag).delete({ id: other.id });
    expect((await say({ form: 'reopen', reason: 'It was not.' })).headers['location']).toBe(path());
    expect(await stateOf()).toBe('open');
    expect(await site.get(DecisionLog).historyOf(flag.id)).toMatchObject([
      { action: 'reopen', reason: 'It was not.', changes: [{ field: 'state', before: 'dismissed', after: 'open' }] },
      { action: 'dismiss', reason: 'A minister tooted.', changes: [{ field: 'state', before: 'open', after: 'dismissed' }] },
    ]);
    expect((await camille.get('/moderation/log?subject=flag').set('accept-language', 'en')).text).toContain('camille: reopened, an unusual change');
  });

  test('is confirmed with a note for the public, in one language at least', async () => {
    const empty = await say({ action: 'confirm', 'note-fr': ' ' });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('in one language at least');
    const long = await say({ action: 'confirm', 'note-en': 'x'.repeat(281) });
    expect(long.text).toContain(`${'x'.repeat(281)}</textarea>`);
    const words = '400 abonnés d’un <seul> serveur.';
    expect((await say({ action: 'confirm', 'note-fr': words, reason: '' })).status).toBe(303);
    expect(await stateOf()).toBe('confirmed');
    expect((await camille.get(path())).text).toContain('<p lang="fr">400 abonnés d’un &lt;seul&gt; serveur.</p>');
    const { text } = await request(site.url).get(`/c/${live.slug}`).set('accept-language', 'en').expect(200);
    expect(text).toContain('lang="fr">400 abonnés d’un &lt;seul&gt; serveur.');
    const { body } = await request(site.url).get(`/api/v1/campaigns/${live.slug}`).expect(200);
    expect((body as { notes: unknown }).notes).toEqual([
      { network: 'mastodon', kind: 'spike', from: { at: flag.fromAt.toISOString(), count: 3_000 }, to: { at: flag.at.toISOString(), count: 3_400 }, text: { fr: words } },
    ]);
    expect(String((await request(site.url).get(`/c/${live.slug}/graph.svg`)).body)).toContain('400 abonnés d’un &#60;seul&#62; serveur.');
  });
});
