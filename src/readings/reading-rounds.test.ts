import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { account, actor, mastodonAnswer, startCrowd, type Crowd, type CrowdAnswer, type CrowdRequest } from '../../test/support/crowd.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { startReaders, type TestReaders } from '../../test/support/reader.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../domain/durations.ts';
import { ok } from '../domain/result.ts';
import { Account } from '../institutions/account.entity.ts';
import { SettableClock } from '../platform/clock.ts';
import { createGuardedHttp, type GuardedHttp } from '../platform/http.ts';
import { Host } from './host.entity.ts';
import { LEASE, ReadingHosts } from './reading-hosts.service.ts';
import type { ReadingRounds } from './reading-rounds.service.ts';
import { ReadingSchedule } from './reading-schedule.service.ts';
import { writeOutcomes } from './reading-writer.service.ts';

const START = new Date('2023-09-02T10:00:00Z');
const TIMEOUT = 1_000;
/** Those that `reads` names are answered with this many followers. */
const FOLLOWERS = 5_090;

let database: TestDatabase;
let readers: TestReaders;
let crowd: Crowd;
let http: GuardedHttp;
let hosts: ReadingHosts;
const clock = new SettableClock(START);

beforeAll(async () => {
  [database, crowd] = await Promise.all([openTestDatabase(), startCrowd(() => FOLLOWERS)]);
  http = createGuardedHttp({ userAgent: 'Chiche test', privateNetwork: crowd.address, timeoutMs: TIMEOUT });
  readers = await startReaders(database.dataSource, clock);
  hosts = new ReadingHosts(database.dataSource);
});
afterAll(async () => {
  await readers.close();
  await http.close();
  await crowd.close();
  await database.close();
});
beforeEach(async () => {
  await database.dataSource.query('TRUNCATE institution, host CASCADE');
  await database.dataSource.query('DELETE FROM pgboss.job');
  clock.set(START);
});
afterEach(() => {
  crowd.answer = () => null;
  crowd.requests.length = 0;
});

function worker(): ReadingRounds {
  return readers.worker(http);
}

/** Accounts that are due now; their ids. */
async function due(...handles: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const fediverse of handles) {
    const { fediverseAccount } = await addCampaign(database.dataSource, { fediverse, now: START });
    ids.push(fediverseAccount?.id ?? '');
  }
  await plan(ids, clock.now());
  return ids;
}

async function plan(ids: readonly string[], at: Date | null): Promise<void> {
  for (const id of ids) await new ReadingSchedule(database.dataSource).plan(id, at);
}

const many = (users: number, host: string): string[] => Array.from({ length: users }, (_, index) => `a${index}@${host}`);

function accountOf(id: string | undefined): Promise<Account> {
  return database.dataSource.getRepository(Account).findOneByOrFail({ id: id ?? '' });
}

function hostOf(name: string): Promise<Host> {
  return database.dataSource.getRepository(Host).findOneByOrFail({ name });
}

async function counts(): Promise<{ id: string; count: number }[]> {
  return database.dataSource.query(`SELECT account_id AS id, count::int FROM reading WHERE status = 'counted' ORDER BY at, id`);
}

function whenAsked(path: RegExp, answer: CrowdAnswer): void {
  crowd.answer = (request) => (path.test(request.path) ? answer : null);
}

const LOOKUP = /accounts\/lookup/;

