import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { addCampaign } from '../../test/support/seed.ts';
import { startTestSite, type TestSite } from '../../test/support/site.ts';
import { DAY, HOUR, MINUTE } from '../domain/durations.ts';
import type { ProvenIdentity } from '../domain/proven-identity.ts';
import { CrowdWatch } from './crowd-watch.service.ts';
import { heldData, type HeldData } from './held-data.ts';
import { OpenPledges } from './open-pledges.service.ts';
import { PledgeBlocks } from './pledge-blocks.service.ts';
import { PledgeCounting } from './pledge-counting.service.ts';
import { PledgeFunnel } from './pledge-funnel.query.ts';
import { PledgeProofs } from './pledge-proofs.service.ts';
import { PledgeReleasing } from './pledge-releasing.service.ts';
import { PledgeUpkeep } from './pledge-upkeep.service.ts';
import { PledgesQuery, type PledgeNumbers } from './pledges.query.ts';
import { Pledges } from './pledges.service.ts';

const INSTITUTION = 'lelibreedu@social.example';

let site: TestSite;
let id: string;
let slug: string;

beforeAll(async () => {
  site = await startTestSite();
  site.fediverse.addServer({ host: 'social.example', software: 'mastodon' });
  site.fediverse.addServer({ host: 'town.example', software: 'mastodon' });
  site.fediverse.addAccount({ handle: INSTITUTION });
  site.fediverse.addAccount({ handle: 'suzie@town.example' });
});
afterAll(() => site.close());
beforeEach(async () => {
  site.clock.advance(DAY);
  await site.database.dataSource.query('TRUNCATE pledge, pledge_tally CASCADE');
  ({ id, slug } = await addCampaign(site.database.dataSource, { fediverse: INSTITUTION, now: site.clock.now() }));
});

async function pledge(handle: string, whenOthers: number | null = null, isHeld = false): Promise<string> {
  const pledged = await site.get(Pledges).pledge({ slug, handle, consent: true, showHandle: false, whenOthers, isHeld });
  if (!pledged.ok) throw new Error(pledged.error.type);
  return pledged.value.token;
}

async function some(n: number, whenOthers: number | null = null, name = 'p'): Promise<string[]> {
  const tokens: string[] = [];
  for (let index = 0; index < n; index += 1) tokens.push(await pledge(`${name}${index}@social.example`, whenOthers));
  return tokens;
}

async function count(): Promise<PledgeNumbers> {
  site.clock.advance(MINUTE);
  await site.get(PledgeCounting).count();
  const numbers = (await site.get(PledgesQuery).numbers([id])).get(id);
  if (numbers === undefined) throw new Error('A campaign has no numbers.');
  return numbers;
}

/** What a worker does within ten seconds. */
async function release(): Promise<number> {
  await count();
  await site.get(PledgeReleasing).release();
  return (await count()).total;
}

async function stateOf(token: string): Promise<string | null> {
  return (await site.get(OpenPledges).find(token))?.state ?? null;
}

async function held(token: string): Promise<HeldData> {
  const pledge = await site.get(OpenPledges).find(token);
  if (pledge === null) throw new Error('The pledge is gone.');
  return heldData(pledge, null, []);
}

const suzie: ProvenIdentity = { handle: { user: 'suzie', host: 'town.example' }, actorUri: 'https://town.example/users/suzie', how: 'mastodon' };

async function prove(token: string): Promise<void> {
  expect(await site.get(PledgeProofs).confirm(token, suzie)).toMatchObject({ ok: true });
}

async function post(path: string, fields: Record<string, string> = {}): Promise<request.Response> {
  return request(site.url).post(path).type('form').set('accept-language', 'en').send(fields);
}

