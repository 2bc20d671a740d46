import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { ModerationWorld, PASSWORD } from '../../test/support/moderation-world.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { SERVER_DAY } from '../domain/crowds.ts';
import { DAY, HOUR, MINUTE } from '../domain/durations.ts';
import type { ProofMethod } from '../domain/proven-identity.ts';
import { CrowdWatch } from '../pledges/crowd-watch.service.ts';
import { PledgeCounting } from '../pledges/pledge-counting.service.ts';
import { PledgeCrowd } from '../pledges/pledge-crowd.entity.ts';
import { PledgeDoor } from '../pledges/pledge-door.service.ts';
import { PledgeProofs } from '../pledges/pledge-proofs.service.ts';
import { PledgesQuery } from '../pledges/pledges.query.ts';
import { Pledges } from '../pledges/pledges.service.ts';

type Agent = ReturnType<typeof request.agent>;

let site: TestSite;
let moderator: Agent;
let id: string;
let slug: string;

beforeAll(async () => {
  site = await startTestSite();
  const world = new ModerationWorld(site.database.dataSource, site.clock);
  await world.staff('camille');
  moderator = request.agent(site.url);
  await moderator.post('/signin').type('form').send({ name: 'camille', password: PASSWORD }).expect(303);
});
afterAll(() => site.close());
beforeEach(async () => {
  site.clock.advance(DAY);
  await site.database.dataSource.query('DELETE FROM pledge_crowd');
  ({ id, slug } = await addCampaign(site.database.dataSource, { now: site.clock.now(), title: `Chiche ${site.clock.now().toISOString()}` }));
});

async function pledge(handle: string): Promise<string> {
  const pledged = await site.get(Pledges).pledge({ slug, handle, consent: true, showHandle: false });
  if (!pledged.ok) throw new Error(pledged.error.type);
  return pledged.value.token;
}

async function throughTheDoor(handle: string): Promise<string> {
  const pledged = await site.get(PledgeDoor).pledge({ slug, handle, consent: true, showHandle: false });
  return pledged.ok ? pledged.value.token : pledged.error.type;
}

async function prove(token: string, handle: string, how: ProofMethod = 'mastodon'): Promise<void> {
  const [user = '', host = ''] = handle.split('@');
  expect(await site.get(PledgeProofs).confirm(token, { handle: { user, host }, actorUri: `https://${host}/users/${user}`, how })).toMatchObject({ ok: true });
}

async function flood(n: number, host = 'flood.example'): Promise<string[]> {
  return Promise.all(Array.from({ length: n }, (_, index) => pledge(`p${index}@${host}`)));
}

async function total(): Promise<number> {
  site.clock.advance(MINUTE);
  await site.get(PledgeCounting).count();
  return (await site.get(PledgesQuery).numbers([id])).get(id)?.total ?? -1;
}

async function post(path: string, fields: Record<string, string>): Promise<request.Response> {
  const { text } = await moderator.get(path.replace(/(blocks)\/.*/, '$1')).set('accept-language', 'en').expect(200);
  const token = /name="_csrf" value="([^"]*)"/.exec(text)?.[1] ?? '';
  return moderator.post(path).type('form').set('accept-language', 'en').send({ _csrf: token, ...fields });
}

async function look(): Promise<PledgeCrowd[]> {
  await site.get(CrowdWatch).look();
  return site.database.dataSource.getRepository(PledgeCrowd).find({ where: { campaign: { id } }, order: { createdAt: 'ASC' } });
}