describe('a round', () => {
  test('reads every account that is due once, and plans its next reading', async () => {
    const ids = await due(...many(5, 'a.example'), ...many(3, 'b.example'));
    await worker().round();
    expect((await counts()).map(({ id }) => id).sort()).toEqual(ids.toSorted());
    for (const id of ids) {
      const { state, failures, triedAt, nextReadingAt } = await accountOf(id);
      expect({ state, failures, triedAt }).toEqual({ state: 'ok', failures: 0, triedAt: START });
      expect(nextReadingAt?.getTime()).toBeGreaterThanOrEqual(START.getTime() + HOUR);
    }
    await worker().round();
    expect(await counts()).toHaveLength(ids.length);
  });

  test('leaves alone what is planned for later, or not at all', async () => {
    const ids = await due('a@a.example', 'b@b.example');
    await plan([ids[0] ?? ''], new Date(START.getTime() + 1));
    await plan([ids[1] ?? ''], null);
    await worker().round();
    expect(crowd.requests).toEqual([]);
  });

  test('asks a server one thing at a time, also beside other workers, and each of them takes a part', async () => {
    const ids = await due(...many(8, 'a.example'), ...many(8, 'b.example'), ...many(8, 'c.example'), ...many(8, 'd.example'));
    crowd.answer = ({ path }) => (LOOKUP.test(path) ? null : { status: 404, after: 5 });
    await Promise.all([worker().round(), worker().round(), worker().round()]);
    expect(crowd.mostAtOnce()).toBe(1);
    expect(crowd.lookups()).toHaveLength(ids.length);
    expect(new Set((await counts()).map(({ id }) => id)).size).toBe(ids.length);
  });

  test('tells campaigns of every account that was tried', async () => {
    const ids = await due('a@a.example', 'b@b.example');
    crowd.answer = ({ host }) => (host === 'b.example' ? { status: 500 } : null);
    await worker().round();
    const jobs = await database.dataSource.query<{ ids: string[] }[]>(`SELECT data->'accountIds' AS ids FROM pgboss.job`);
    expect(jobs.flatMap((job) => job.ids).sort()).toEqual(ids.toSorted());
  });

  test('is not held up by a server that drips', async () => {
    const ids = await due('slow@drip.example', ...many(20, 'quick.example'));
    let readWhenDripEnded = -1;
    crowd.answer = ({ host }) => (host === 'drip.example' ? { status: 200, drips: true } : null);
    const round = worker().round();
    const drip = async (): Promise<void> => {
      while ((await accountOf(ids[0])).failures === 0);
      readWhenDripEnded = (await counts()).length;
    };
    await Promise.all([round, drip()]);
    expect(readWhenDripEnded).toBe(20);
  });

  test('stops when it is told to, and what is left stays due', async () => {
    await due(...many(30, 'a.example'));
    const stop = new AbortController();
    crowd.answer = () => {
      if (crowd.lookups().length === 5) stop.abort();
      return null;
    };
    await worker().round(stop.signal);
    const read = (await counts()).length;
    expect(read).toBeLessThan(30);
    expect((await hostOf('a.example')).leaseId).toBeNull();
    await worker().round();
    expect(await counts()).toHaveLength(30);
  });
});

describe('a reading that cannot be kept', () => {
  afterEach(() => database.dataSource.query('ALTER TABLE reading DROP CONSTRAINT IF EXISTS refused_by_a_test'));

  test('ends the visit, not the worker; its accounts are due again once the lease is over', async () => {
    await database.dataSource.query(`ALTER TABLE reading ADD CONSTRAINT refused_by_a_test CHECK (count <> ${FOLLOWERS})`);
    const ids = await due(...many(60, 'a.example'));
    crowd.answer = ({ path }) => (LOOKUP.test(path) ? { ...mastodonAnswer({ host: 'a.example', path, method: 'GET' }, () => FOLLOWERS), after: 10 } : null);
    await expect(worker().round()).rejects.toThrow('Visits failed.');
    expect(crowd.lookups().length).toBeLessThan(ids.length);

    await database.dataSource.query('ALTER TABLE reading DROP CONSTRAINT refused_by_a_test');
    await worker().round();
    expect(await counts()).toEqual([]);
    clock.advance(LEASE);
    await worker().round();
    expect((await counts()).map(({ id }) => id).sort()).toEqual(ids.toSorted());
  });
});

describe('plans for many accounts', () => {
  test('made at once, in any order, beside what is written of them, wait for each other and never in a circle', async () => {
    const ids = await due(...many(40, 'a.example'));
    const schedule = new ReadingSchedule(database.dataSource);
    const times = ids.map(() => clock.now());
    const plans = Array.from({ length: 40 }, (_, index) => schedule.planAll(index % 2 === 0 ? ids : ids.toReversed(), times));
    await expect(Promise.all([worker().round(), ...plans])).resolves.toBeDefined();
  });
});