describe('a pledge that waits for others', () => {
  test('counts once so many have promised, and brings along whoever waits for one more', async () => {
    const [first, second, last] = [await pledge('a@town.example', 3), await pledge('b@town.example', 4), await pledge('c@town.example', 6)];
    await some(2);
    expect(await release()).toBe(2);
    expect(await Promise.all([first, second, last].map(stateOf))).toEqual(['waiting', 'waiting', 'waiting']);
    await pledge('d@town.example');
    expect(await release()).toBe(5);
    expect(await Promise.all([first, second, last].map(stateOf))).toEqual(['pending', 'pending', 'waiting']);
    expect(await held(first)).toMatchObject({ condition: { whenOthers: 3, releasedAt: expect.any(Date) } });
    expect(await held(last)).toMatchObject({ condition: { whenOthers: 6, releasedAt: null } });
  });

  test('takes nobody back when others withdraw, and is not released by who is gone', async () => {
    const token = await pledge('suzie@town.example', 3);
    const tokens = await some(3);
    await count();
    await post(`/p/${tokens[0] ?? ''}/withdraw`);
    // The last count still has three.
    await site.get(PledgeReleasing).release();
    expect(await stateOf(token)).toBe('waiting');
    await pledge('new@town.example');
    expect(await release()).toBe(4);
    await post(`/p/${tokens[1] ?? ''}/withdraw`);
    expect(await release()).toBe(3);
    expect(await stateOf(token)).toBe('pending');
  });

  test('is released nowhere but where a campaign is on', async () => {
    const token = await pledge('suzie@town.example', 1);
    await pledge('p@town.example');
    const { dataSource } = site.database;
    await dataSource.query('UPDATE campaign SET hidden_at = now() WHERE id = $1', [id]);
    await release();
    expect(await stateOf(token)).toBe('waiting');
    await dataSource.query(`UPDATE campaign SET hidden_at = NULL, state = 'ended', ended_at = $2 WHERE id = $1`, [id, site.clock.now()]);
    await release();
    expect(await stateOf(token)).toBe('waiting');
    await site.get(PledgeUpkeep).expire();
    expect(await stateOf(token)).toBeNull();
    expect((await count()).total).toBe(1);
  });

  test('waits as long as the campaign goes on, and then has seven days for a proof', async () => {
    const token = await pledge('suzie@town.example', 1);
    site.clock.advance(60 * DAY);
    await site.get(PledgeUpkeep).expire();
    expect(await stateOf(token)).toBe('waiting');
    await pledge('p@town.example');
    await site.get(PledgeCounting).count();
    await site.get(PledgeReleasing).release();
    site.clock.advance(7 * DAY - 1);
    await site.get(PledgeUpkeep).expire();
    expect(await stateOf(token)).toBe('pending');
    site.clock.advance(1);
    await site.get(PledgeUpkeep).expire();
    expect(await stateOf(token)).toBeNull();
  });

  test('that is proven goes on to wait, and is proven once it is released', async () => {
    const token = await pledge('suzie@town.example', 1);
    await prove(token);
    expect(await stateOf(token)).toBe('waiting');
    expect(await count()).toMatchObject({ total: 0, verified: 0 });
    await pledge('p@town.example');
    expect(await release()).toBe(2);
    expect(await stateOf(token)).toBe('confirmed');
    expect(await count()).toMatchObject({ total: 2, verified: 1 });
    site.clock.advance(30 * DAY);
    await site.get(PledgeUpkeep).expire();
    expect(await stateOf(token)).toBe('confirmed');
  });

  test('is kept by whoever follows all the same', async () => {
    const token = await pledge('suzie@town.example', 300);
    site.fediverse.follow('suzie@town.example', INSTITUTION);
    expect((await post(`/p/${token}/check`)).status).toBe(303);
    expect(await count()).toMatchObject({ total: 1, kept: 1 });
    expect(await held(token)).toMatchObject({ state: 'kept', condition: { whenOthers: null } });
  });
});

describe('what does not count', () => {
  test('brings nobody along, and is released like everybody else, uncounted', async () => {
    const waiting = await pledge('suzie@town.example', 3);
    const tokens = await some(2);
    const heldBack = await pledge('held@flood.example', null, true);
    const repeated = await pledge('P0@social.example', 3);
    const [aside] = await some(1, 3, 'aside');
    const { dataSource } = site.database;
    await dataSource.transaction((manager) => site.get(PledgeBlocks).add(manager, { kind: 'handle', handle: { user: 'aside0', host: 'social.example' } }));
    expect(await release()).toBe(2);
    expect(await Promise.all([waiting, repeated, aside ?? ''].map(stateOf))).toEqual(['waiting', 'waiting', 'waiting']);
    await some(1, null, 'third');
    // What was set aside or repeated counts for nobody, before and after: there are three and Suzie.
    const four = await pledge('four@town.example', 4);
    const five = await pledge('five@town.example', 6);
    expect(await release()).toBe(5);
    expect(await Promise.all([waiting, repeated, aside ?? '', four, five].map(stateOf))).toEqual(['pending', 'pending', 'pending', 'pending', 'waiting']);
    expect(await stateOf(heldBack)).toBe('pending');
    expect(tokens).toHaveLength(2);
  });

  test('a held one counts once it is proven, and only when its turn has come', async () => {
    const token = await pledge('suzie@town.example', 2, true);
    await some(2);
    expect(await release()).toBe(2);
    expect(await stateOf(token)).toBe('pending');
    await prove(token);
    expect((await count()).total).toBe(3);
  });

  test('a crowd that waits is looked at when it comes', async () => {
    for (let n = 0; n < 70; n += 1) await pledge(`p${n}@flood.example`, 500);
    await site.get(CrowdWatch).look();
    const crowds = await site.database.dataSource.query('SELECT kind, pledges::int FROM pledge_crowd WHERE campaign_id = $1', [id]);
    expect(crowds).toEqual([{ kind: 'burst', pledges: 70 }]);
  });
});

