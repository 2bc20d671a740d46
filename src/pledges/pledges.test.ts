import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { testKeyRing } from '../../test/support/key-ring.ts';
import { startReaders, type TestReaders } from '../../test/support/reader.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { startSimulatedFediverse, type SimulatedFediverse } from '../cli/demo/simulated-fediverse.ts';
import type { SimulatedAccount } from '../cli/demo/simulated-world.ts';
import { DAY, MINUTE } from '../domain/durations.ts';
import type { ProvenIdentity } from '../domain/proven-identity.ts';
import { SettableClock } from '../platform/clock.ts';
import { createGuardedHttp, type GuardedHttp } from '../platform/http.ts';
import { FollowWatch } from './follow-watch.service.ts';
import { OpenPledges } from './open-pledges.service.ts';
import { PledgeAnonymising } from './pledge-anonymising.service.ts';
import { PledgeCounting } from './pledge-counting.service.ts';
import { PledgeProofs } from './pledge-proofs.service.ts';
import type { PledgeTally } from './pledge-tally.entity.ts';
import { PledgeUpkeep } from './pledge-upkeep.service.ts';
import { Pledge } from './pledge.entity.ts';
import { PledgesQuery } from './pledges.query.ts';
import { Pledges } from './pledges.service.ts';
import { SupporterPage } from './supporter-page.service.ts';

const START = new Date('2023-09-01T08:00:00Z');
const INSTITUTION = 'lelibreedu@mastodon.mim-libre.fr';

let database: TestDatabase;
let fediverse: SimulatedFediverse;
let http: GuardedHttp;
const clock = new SettableClock(START);
let pledges: Pledges;
let proofs: PledgeProofs;
let page: SupporterPage;
let counting: PledgeCounting;
let upkeep: PledgeUpkeep;
let anonymising: PledgeAnonymising;
let watch: FollowWatch;
let readers: TestReaders;
let query: PledgesQuery;

beforeAll(async () => {
  [database, fediverse] = await Promise.all([openTestDatabase(), startSimulatedFediverse()]);
  http = createGuardedHttp({ userAgent: 'test', privateNetwork: fediverse.address, timeoutMs: 3_000 });
  readers = await startReaders(database.dataSource, clock);
  fediverse.addServer({ host: 'mastodon.mim-libre.fr', software: 'mastodon' });
  fediverse.addAccount({ handle: INSTITUTION, followers: 5_090 });
  fediverse.addServer({ host: 'piaille.example', software: 'mastodon' });
  fediverse.addAccount({ handle: 'Suzie@piaille.example' });
});
afterAll(async () => {
  await readers.close();
  await http.close();
  await fediverse.close();
  await database.close();
});

beforeEach(() => {
  const { dataSource } = database;
  clock.advance(DAY);
  const ring = testKeyRing(dataSource);
  const open = new OpenPledges(dataSource, ring);
  pledges = new Pledges(dataSource, clock, ring);
  proofs = new PledgeProofs(dataSource, clock, ring, open);
  page = new SupporterPage(dataSource, clock, http, open, proofs);
  counting = new PledgeCounting(dataSource, clock, ring);
  upkeep = new PledgeUpkeep(dataSource, clock);
  anonymising = new PledgeAnonymising(dataSource, counting);
  watch = new FollowWatch(dataSource, clock, ring, readers.worker(http));
  query = new PledgesQuery(dataSource, ring);
  fediverse.fail('piaille.example', null);
});

async function campaign(state = 'live'): Promise<{ id: string; slug: string }> {
  return addCampaign(database.dataSource, { state, fediverse: INSTITUTION, now: clock.now() });
}

async function pledge(slug: string, handle: string): Promise<string> {
  const pledged = await pledges.pledge({ slug, handle, consent: true, showHandle: false });
  if (!pledged.ok) throw new Error(pledged.error.type);
  return pledged.value.token;
}