describe('a worker that died', () => {
  test('keeps its hosts for the length of a lease, and then loses nothing', async () => {
    const ids = await due(...many(3, 'a.example'));
    await hosts.know(clock.now());
    expect(await hosts.claim(clock.now(), 10)).toHaveLength(1);
    await worker().round();
    expect(await counts()).toEqual([]);
    clock.advance(LEASE);
    await worker().round();
    expect((await counts()).map(({ id }) => id).sort()).toEqual(ids.toSorted());
  });

  test('and comes back writes no second reading for the same slot', async () => {
    const [id] = await due('a@a.example');
    await hosts.know(clock.now());
    const [late] = await hosts.claim(clock.now(), 1);
    clock.advance(LEASE);
    await worker().round();
    const result = ok({ handle: 'a@a.example', actorUri: null, remoteId: null, limited: false, followers: 1 });
    const outcome = { account: late!.accounts[0]!, at: clock.now(), result, moved: null, postponedUntil: null };
    expect(await writeOutcomes(database.dataSource.manager, [outcome])).toEqual([]);
    expect(await counts()).toEqual([{ id, count: FOLLOWERS }]);
    await hosts.release(late!, { failures: 9, lastFailure: 'unreachable', closedUntil: null, robots: null, robotsAt: null });
    expect((await hostOf('a.example')).failures).toBe(0);
  });
});

describe('a server that does not answer', () => {
  test('is left alone after three silences, and its other accounts are told to wait', async () => {
    const ids = await due(...many(10, 'down.example'));
    crowd.answer = () => ({ status: 503 });
    await worker().round();
    expect(crowd.lookups()).toHaveLength(3);
    const closed = await hostOf('down.example');
    expect(closed).toMatchObject({ failures: 1, lastFailure: 'unreachable', leaseId: null });
    expect(closed.closedUntil).toEqual(new Date(START.getTime() + MINUTE));
    for (const id of ids) expect(await accountOf(id)).toMatchObject({ state: 'unreachable', lastFailure: 'unreachable' });
    const failures = await Promise.all(ids.map(async (id) => (await accountOf(id)).failures));
    expect(failures.reduce((sum, each) => sum + each, 0)).toBe(3);

    await plan(ids, clock.now());
    await worker().round();
    expect(crowd.lookups()).toHaveLength(3);
  });

  test('in the middle of a batch is the fault of those alone that were asked for, and the others stay due', async () => {
    const ids = await due(...many(8, 'a.example'));
    await worker().round();
    clock.advance(2 * HOUR);
    crowd.requests.length = 0;
    crowd.answer = ({ path }) => {
      if (path.startsWith('/api/v1/accounts?')) return { status: 404 };
      return crowd.lookups().length > 1 ? { status: 503 } : null;
    };
    for (const silences of [2, 4]) {
      await worker().round();
      expect(crowd.lookups()).toHaveLength(1 + silences);
      const failures = (await Promise.all(ids.map(accountOf))).filter((account) => account.failures > 0);
      expect(failures).toHaveLength(silences);
    }
    expect(await hostOf('a.example')).toMatchObject({ failures: 1, lastFailure: 'unreachable' });
  });

  test('has one try once its time is over, waits longer after each, and is forgiven at once', async () => {
    const ids = await due(...many(5, 'down.example'));
    crowd.answer = () => ({ status: 503 });
    await worker().round();
    for (const [failures, minutes] of [[2, 4], [3, 16], [4, 64]] as const) {
      clock.set((await hostOf('down.example')).closedUntil ?? START);
      await plan(ids, clock.now());
      const before = crowd.lookups().length;
      await worker().round();
      expect(crowd.lookups()).toHaveLength(before + 1);
      const { closedUntil, ...host } = await hostOf('down.example');
      expect(host).toMatchObject({ failures });
      expect(closedUntil?.getTime()).toBe(clock.now().getTime() + minutes * MINUTE);
    }
    crowd.answer = () => null;
    clock.advance(DAY);
    await plan(ids, clock.now());
    await worker().round();
    expect(await counts()).toHaveLength(5);
    expect(await hostOf('down.example')).toMatchObject({ failures: 0, lastFailure: null, closedUntil: null });
  });

  test('is not the account’s fault when it answers others', async () => {
    const ids = await due(...many(6, 'a.example'));
    crowd.answer = ({ path }) => (/acct=a[024]$/.test(path) ? { status: 500 } : null);
    await worker().round();
    expect(await counts()).toHaveLength(3);
    expect(await hostOf('a.example')).toMatchObject({ failures: 0, closedUntil: null });
    expect(await accountOf(ids[0])).toMatchObject({ state: 'unreachable', failures: 1 });
  });
});