describe('two pledges in one name', () => {
  test('of which one waits: the one that waits for fewer or nobody counts, and no page tells', async () => {
    const squat = await pledge('suzie@town.example', 100_000);
    const before = await held(squat);
    const own = await pledge('Suzie@town.example', 1);
    await some(1);
    expect(await release()).toBe(2);
    expect([await stateOf(squat), await stateOf(own)]).toEqual(['waiting', 'pending']);
    expect(await held(squat)).toEqual(before);
    const other = await pledge('zoe@town.example', 9);
    await pledge('zoe@town.example');
    await pledge('zoe@town.example', 5);
    expect((await count()).total).toBe(3);
    await pledge('q@town.example');
    expect(await stateOf(other)).toBe('waiting');
  });

  test('of which the proven one waits: what others type in that name changes nothing', async () => {
    const token = await pledge('suzie@town.example', 300);
    await prove(token);
    await pledge('suzie@town.example');
    expect((await count()).total).toBe(0);
    const stranger = await pledge('zoe@town.example');
    const zoe = await pledge('zoe@town.example', 300);
    const identity = { ...suzie, handle: { user: 'zoe', host: 'town.example' }, actorUri: 'https://town.example/users/zoe' };
    expect((await count()).total).toBe(1);
    expect(await site.get(PledgeProofs).confirm(zoe, identity)).toMatchObject({ value: { merged: true, state: 'waiting' } });
    expect([await stateOf(stranger), (await count()).total]).toEqual([null, 0]);
  });

  test('of which the proven one does not wait: a later condition takes nothing back', async () => {
    await prove(await pledge('suzie@town.example'));
    const token = await pledge('suzie@town.example', 300);
    await prove(token);
    expect(await stateOf(token)).toBe('confirmed');
    expect(await held(token)).toMatchObject({ condition: { whenOthers: null } });
    expect(await count()).toMatchObject({ total: 1, verified: 1 });
  });
});

describe('many who wait', () => {
  const PEOPLE = 6_000;

  /** Each waits for one more than the one before, so that one pledge brings them all along. */
  async function chain(): Promise<void> {
    await site.database.dataSource.query(
      `INSERT INTO pledge (id, campaign_id, state, counts, consent_version, follow_state, when_others, consented_at, created_at, changed_at)
       SELECT gen_random_uuid(), $1, 'waiting', true, '2026-11', 'unknown', n, $2, $2, $2 FROM generate_series(1, ${PEOPLE}) n`,
      [id, site.clock.now()],
    );
    await pledge('first@town.example');
    await count();
  }

  async function states(): Promise<Record<string, number>> {
    const rows = await site.database.dataSource.query<{ state: string; n: number }[]>(
      'SELECT state, count(*)::int AS n FROM pledge WHERE campaign_id = $1 GROUP BY state',
      [id],
    );
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
  }

  test('are released in order, by two processes as by one, in less than ten seconds', async () => {
    await chain();
    const start = performance.now();
    await Promise.all([site.get(PledgeReleasing).release(), site.get(PledgeReleasing).release()]);
    await site.get(PledgeReleasing).release();
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(await states()).toEqual({ pending: PEOPLE + 1 });
    expect((await count()).total).toBe(PEOPLE + 1);
  });

  test('that were left in the middle, as by a kill, are released from there on', async () => {
    await chain();
    const stop = new AbortController();
    const { dataSource } = site.database;
    const stopped = { transaction: async (work: never) => dataSource.transaction(work).finally(() => stop.abort()) };
    const once = Object.assign(Object.create(dataSource) as typeof dataSource, stopped);
    await new PledgeReleasing(once, site.clock).release(stop.signal);
    expect(await states()).toEqual({ pending: 5_001, waiting: PEOPLE - 5_000 });
    const [row] = await dataSource.query<{ ordered: boolean }[]>(
      `SELECT max(when_others) FILTER (WHERE state = 'pending') < min(when_others) FILTER (WHERE state = 'waiting') AS ordered FROM pledge WHERE campaign_id = $1`,
      [id],
    );
    expect(row?.ordered).toBe(true);
    await release();
    expect(await states()).toEqual({ pending: PEOPLE + 1 });
  });

  (process.env['TEST_DATABASE_URL'] ? test : test.skip)('do not wait for one who is just leaving, nor are released because of them', async () => {
    const [first, second] = [await pledge('a@town.example', 1), await pledge('b@town.example', 2)];
    await pledge('p@town.example');
    await count();
    const leaving = site.database.dataSource.createQueryRunner();
    await leaving.startTransaction();
    await leaving.query('SELECT FROM pledge WHERE campaign_id = $1 AND when_others = 1 FOR UPDATE', [id]);
    await site.get(PledgeReleasing).release();
    expect([await stateOf(first), await stateOf(second)]).toEqual(['waiting', 'waiting']);
    await leaving.rollbackTransaction();
    await leaving.release();
    expect(await release()).toBe(3);
  });
});