async function counted(id: string): Promise<{ total: number; verified: number; kept: number }> {
  clock.advance(MINUTE);
  await counting.count();
  const { total, verified, kept } = (await query.numbers([id])).get(id) ?? { total: -1, verified: -1, kept: -1 };
  return { total, verified, kept };
}

describe('Suzie pledges', () => {
  test('once, however she spells her handle', async () => {
    const { id, slug } = await campaign();
    const tokens = [
      await pledge(slug, '@Suzie@piaille.example'),
      await pledge(slug, 'suzie@PIAILLE.example'),
      await pledge(slug, 'https://piaille.example/@suzie'),
    ];
    expect(await counted(id)).toEqual({ total: 1, verified: 0, kept: 0 });
    // A repeated pledge has a page that tells a stranger nothing.
    for (const token of tokens) expect(await page.find(token)).toMatchObject({ state: 'pending' });
  });

  test('not without consent, not as the institution, not where nothing is asked', async () => {
    const { slug } = await campaign();
    const over = await campaign('ended');
    const hidden = await campaign('submitted');
    const wish = { slug, handle: 'suzie@piaille.example', consent: true, showHandle: false };
    const refused = async (change: object): Promise<unknown> => {
      const result = await pledges.pledge({ ...wish, ...change });
      return result.ok ? 'taken' : result.error.type;
    };
    expect(await refused({ consent: false })).toBe('no-consent');
    expect(await refused({ handle: `@${INSTITUTION.toUpperCase()}` })).toBe('own-handle');
    expect(await refused({ handle: 'piaille.example' })).toBe('server-only');
    expect(await refused({ slug: over.slug })).toBe('finished');
    expect(await refused({ slug: hidden.slug })).toBe('not-found');
    expect(await refused({ slug: 'nowhere' })).toBe('not-found');
  });

  test('at the same moment as many others, and each is counted', async () => {
    const { id, slug } = await campaign();
    await Promise.all(Array.from({ length: 60 }, (_, n) => pledge(slug, `p${n % 50}@server${n % 3}.example`)));
    const distinct = new Set(Array.from({ length: 60 }, (_, n) => `p${n % 50}@server${n % 3}`)).size;
    expect(await counted(id)).toMatchObject({ total: distinct });
    const numbers = (await query.numbers([id])).get(id);
    expect(numbers?.serverCount).toBe(3);
    expect(numbers?.servers.every(({ count }) => count >= 5)).toBe(true);
  });
});