describe('a server with a rate limit', () => {
  test('is asked no more once a tenth of it is left, until it begins anew', async () => {
    const ids = await due(...many(10, 'a.example'));
    const reset = new Date(START.getTime() + 5 * MINUTE);
    let remaining = 35;
    const limit = (): Record<string, string> => ({
      'x-ratelimit-limit': '300',
      'x-ratelimit-remaining': String(remaining--),
      'x-ratelimit-reset': reset.toISOString(),
    });
    const told = (request: CrowdRequest): CrowdAnswer => ({ status: 200, headers: limit(), body: account(request.path.split('acct=')[1] ?? '', request.host, () => 7) });
    crowd.answer = (request) => (LOOKUP.test(request.path) ? told(request) : null);
    await worker().round();
    expect(crowd.lookups()).toHaveLength(6);
    expect(await hostOf('a.example')).toMatchObject({ closedUntil: reset, failures: 0 });
    const waiting = await accountOf(ids[9]);
    expect(waiting).toMatchObject({ lastFailure: 'rate-limited', failures: 0, state: 'ok', retryAt: reset });
    expect(waiting.nextReadingAt?.getTime()).toBeGreaterThanOrEqual(reset.getTime());

    remaining = 300;
    clock.set(new Date(reset.getTime() + 2 * HOUR));
    await worker().round();
    expect(new Set((await counts()).map(({ id }) => id)).size).toBe(10);
  });

  test('that comes while accounts are asked for one by one is the fault of none, asked for or not', async () => {
    const ids = await due(...many(6, 'a.example'));
    await worker().round();
    clock.advance(2 * HOUR);
    crowd.requests.length = 0;
    crowd.answer = ({ path }) => {
      if (path.startsWith('/api/v1/accounts?')) return { status: 404 };
      return crowd.lookups().length > 2 ? { status: 429, headers: { 'retry-after': '600' } } : null;
    };
    await worker().round();
    const end = new Date(clock.now().getTime() + 600 * SECOND);
    expect(crowd.lookups()).toHaveLength(3);
    expect(await counts()).toHaveLength(6 + 2);
    const waiting = (await Promise.all(ids.map(accountOf))).filter(({ lastFailure }) => lastFailure !== null);
    expect(waiting).toHaveLength(4);
    for (const account of waiting) expect(account).toMatchObject({ state: 'ok', failures: 0, lastFailure: 'rate-limited', retryAt: end });
  });

  test('that says so only when it is too late is left alone as long as it asks', async () => {
    await due(...many(3, 'a.example'));
    whenAsked(LOOKUP, { status: 429, headers: { 'retry-after': '600' } });
    await worker().round();
    expect(crowd.lookups()).toHaveLength(1);
    expect((await hostOf('a.example')).closedUntil).toEqual(new Date(START.getTime() + 600 * SECOND));
  });
});

describe('a server that does not want to be read', () => {
  test.each([
    ['to anybody', 'User-agent: *\nDisallow: /\n'],
    ['to Chiche', 'User-agent: *\nAllow: /\n\nUser-agent: chiche\nDisallow: /api/\n'],
  ])('and closes itself %s in its robots.txt is not read', async (_, body) => {
    const [id] = await due('a@a.example');
    whenAsked(/^\/robots\.txt$/, { status: 200, headers: { 'content-type': 'text/plain' }, body });
    await worker().round();
    expect(crowd.requests.map(({ path }) => path)).toEqual(['/robots.txt']);
    expect(await accountOf(id)).toMatchObject({ state: 'opted-out', lastFailure: 'opted-out' });
    expect((await hostOf('a.example')).robots).toBe(body);
  });

  test('and is known not to is not even asked for its robots.txt', async () => {
    const [id] = await due('a@a.example');
    await database.dataSource.query(`INSERT INTO host (name, failures, opted_out_at) VALUES ('a.example', 0, $1)`, [START]);
    await worker().round();
    expect(crowd.requests).toEqual([]);
    expect(await accountOf(id)).toMatchObject({ state: 'opted-out' });
  });

  test('in other places, or from other robots, is read, and its robots.txt is asked for once a day', async () => {
    const ids = await due(...many(2, 'a.example'));
    const body = 'User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nDisallow: /media_proxy/\n';
    crowd.answer = ({ path }) => (path === '/robots.txt' ? { status: 200, body } : null);
    await worker().round();
    clock.advance(2 * HOUR);
    await worker().round();
    const asked = (): number => crowd.requests.filter(({ path }) => path === '/robots.txt').length;
    expect(await counts()).toHaveLength(2 * ids.length);
    expect(asked()).toBe(1);
    clock.advance(DAY);
    await worker().round();
    expect(asked()).toBe(2);
  });
});