describe('in numbers', () => {
  test('people see who joins next, and a campaigner how many wait; they are in no other number', async () => {
    const seen = site.clock.now();
    await some(10);
    await some(4, 12, 'few');
    await some(9, 20, 'many');
    expect(await count()).toMatchObject({ total: 10, nextRelease: { at: 20, people: 9 } });
    const funnel = site.get(PledgeFunnel);
    expect(await funnel.of(id, 'UTC')).toMatchObject({ waiting: 13, all: { pledged: 10 } });
    const json = await request(site.url).get(`/api/v1/campaigns/${slug}`);
    expect((json.body as { pledges: unknown }).pledges).toEqual({ total: 10, verified: 0, kept: 0, nextRelease: { at: 20, people: 9 } });
    await some(2, null, 'more');
    expect(await release()).toBe(16);
    expect(await funnel.of(id, 'UTC')).toMatchObject({ waiting: 9, all: { pledged: 16 } });
    // As it was then, when four of them were still waiting.
    const then = (await site.get(PledgesQuery).numbersAt([id], new Date(seen.getTime() + MINUTE))).get(id);
    expect(then?.total).toBe(12);
    await site.database.dataSource.query(`UPDATE campaign SET state = 'ended', ended_at = $2 WHERE id = $1`, [id, site.clock.now()]);
    await site.get(PledgeUpkeep).expire();
    expect(await count()).toMatchObject({ total: 16, nextRelease: null });
    expect(await funnel.of(id, 'UTC')).toMatchObject({ waiting: 0, all: { pledged: 16 } });
  });
});

describe('on the pages', () => {
  const form = { handle: 'suzie@town.example', consent: 'yes' };

  test('one number in the form makes a pledge that waits, says so, and can be made without waiting', async () => {
    await some(2);
    await count();
    const pledged = await post(`/c/${slug}/pledge`, { ...form, whenOthers: ' 1 000 ' });
    const own = pledged.headers['location'] ?? '';
    const { text } = await request(site.url).get(own).set('accept-language', 'en');
    expect(text).toContain('You wait for 1,000 others');
    expect(text).toContain('2 have promised so far.');
    expect(text).not.toContain('Follow from');
    const data = await request(site.url).get(`${own}/data.json`);
    expect(data.body).toMatchObject({ state: 'waiting', condition: { whenOthers: 1_000, releasedAt: null } });
    for (let twice = 0; twice < 2; twice += 1) expect((await post(`${own}/promise`)).headers['location']).toBe(own);
    const { text: after } = await request(site.url).get(own).set('accept-language', 'en');
    expect(after).toContain('Follow from town.example');
    expect(after).not.toContain('your turn');
    expect((await count()).total).toBe(3);
    const taken = await request(site.url).get(`${own}/data.json`);
    expect(taken.body).toMatchObject({ state: 'pending', condition: { whenOthers: null, releasedAt: expect.any(String) } });
    expect((await post('/p/nobody/promise')).status).toBe(404);
  });

  test('nothing can be promised any more once the campaign is over', async () => {
    const token = await pledge('suzie@town.example', 9);
    await site.database.dataSource.query(`UPDATE campaign SET state = 'ended', ended_at = $2 WHERE id = $1`, [id, site.clock.now()]);
    expect((await post(`/p/${token}/promise`)).status).toBe(303);
    expect(await stateOf(token)).toBe('waiting');
    expect((await request(site.url).get(`/p/${token}`).set('accept-language', 'en')).text).toContain('you promised nothing');
  });

  test.each(['0', '-3', '100001', 'many', '1e3'])('%j is told to be no such number, and what was typed is kept', async (whenOthers) => {
    const answer = await post(`/c/${slug}/pledge`, { handle: 'suzie', whenOthers });
    expect(answer.status).toBe(422);
    expect(answer.text).toMatch(new RegExp(`<details class="condition" open>[\\s\\S]*value="${whenOthers}"`));
    for (const told of ['from 1 to 100,000', 'Add your server', 'Tick the box']) expect(answer.text).toContain(told);
    expect((await count()).total).toBe(0);
    const [row] = await site.database.dataSource.query<{ n: number }[]>('SELECT count(*)::int AS n FROM pledge');
    expect(row?.n).toBe(0);
  });

  test('whose turn it is sees so, with the next step', async () => {
    const token = await pledge('suzie@town.example', 2);
    await some(2);
    await release();
    site.clock.advance(HOUR);
    const { text } = await request(site.url).get(`/p/${token}`).set('accept-language', 'en');
    expect(text).toContain('2 others have promised: it is your turn.');
    expect(text).toContain('Follow from town.example');
  });
});