describe('her page', () => {
  test('leads to her own server', async () => {
    const { slug } = await campaign();
    const found = await page.find(await pledge(slug, 'suzie@piaille.example'));
    const shown = found && (await page.withFollowLink(found));
    expect(shown?.followState).toBe('found');
    expect(shown?.person.followUrl).toContain('https://piaille.example/authorize_interaction?uri=');
  });

  test('says when there is no such account, and keeps the pledge when her server is down', async () => {
    const { slug } = await campaign();
    const typo = await page.find(await pledge(slug, 'suzy@piaille.example'));
    expect(typo && (await page.withFollowLink(typo)).followState).toBe('missing');
    fediverse.fail('piaille.example', 'down');
    const token = await pledge(slug, 'suzie@piaille.example');
    const unreachable = await page.find(token);
    expect(unreachable && (await page.withFollowLink(unreachable)).followState).toBe('unreachable');
    fediverse.fail('piaille.example', null);
    const later = await page.find(token);
    expect(later && (await page.withFollowLink(later)).followState).toBe('found');
  });

  test('sees that she follows, and only then', async () => {
    const { id, slug } = await campaign();
    const token = await pledge(slug, 'suzie@piaille.example');
    expect(await page.check(token)).toEqual({ ok: true, value: false });
    fediverse.follow('suzie@piaille.example', INSTITUTION);
    expect(await page.check(token)).toEqual({ ok: true, value: true });
    expect(await counted(id)).toEqual({ total: 1, verified: 0, kept: 1 });
    expect(await query.names(id)).toEqual([]);
  });

  test('leads to where the account has moved, also when she had a link before', async () => {
    const moved = 'lelibreedu@social.example';
    const old = await addCampaign(database.dataSource, { fediverse: 'moving@mastodon.mim-libre.fr', now: clock.now() });
    const token = await pledge(old.slug, 'suzie@piaille.example');
    const linkOf = async (): Promise<string> => {
      const found = await page.find(token);
      return (found && (await page.withFollowLink(found)).person.followUrl) ?? '';
    };
    expect(decodeURIComponent(await linkOf())).toContain('https://mastodon.mim-libre.fr/users/moving');
    const actorUri = 'https://social.example/users/lelibreedu';
    await database.dataSource.query(
      `UPDATE account SET state = 'moved', new_handle = $2, actor_uri = $3, url = $4 WHERE id = $1`,
      [old.fediverseAccount?.id, moved, actorUri, 'https://social.example/@lelibreedu'],
    );
    const link = await linkOf();
    expect(link).toBe(`https://piaille.example/authorize_interaction?uri=${encodeURIComponent(actorUri)}`);
    // It is looked up once, not at each visit.
    fediverse.fail('piaille.example', 'down');
    expect(await linkOf()).toBe(link);
    fediverse.fail('piaille.example', null);
    fediverse.addServer({ host: 'social.example', software: 'mastodon' });
    fediverse.addAccount({ handle: moved });
    expect(await page.check(token)).toEqual({ ok: true, value: false });
    fediverse.follow('suzie@piaille.example', moved);
    expect(await page.check(token)).toEqual({ ok: true, value: true });
    const own = await pledges.pledge({ slug: old.slug, handle: moved.toUpperCase(), consent: true, showHandle: false });
    expect(own).toEqual({ ok: false, error: { type: 'own-handle' } });
  });

  test('erases her at once', async () => {
    const { id, slug } = await campaign();
    const token = await pledge(slug, 'suzie@piaille.example');
    expect(await counted(id)).toMatchObject({ total: 1 });
    expect(await page.withdraw(token)).toEqual({ ok: true, value: { slug } });
    expect(await page.find(token)).toBeNull();
    expect(await page.withdraw(token)).toEqual({ ok: false, error: { type: 'not-found' } });
    expect(await counted(id)).toMatchObject({ total: 0 });
    const rows = await database.dataSource.query('SELECT to_jsonb(pledge)::text AS row FROM pledge WHERE campaign_id = $1', [id]);
    expect(JSON.stringify(rows)).not.toMatch(/suzie|piaille/i);
    expect(await pledge(slug, 'suzie@piaille.example')).not.toBe(token);
  });

  test('of a repeated pledge takes only itself away', async () => {
    const { id, slug } = await campaign();
    await pledge(slug, 'suzie@piaille.example');
    await page.withdraw(await pledge(slug, 'suzie@piaille.example'));
    expect(await counted(id)).toMatchObject({ total: 1 });
  });
});

test('a pledge that stayed unproven for seven days is forgotten', async () => {
  const { id, slug } = await campaign();
  const token = await pledge(slug, 'suzie@piaille.example');
  clock.advance(7 * DAY - 1);
  await upkeep.expire();
  expect(await page.find(token)).not.toBeNull();
  clock.advance(1);
  await upkeep.expire();
  expect(await page.find(token)).toBeNull();
  expect(await counted(id)).toMatchObject({ total: 0 });
});

const piaille = (user: string): { user: string; host: string } => ({ user, host: 'piaille.example' });
const suzie: ProvenIdentity = { handle: piaille('Suzie'), actorUri: 'https://piaille.example/users/Suzie', how: 'mastodon' };

async function rowsOf(id: string): Promise<number> {
  return database.dataSource.getRepository(Pledge).countBy({ campaign: { id } });
}