describe('a crowd', () => {
  test('is flagged once, changes nothing by itself, and waits in the one queue', async () => {
    await flood(70);
    await Promise.all(Array.from({ length: 10 }, (_, n) => pledge(`q${n}@town.example`)));
    const [crowd, ...others] = await look();
    expect(others).toEqual([]);
    expect(crowd).toMatchObject({ kind: 'burst', pledges: 70, unproven: 70, state: 'open' });
    expect(JSON.stringify(crowd)).not.toContain('flood');
    expect(await look()).toHaveLength(1);
    expect(await total()).toBe(80);
    const { text } = await moderator.get('/moderation').set('accept-language', 'en').expect(200);
    expect(text).toContain(`/moderation/crowds/${crowd?.id ?? ''}`);
    expect(text).toContain('70 promises for');
    const page = await moderator.get(`/moderation/crowds/${crowd?.id ?? ''}`).set('accept-language', 'en').expect(200);
    expect(page.text).toContain('flood.example');
    expect(page.text).not.toContain('town.example');
    expect(page.text).not.toMatch(/p\d+@/);
  });

  test('is set aside in bulk, with a reason, in the log, and all of it counts again when that is undone', async () => {
    const tokens = await flood(66);
    await prove(tokens[0] ?? '', 'p0@flood.example');
    const [crowd] = await look();
    const path = `/moderation/crowds/${crowd?.id ?? ''}`;
    expect((await post(path, { reason: 'x' })).status).toBe(422);
    expect((await post(path, { action: 'set_aside_unproven' })).status).toBe(422);
    expect(await total()).toBe(66);
    const decided = await post(path, { action: 'set_aside_unproven', reason: 'Typed by a script.' });
    expect([decided.status, decided.headers['location']]).toEqual([303, '/moderation?done=1']);
    expect(await total()).toBe(1);
    expect((await post(path, { action: 'dismiss', reason: 'Again' })).status).toBe(409);
    // Whoever proves a pledge that was set aside counts.
    await prove(tokens[1] ?? '', 'p1@flood.example');
    expect(await total()).toBe(2);
    const log = await moderator.get('/moderation/log?subject=crowd').set('accept-language', 'en').expect(200);
    expect(log.text).toContain('Typed by a script.');
    expect((await post(path, { form: 'reopen', reason: 'A school, after all.' })).status).toBe(303);
    expect(await total()).toBe(66);
    await site.get(CrowdWatch).look();
    expect(await look()).toHaveLength(1);
  });

  test('of accounts made for it is set aside whole, and stays so however often they are proven; those who left stay gone', async () => {
    const handles = Array.from({ length: 30 }, (_, n) => `me@s${n}.example`);
    const tokens = await Promise.all(handles.map(pledge));
    for (const n of [0, 1]) await prove(tokens[n] ?? '', handles[n] ?? '');
    const [crowd] = await look();
    expect(crowd).toMatchObject({ kind: 'one-actor', pledges: 30, unproven: 28 });
    const path = `/moderation/crowds/${crowd?.id ?? ''}`;
    await post(path, { action: 'set_aside_all', reason: 'Made today.' });
    expect(await total()).toBe(0);
    await prove(tokens[0] ?? '', handles[0] ?? '');
    expect(await total()).toBe(0);
    await request(site.url).post(`/p/${tokens[5] ?? ''}/withdraw`).expect(200);
    await post(path, { form: 'reopen', reason: 'They are real.' });
    expect(await total()).toBe(29);
  });

  test('that was dismissed goes on to count, and the same hour is not asked about again', async () => {
    await flood(61);
    const [crowd] = await look();
    await post(`/moderation/crowds/${crowd?.id ?? ''}`, { action: 'dismiss', reason: 'A conference.' });
    await flood(70, 'flood.example');
    expect(await look()).toHaveLength(1);
    expect(await total()).toBe(70);
    site.clock.advance(2 * HOUR);
    expect(await look()).toHaveLength(1);
    site.clock.advance(90 * DAY);
    await site.get(CrowdWatch).forgetOld();
    expect(await look()).toEqual([]);
  });

  test('of names that their server does not know is a crowd; honest people of a small server are none', async () => {
    const { dataSource } = site.database;
    await flood(6, 'nowhere.example');
    await dataSource.query(`UPDATE pledge SET follow_state = 'missing' WHERE campaign_id = $1`, [id]);
    await flood(40, 'town.example');
    expect(await look()).toMatchObject([{ kind: 'throw-away', pledges: 6 }]);
  });
});