describe('an account', () => {
  const told = (fields: object): CrowdAnswer => ({ status: 200, body: { ...account('a', 'a.example', () => 7), ...fields } });

  test.each<[string, CrowdAnswer, string, string]>([
    ['that is suspended', told({ suspended: true, followers_count: 0 }), 'suspended', 'suspended'],
    ['that hides its count', told({ followers_count: -1 }), 'hidden', 'hidden'],
    ['whose server answers nonsense', { status: 200, body: '<html>' }, 'unreadable', 'unreachable'],
    ['whose server is down', { status: 503 }, 'unreachable', 'unreachable'],
    ['whose server drips', { status: 200, drips: true }, 'unreachable', 'unreachable'],
  ])('%s gets no number, and is told apart', async (_, answer, lastFailure, state) => {
    const [id = ''] = await due('a@a.example');
    whenAsked(LOOKUP, answer);
    expect(await worker().take(id)).toMatchObject({ ok: false, error: { type: lastFailure } });
    await worker().take(id);
    expect(await counts()).toEqual([]);
    expect(await accountOf(id)).toMatchObject({ state, failures: 2, lastFailure, triedAt: START });
  });

  test('whose server wants to be left alone for now is not at fault', async () => {
    const [id = ''] = await due('a@a.example');
    whenAsked(LOOKUP, { status: 429 });
    expect(await worker().take(id)).toMatchObject({ ok: false, error: { type: 'rate-limited' } });
    expect(await accountOf(id)).toMatchObject({ state: 'ok', failures: 0, lastFailure: 'rate-limited' });
    crowd.answer = () => null;
    await worker().take(id);
    expect(await accountOf(id)).toMatchObject({ lastFailure: null, retryAt: null });
  });

  test('that its server limits keeps its count, and says so', async () => {
    const [id = ''] = await due('a@a.example');
    whenAsked(LOOKUP, told({ limited: true }));
    await worker().round();
    expect(await counts()).toEqual([{ id, count: 7 }]);
    expect(await accountOf(id)).toMatchObject({ state: 'limited', remoteId: 'id-a' });
    crowd.answer = () => null;
    await worker().take(id);
    expect(await accountOf(id)).toMatchObject({ state: 'ok' });
  });

  test('with no followers at all has a count of 0', async () => {
    const [id = ''] = await due('a@a.example');
    whenAsked(LOOKUP, told({ followers_count: 0 }));
    await worker().round();
    expect(await counts()).toEqual([{ id, count: 0 }]);
  });

  test('that only people may read is not at fault, and is planned no more', async () => {
    const { xAccount } = await addCampaign(database.dataSource, { x: 'lelibreedu', now: START });
    const id = xAccount?.id ?? '';
    await plan([id], START);
    await worker().round();
    expect(crowd.requests.filter(({ host }) => host.endsWith('x.com'))).toEqual([]);
    expect(await accountOf(id)).toMatchObject({ state: 'ok', failures: 0, nextReadingAt: null, lastFailure: null });
  });
});