describe('her proof', () => {
  test('makes the pledge hers, once, and is counted', async () => {
    const { id, slug } = await campaign();
    const token = await pledge(slug, 'suzie@piaille.example');
    const confirmed = { ok: true, value: { slug, state: 'confirmed', merged: false, handle: '@Suzie@piaille.example' } };
    expect(await proofs.confirm(token, suzie)).toEqual(confirmed);
    expect(await proofs.confirm(token, { ...suzie, how: 'profile' })).toEqual(confirmed);
    expect(await counted(id)).toEqual({ total: 1, verified: 1, kept: 0 });
    expect(await page.find(token)).toMatchObject({ proof: 'profile', handle: 'Suzie@piaille.example', person: { actorUri: suzie.actorUri } });
  });

  test('is kept once it is seen, and stays both', async () => {
    const { id, slug } = await campaign();
    const token = await pledge(slug, 'suzie@piaille.example');
    await proofs.confirm(token, suzie);
    expect(await proofs.keep(token, 'followed')).toEqual({ ok: true, value: { slug, state: 'kept' } });
    const { keptAt } = (await page.find(token)) ?? {};
    clock.advance(DAY);
    await proofs.keep(token, 'relationship');
    expect(await page.find(token)).toMatchObject({ state: 'kept', keptHow: 'followed', keptAt, lookAgainAt: new Date(clock.now().getTime() + 30 * DAY) });
    expect(await counted(id)).toEqual({ total: 1, verified: 1, kept: 1 });
  });

  test('merges what was pledged in her name, by whom and however it was spelt', async () => {
    const { id, slug } = await campaign();
    const stranger = await pledge(slug, 'suzie@piaille.example');
    await proofs.keep(stranger, 'listed');
    const again = await pledge(slug, '@SUZIE@piaille.example');
    const other = await pledge(slug, 'suzie@www.piaille.example');
    const createdAt = (await page.find(stranger))?.createdAt;
    clock.advance(MINUTE);
    expect(await proofs.confirm(again, suzie)).toMatchObject({ value: { merged: true, state: 'kept' } });
    expect(await page.find(stranger)).toBeNull();
    expect(await page.find(again)).toMatchObject({ state: 'kept', keptHow: 'listed', createdAt });
    expect(await counted(id)).toEqual({ total: 2, verified: 1, kept: 1 });
    // The same account under a spelling that nobody could have known to be hers.
    expect(await proofs.confirm(other, suzie)).toMatchObject({ error: { type: 'another-person' } });
    expect(await proofs.confirm(other, suzie, { move: true })).toMatchObject({ value: { merged: true, state: 'kept' } });
    expect(await counted(id)).toEqual({ total: 1, verified: 1, kept: 1 });
    expect(await rowsOf(id)).toBe(1);
  });

  test('of another account is told, and changes nothing until she says so', async () => {
    const { id, slug } = await campaign();
    const token = await pledge(slug, 'suzy@piaille.example');
    const another = { type: 'another-person', pledged: '@suzy@piaille.example', proven: '@Suzie@piaille.example' };
    expect(await proofs.confirm(token, suzie)).toEqual({ ok: false, error: another });
    expect(await counted(id)).toEqual({ total: 1, verified: 0, kept: 0 });
    expect(await proofs.confirm(token, suzie, { move: true })).toMatchObject({ value: { merged: false, handle: '@Suzie@piaille.example' } });
    expect(await counted(id)).toEqual({ total: 1, verified: 1, kept: 0 });
  });

  test('follows her to a new server, and finds the pledge that she made there', async () => {
    const { id, slug } = await campaign();
    const token = await pledge(slug, 'suzie@piaille.example');
    await proofs.confirm(token, suzie);
    await proofs.keep(token, 'listed');
    const moved: ProvenIdentity = {
      handle: { user: 'suzie', host: 'other.example' },
      actorUri: 'https://other.example/users/suzie',
      how: 'misskey',
      formerly: [suzie],
    };
    const there = await pledge(slug, 'suzie@other.example');
    expect(await counted(id)).toMatchObject({ total: 2 });
    expect(await proofs.confirm(token, moved)).toMatchObject({ value: { merged: true, state: 'kept', handle: '@suzie@other.example' } });
    expect(await page.find(there)).toBeNull();
    expect(await counted(id)).toEqual({ total: 1, verified: 1, kept: 1 });
  });

  test('takes nothing from whoever held her handle before', async () => {
    const { id, slug } = await campaign();
    const before = await pledge(slug, 'suzie@piaille.example');
    await proofs.confirm(before, { ...suzie, actorUri: 'https://piaille.example/ap/1' });
    const token = await pledge(slug, 'suzie@piaille.example');
    expect(await proofs.confirm(token, suzie)).toMatchObject({ value: { merged: false } });
    expect(await counted(id)).toEqual({ total: 2, verified: 2, kept: 0 });
    expect(await page.find(before)).toMatchObject({ state: 'confirmed' });
  });

  test('at the same moment on all of her links leaves one pledge', async () => {
    const { id, slug } = await campaign();
    const tokens = await Promise.all(Array.from({ length: 8 }, () => pledge(slug, 'suzie@piaille.example')));
    const results = await Promise.all(tokens.map((token) => proofs.confirm(token, suzie)));
    expect(results.filter(({ ok }) => ok).length).toBeGreaterThan(0);
    for (const result of results) if (!result.ok) expect(result.error).toEqual({ type: 'not-found' });
    expect(await counted(id)).toEqual({ total: 1, verified: 1, kept: 0 });
    expect(await rowsOf(id)).toBe(1);
  });

  test('is refused for the institution itself, and for what is gone', async () => {
    const { slug } = await campaign();
    const token = await pledge(slug, 'suzie@piaille.example');
    const institution = { handle: { user: 'LeLibreEdu', host: 'mastodon.mim-libre.fr' }, actorUri: 'https://mastodon.mim-libre.fr/users/lelibreedu', how: 'mastodon' } as const;
    expect(await proofs.confirm(token, institution, { move: true })).toEqual({ ok: false, error: { type: 'own-handle' } });
    await page.withdraw(token);
    expect(await proofs.confirm(token, suzie)).toEqual({ ok: false, error: { type: 'not-found' } });
    expect(await proofs.keep(token, 'followed')).toEqual({ ok: false, error: { type: 'not-found' } });
  });

  test('shows her name only where she agreed to that as well', async () => {
    const { id, slug } = await campaign();
    const shown = await pledges.pledge({ slug, handle: 'suzie@piaille.example', consent: true, showHandle: true });
    const hidden = await pledge(slug, 'alice@piaille.example');
    await proofs.confirm(hidden, { handle: piaille('alice'), actorUri: 'https://piaille.example/users/alice', how: 'mastodon' });
    expect(await query.names(id)).toEqual([]);
    if (shown.ok) await proofs.confirm(shown.value.token, suzie);
    expect(await query.names(id)).toEqual(['Suzie@piaille.example']);
  });
});