describe('what is blocked', () => {
  const reason = 'Asked for by their administrator.';

  async function blockOf(name: string): Promise<string> {
    expect((await post('/moderation/blocks', { name, reason })).status).toBe(303);
    const [row] = await site.database.dataSource.query<{ id: string }[]>('SELECT id FROM pledge_block ORDER BY created_at DESC, id DESC LIMIT 1');
    return row?.id ?? '';
  }

  test('a server: nobody gets in from it or from under its name, and what it brought is set aside until it is let in again', async () => {
    const early = await pledge('p0@evil.example');
    await pledge('ada@town.example');
    const block = await blockOf('evil.example');
    site.clock.advance(MINUTE);
    expect(await total()).toBe(1);
    expect(await throughTheDoor('p1@evil.example')).toBe('blocked-server');
    expect(await throughTheDoor('p1@sub.EVIL.example')).toBe('blocked-server');
    expect(await throughTheDoor('p1@notevil.example')).toHaveLength(32);
    const page = await request(site.url).post(`/c/${slug}/pledge`).set('accept-language', 'en').type('form').send({ handle: 'p1@evil.example', consent: 'yes' });
    expect([page.status, page.text.includes('Promises from evil.example are not taken')]).toEqual([422, true]);
    const api = await request(site.url).post(`/api/v1/campaigns/${slug}/pledges`).send({ handle: 'p1@evil.example', consent: true });
    expect(api.status).toBe(422);
    expect(api.body).toMatchObject({ type: expect.stringContaining('/problems/blocked-server') });
    await prove(early, 'p0@evil.example');
    expect(await total()).toBe(2);
    expect((await moderator.get('/moderation/blocks').expect(200)).text).toContain('evil.example');
    expect((await post(`/moderation/blocks/${block}`, { reason: '' })).status).toBe(422);
    expect((await post(`/moderation/blocks/${block}`, { reason: 'Mended.' })).status).toBe(303);
    expect((await post(`/moderation/blocks/${block}`, { reason: 'Twice.' })).status).toBe(409);
    site.clock.advance(MINUTE);
    expect(await throughTheDoor('p1@evil.example')).toHaveLength(32);
    const log = await moderator.get('/moderation/log?subject=block').set('accept-language', 'en').expect(200);
    expect(log.text).toContain('Mended.');
    await moderator.get(`/moderation/blocks/${block}`).expect(303);
  });

  test('an address: a promise in its name looks like any other and does not count, and nothing tells who it is', async () => {
    const handle = 'victim@town.example';
    const block = await blockOf(`@${handle}`);
    const kept = JSON.stringify([
      await site.database.dataSource.query('SELECT * FROM pledge_block'),
      await site.database.dataSource.query(`SELECT * FROM decision WHERE subject = 'block'`),
    ]);
    expect(kept).not.toMatch(/victim/);
    expect((await moderator.get('/moderation/blocks')).text).not.toContain('victim');
    const answers = await Promise.all(
      [handle, 'other@town.example'].map(async (each) => {
        const own = await throughTheDoor(each);
        const { status, text } = await request(site.url).get(`/p/${own}`);
        return [status, text.replaceAll(own, 'TOKEN').replaceAll(each, 'HANDLE').replace(/<meta[^>]*>/g, '')];
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(await total()).toBe(1);
    await post(`/moderation/blocks/${block}`, { reason: 'Asked for.' });
  });

  test.each([
    ['nonsense', 'neither the name of a server nor an address'],
    ['', 'neither the name of a server nor an address'],
  ])('%j is nothing to block', async (name, words) => {
    const answer = await post('/moderation/blocks', { name, reason });
    expect([answer.status, answer.text.includes(words)]).toEqual([422, true]);
    expect(answer.text).toContain(reason);
  });
});

describe('the door', () => {
  test('hears so many of one network, whether they come by the page or by the API', async () => {
    const from = { 'x-forwarded-for': '203.0.113.9' };
    const byPage = () => request(site.url).post(`/c/${slug}/pledge`).set(from).type('form').send({ handle: 'x' });
    const byApi = () => request(site.url).post(`/api/v1/campaigns/${slug}/pledges`).set(from).send({ handle: 'x', consent: true });
    for (let n = 0; n < 30; n += 1) {
      expect((await byPage()).status).toBe(422);
      expect((await byApi()).status).toBe(422);
    }
    expect((await byPage()).status).toBe(429);
    const refused = await byApi();
    expect([refused.status, Number(refused.headers['retry-after']) > 0]).toEqual([429, true]);
    site.clock.advance(10 * MINUTE);
    expect((await byApi()).status).toBe(422);
  }, 30_000);

  test('counts a server’s people beyond its day once they are proven, and takes every one of them', async () => {
    for (let n = 0; n < SERVER_DAY; n += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, index) => throughTheDoor(`p${n + index}@town.example`)));
    }
    const held = await throughTheDoor('late@town.example');
    expect(await total()).toBe(SERVER_DAY);
    expect((await request(site.url).get(`/p/${held}`).set('accept-language', 'en')).text).toContain('So many promises came from town.example');
    // Somebody who tries names that may have pledged learns nothing by what they are told.
    const repeated = await throughTheDoor('p0@town.example');
    expect((await request(site.url).get(`/p/${repeated}`).set('accept-language', 'en')).text).toContain('So many promises came from town.example');
    expect(await throughTheDoor('ada@elsewhere.example')).toHaveLength(32);
    expect(await total()).toBe(SERVER_DAY + 1);
    await prove(held, 'late@town.example');
    expect(await total()).toBe(SERVER_DAY + 2);
    const seen = await throughTheDoor('later@town.example');
    await site.get(PledgeProofs).keep(seen, 'listed');
    expect(await total()).toBe(SERVER_DAY + 3);
    site.clock.advance(DAY);
    await throughTheDoor('tomorrow@town.example');
    expect(await total()).toBe(SERVER_DAY + 4);
  }, 60_000);
});