describe('an account whose domain moved its server', () => {
  /** Known on old.example, which knows it no more. */
  async function moved(): Promise<string> {
    const [id = ''] = await due('edu@domain.example');
    const old = { actorUri: 'https://old.example/users/edu', remoteId: 'id-before', home: 'old.example' };
    await database.dataSource.getRepository(Account).update({ id }, old);
    crowd.answer = ({ host, path }) => {
      if (host === 'old.example') return { status: 404 };
      if (host !== 'domain.example' || !path.startsWith('/.well-known/webfinger')) return null;
      const self = { rel: 'self', type: 'application/activity+json', href: 'https://new.example/users/edu' };
      return { status: 200, body: { subject: 'acct:edu@domain.example', links: [self] } };
    };
    return id;
  }

  const hostsAsked = (): Set<string> => new Set(crowd.requests.map(({ host }) => host));

  test('waits while somebody else asks its domain anything, through no fault of its own', async () => {
    const id = await moved();
    const turn = await hosts.claimNamed('domain.example', START);
    await worker().round();
    expect(hostsAsked()).toEqual(new Set(['old.example']));
    const soon = new Date(START.getTime() + 30 * SECOND);
    expect(await accountOf(id)).toMatchObject({ state: 'ok', failures: 0, lastFailure: 'busy', retryAt: soon });
    expect(await hostOf('old.example')).toMatchObject({ failures: 0, closedUntil: null });
    await hosts.release(turn!, turn!.host);
    clock.advance(MINUTE);
    await worker().round();
    expect(await counts()).toEqual([{ id, count: FOLLOWERS }]);
    expect(await hostOf('domain.example')).toMatchObject({ leaseId: null, robotsAt: clock.now() });
  });

  test('waits as long as its domain asked to be left alone', async () => {
    const id = await moved();
    const until = new Date(START.getTime() + HOUR);
    await database.dataSource.query(`INSERT INTO host (name, failures, closed_until) VALUES ('domain.example', 0, $1)`, [until]);
    await worker().round();
    expect(hostsAsked()).toEqual(new Set(['old.example']));
    expect(await accountOf(id)).toMatchObject({ failures: 0, lastFailure: 'busy', retryAt: until });
    expect((await hostOf('domain.example')).closedUntil).toEqual(until);
  });

  test('is not looked for when its domain does not want to be read', async () => {
    const id = await moved();
    await hosts.setOptedOut('domain.example', START);
    await worker().round();
    expect(hostsAsked()).toEqual(new Set(['old.example']));
    expect(await accountOf(id)).toMatchObject({ state: 'opted-out', lastFailure: 'opted-out' });
  });

  test('is found by WebFinger, and read at the new one from then on', async () => {
    const id = await moved();
    await worker().round();
    expect(await counts()).toEqual([{ id, count: FOLLOWERS }]);
    const there = { actorUri: 'https://new.example/users/edu', remoteId: 'id-edu', home: 'new.example' };
    expect(await accountOf(id)).toMatchObject({ ...there, handle: 'edu@domain.example', newHandle: null, state: 'ok' });
    crowd.requests.length = 0;
    clock.advance(2 * HOUR);
    await worker().round();
    expect(hostsAsked()).toEqual(new Set(['new.example']));
  });
});

describe('an account of a server whose software was not known', () => {
  async function unknown(): Promise<string> {
    const [id = ''] = await due('a@a.example');
    await database.dataSource.getRepository(Account).update({ id }, { network: 'activitypub', actorUri: 'https://a.example/users/a' });
    return id;
  }

  const collection: CrowdAnswer = { status: 200, headers: { 'content-type': 'application/activity+json' }, body: { type: 'Collection', totalItems: 7 } };
  const nodeInfos = (): number => crowd.requests.filter(({ path }) => path === '/.well-known/nodeinfo').length;

  test('is read by what its server turns out to be', async () => {
    const id = await unknown();
    await worker().round();
    expect(await counts()).toEqual([{ id, count: FOLLOWERS }]);
    expect(await accountOf(id)).toMatchObject({ network: 'mastodon', remoteId: 'id-a', home: 'a.example', state: 'ok' });
  });

  test('stays what it is while nobody says more, and is asked about once a day', async () => {
    const id = await unknown();
    crowd.answer = ({ path }) => (path === '/.well-known/nodeinfo' ? { status: 404 } : path === '/users/a/followers' ? collection : null);
    for (const [hours, asked] of [[0, 1], [2, 1], [DAY / HOUR, 2]] as const) {
      clock.advance(hours * HOUR);
      await worker().round();
      expect(nodeInfos()).toBe(asked);
    }
    expect(await counts()).toHaveLength(3);
    expect(await accountOf(id)).toMatchObject({ network: 'activitypub', state: 'ok' });
  });
});