describe('when a campaign has been over for ninety days', () => {
  const PEOPLE = 1_100;
  const left = (id: string): Promise<unknown[]> =>
    database.dataSource.query('SELECT to_jsonb(pledge)::text AS row FROM pledge WHERE campaign_id = $1', [id]);

  async function over(): Promise<{ id: string; slug: string; tokens: string[] }> {
    const { id, slug } = await campaign();
    const tokens = await Promise.all(Array.from({ length: PEOPLE }, (_, n) => pledge(slug, `p${n}@${n < 1_000 ? 'big' : `own${n}`}.example`)));
    await Promise.all(tokens.slice(0, 30).map((token, n) => proofs.confirm(token, { handle: { user: `p${n}`, host: 'big.example' }, actorUri: `https://big.example/${n}`, how: 'mastodon' })));
    await Promise.all(tokens.slice(10, 40).map((token) => proofs.keep(token, 'listed')));
    await pledge(slug, 'p1@big.example');
    await page.withdraw(tokens.at(-1) ?? '');
    await database.dataSource.query(`UPDATE campaign SET state = 'ended', ended_at = $2 WHERE id = $1`, [id, clock.now()]);
    return { id, slug, tokens };
  }

  test('nobody is known any more, and the counts are the same', async () => {
    const { id, tokens } = await over();
    const end = clock.now();
    await counting.count();
    const before = (await query.numbers([id])).get(id);
    expect(before).toMatchObject({ total: PEOPLE - 1, verified: 30, kept: 30, serverCount: 100, servers: [{ host: 'big.example', count: 1_000 }] });
    clock.set(new Date(end.getTime() + 90 * DAY - 1));
    await anonymising.anonymise(clock.now());
    expect(await page.find(tokens[0] ?? '')).not.toBeNull();
    clock.advance(1);
    await anonymising.anonymise(clock.now());
    for (const token of [tokens[0], tokens[20]]) expect(await page.find(token ?? '')).toBeNull();
    const rows = await left(id);
    expect(rows).toHaveLength(PEOPLE - 1);
    // Neither a hash nor an instant leads back to anybody.
    for (const row of rows) expect(row).toMatchObject({ row: expect.not.stringMatching(/_hash": "|"sealed": "|T(?!00:00:00)/) });
    for (let again = 0; again < 2; again += 1) {
      clock.advance(MINUTE);
      await database.dataSource.query('UPDATE pledge SET changed_at = $2 WHERE campaign_id = $1', [id, clock.now()]);
      await counting.count();
      const { countedAt: _, anonymisedAt, ...after } = (await query.numbers([id])).get(id) as PledgeTally;
      expect(before).toMatchObject(after);
      expect(anonymisedAt).not.toBeNull();
    }
    expect((await query.numbersAt([id], clock.now())).get(id)).toEqual({ total: PEOPLE - 1, verified: 30, kept: 30 });
  });

  test('a run that was stopped, or whose process was killed, is gone on with', async () => {
    const { id } = await over();
    clock.advance(90 * DAY);
    const stop = new AbortController();
    const query = database.dataSource.query.bind(database.dataSource);
    await counting.settle(id);
    stop.abort();
    await anonymising.anonymise(clock.now(), stop.signal);
    expect(JSON.stringify(await left(id))).toMatch(/"sealed\\?": \\?"/);
    // What a kill leaves behind: some transactions committed, the others never made.
    await query(`DELETE FROM pledge WHERE id IN (SELECT id FROM pledge WHERE campaign_id = $1 AND NOT counts)`, [id]);
    await Promise.all([anonymising.anonymise(clock.now()), anonymising.anonymise(clock.now())]);
    await anonymising.anonymise(clock.now());
    expect(JSON.stringify(await left(id))).not.toMatch(/"sealed\\?": \\?"/);
    expect(await counted(id)).toEqual({ total: PEOPLE - 1, verified: 30, kept: 30 });
  });
});

describe('when an institution agreed more than ninety days ago', () => {
  const LONG_AGO = 100;

  /** With a promise made on the day of the yes, and another one today. */
  async function agreed(): Promise<{ id: string; before: string; since: string }> {
    const { id, slug } = await campaign();
    const before = await pledge(slug, 'suzie@piaille.example');
    await proofs.confirm(before, { ...suzie, actorUri: 'https://piaille.example/users/suzie' });
    await database.dataSource.query(`UPDATE campaign SET state = 'agreed', ended_at = $2 WHERE id = $1`, [id, clock.now()]);
    clock.advance(LONG_AGO * DAY);
    return { id, before, since: await pledge(slug, 'alice@piaille.example') };
  }

  test('it is known for ninety days who promised since, and no longer who did before', async () => {
    const { id, before, since } = await agreed();
    const made = clock.now().getTime();
    await anonymising.anonymise(clock.now());
    expect(await page.find(before)).toBeNull();
    expect(await page.find(since)).not.toBeNull();
    expect(await counted(id)).toMatchObject({ total: 2, verified: 1 });
    clock.set(new Date(made + 90 * DAY - 1));
    await anonymising.anonymise(clock.now());
    expect(await page.find(since)).not.toBeNull();
    clock.advance(1);
    await anonymising.anonymise(clock.now());
    expect(await page.find(since)).toBeNull();
    expect(await counted(id)).toMatchObject({ total: 2, verified: 1 });
  });

  test('who proves a promise meanwhile is known for ninety days from then', async () => {
    const { since } = await agreed();
    clock.advance(5 * DAY);
    await proofs.confirm(since, { handle: piaille('alice'), actorUri: 'https://piaille.example/users/alice', how: 'mastodon' });
    clock.advance(90 * DAY - 1);
    await anonymising.anonymise(clock.now());
    expect(await page.find(since)).not.toBeNull();
    clock.advance(1);
    await anonymising.anonymise(clock.now());
    expect(await page.find(since)).toBeNull();
  });
});

describe('thirty days after she was seen to follow', () => {
  const NEWCOMER = 'newcomer@social.example';
  let institution: SimulatedAccount;
  const suzies = (): SimulatedAccount => fediverse.findAccount('suzie@piaille.example') as SimulatedAccount;

  beforeAll(() => {
    if (fediverse.serverOf('social.example') === null) fediverse.addServer({ host: 'social.example', software: 'mastodon' });
    institution = fediverse.addAccount({ handle: NEWCOMER });
  });
  beforeEach(() => {
    institution.followers.splice(0, Infinity, suzies());
    institution.otherFollowers = 0;
    fediverse.fail('social.example', null);
  });

  async function kept(): Promise<{ id: string; token: string }> {
    const { id, slug } = await addCampaign(database.dataSource, { fediverse: NEWCOMER, now: clock.now() });
    const token = await pledge(slug, 'suzie@piaille.example');
    await proofs.confirm(token, { ...suzie, actorUri: suzies().actorUri });
    expect(await page.check(token)).toEqual({ ok: true, value: true });
    return { id, token };
  }

  test('it is seen whether she still does, in the whole list', async () => {
    const { id, token } = await kept();
    institution.followers.splice(0);
    clock.advance(30 * DAY - 1);
    await watch.lookAgain(clock.now());
    expect(await page.find(token)).toMatchObject({ state: 'kept' });
    clock.advance(1);
    await watch.lookAgain(clock.now());
    expect(await page.find(token)).toMatchObject({ state: 'lapsed', keptHow: 'listed', lookAgainAt: null });
    expect(await counted(id)).toEqual({ total: 1, verified: 1, kept: 0 });
    institution.followers.push(suzies());
    expect(await page.check(token)).toEqual({ ok: true, value: true });
    expect(await counted(id)).toEqual({ total: 1, verified: 1, kept: 1 });
    clock.advance(30 * DAY);
    await watch.lookAgain(clock.now());
    expect(await page.find(token)).toMatchObject({ state: 'kept', lookAgainAt: new Date(clock.now().getTime() + 30 * DAY) });
  });

  test('nothing is said of her where the list does not tell', async () => {
    const { token } = await kept();
    institution.followers.splice(0);
    clock.advance(30 * DAY);
    for (const fault of ['down', 'rate-limited'] as const) {
      fediverse.fail('social.example', fault);
      await watch.lookAgain(clock.now());
      expect(await page.find(token)).toMatchObject({ state: 'kept', lookAgainAt: new Date(clock.now().getTime() + DAY) });
      clock.advance(DAY);
    }
    fediverse.fail('social.example', null);
    // More follow than the list names: whoever is not on it may still be among them.
    institution.otherFollowers = 500;
    await watch.lookAgain(clock.now());
    expect(await page.find(token)).toMatchObject({ state: 'kept', lookAgainAt: new Date(clock.now().getTime() + 30 * DAY) });
  });
});