describe('accounts whose ids are known', () => {
  test('are read in one request', async () => {
    const ids = await due(...many(5, 'a.example'));
    crowd.answer = ({ host, path }) => {
      const asked = new URLSearchParams(path.split('?')[1]).getAll('id[]');
      if (asked.length === 0) return null;
      return { status: 200, body: asked.map((remoteId) => account(remoteId.replace('id-', ''), host, () => 7)) };
    };
    await worker().round();
    expect(crowd.lookups()).toHaveLength(5);
    crowd.requests.length = 0;
    clock.advance(2 * HOUR);
    await worker().round();
    expect(crowd.requests).toHaveLength(1);
    const read = await counts();
    expect(read.slice(5).map(({ id }) => id).sort()).toEqual(ids.toSorted());
    expect(read.slice(5).map(({ count }) => count)).toEqual(Array(5).fill(7));
  });
});

describe('an account that moved', () => {
  const MOVED = { ...account('old', 'old.example', () => 3), moved: { acct: 'new@new.example' } };
  const answerAs = (aliases: string[] | string) => (request: CrowdRequest): CrowdAnswer | null => {
    if (request.host === 'old.example' && LOOKUP.test(request.path)) return { status: 200, body: MOVED };
    if (request.path !== '/users/new') return null;
    const body = { ...actor('new', 'https://new.example'), alsoKnownAs: aliases };
    return { status: 200, headers: { 'content-type': 'application/activity+json' }, body };
  };

  test.each([
    ['a list', ['https://older.example/users/older', 'https://old.example/users/old']],
    ['a list of one without brackets, as GoToSocial writes it,', 'https://old.example/users/old'],
  ])('is followed when the new one says so too, by %s and is read there from then on', async (_, aliases) => {
    const [id] = await due('old@old.example');
    crowd.answer = answerAs(aliases);
    await worker().round();
    expect(await counts()).toEqual([{ id, count: FOLLOWERS }]);
    expect(await accountOf(id)).toMatchObject({
      handle: 'old@old.example',
      newHandle: 'new@new.example',
      state: 'moved',
      home: 'new.example',
      actorUri: 'https://new.example/users/new',
      lastFailure: null,
    });
    crowd.requests.length = 0;
    clock.advance(2 * HOUR);
    await worker().round();
    expect(new Set(crowd.requests.map(({ host }) => host))).toEqual(new Set(['new.example']));
    expect(await counts()).toHaveLength(2);
    expect(await accountOf(id)).toMatchObject({ state: 'moved', newHandle: 'new@new.example' });
  });

  test('to one that does not know of it is told to have moved, and has no count', async () => {
    const [id] = await due('old@old.example');
    crowd.answer = answerAs(['https://somebody.example/users/else']);
    await worker().round();
    expect(await counts()).toEqual([]);
    expect(await accountOf(id)).toMatchObject({ state: 'moved', newHandle: null, home: 'old.example', lastFailure: 'moved' });
  });

  test('twice is not followed a second time', async () => {
    const [id] = await due('old@old.example');
    crowd.answer = answerAs(['https://old.example/users/old']);
    await worker().round();
    crowd.answer = ({ host, path }) =>
      host === 'new.example' && LOOKUP.test(path)
        ? { status: 200, body: { ...account('new', 'new.example', () => 3), moved: { acct: 'third@third.example' } } }
        : null;
    clock.advance(2 * HOUR);
    crowd.requests.length = 0;
    await worker().round();
    expect(crowd.requests.map(({ host }) => host)).not.toContain('third.example');
    expect(await accountOf(id)).toMatchObject({ state: 'moved', newHandle: 'new@new.example', lastFailure: 'moved' });
    expect(await counts()).toHaveLength(1);
  });
});

describe('reading one account now', () => {
  test('does it whether it is due or not, and leaves an account that nobody planned unplanned', async () => {
    const [id = ''] = await due('a@a.example');
    await plan([id], null);
    expect(await worker().take(id)).toMatchObject({ ok: true, value: { followers: FOLLOWERS } });
    expect((await accountOf(id)).nextReadingAt).toBeNull();
  });

  test('waits for the worker that is there', async () => {
    const ids = await due(...many(10, 'a.example'));
    const [, taken] = await Promise.all([worker().round(), worker().take(ids[0] ?? '')]);
    expect(taken.ok).toBe(true);
    expect(crowd.mostAtOnce()).toBe(1);
  });
});
