import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Result } from '../../src/domain/result.ts';
import type { Asking, FollowerCount, KnownAccount, Network, NetworkFailure, Profile, ReadingMethod, XApi } from '../../src/networks/network.ts';
import { startReplay, type Exchange, type Replay } from './replay.ts';

/**
 * What every network does in every case. A fixture is `<case>.json` or `<case>.<what it shows>.json`;
 * `moved` is for networks whose accounts can move.
 */
const FAILURE_OF = {
  gone: 'gone',
  deleted: 'deleted',
  suspended: 'suspended',
  hidden: 'hidden',
  'rate-limited': 'rate-limited',
  refused: 'refused',
  garbage: 'unreadable',
  slow: 'unreachable',
  moved: 'moved',
} as const;
/** What a network has no way of saying, and why; every other required case has a fixture. */
const IMPOSSIBLE: Readonly<Record<string, Partial<Record<Case, string>>>> = {
  bluesky: {
    hidden: 'Every profile tells its number of followers.',
  },
  friendica: {
    suspended: 'A blocked account is not found, like one that never was.',
  },
  gotosocial: {
    suspended: 'What is left of a suspended account shows like one that hides its followers.',
  },
  peertube: {
    hidden: 'Neither accounts nor channels can hide their number of followers.',
    suspended: 'An account that moderators blocked can no longer sign in, and is shown as before.',
  },
  pixelfed: {
    suspended: 'WebFinger does not know a suspended account, like one that never was.',
  },
  pleroma: {
    suspended: 'Only moderators are told that an account is deactivated; Akkoma knows it no more, Pleroma shows it as before.',
  },
};
/** By what the method page tells of them, the fixture that shows it. */
const SUSPENDED: Readonly<Record<ReadingMethod['suspended'], string>> = {
  told: 'suspended.json',
  'not-found': 'gone.suspended.json',
  hidden: 'hidden.suspended.json',
  'as-before': 'ok.suspended.json',
};
const REQUIRED = ['ok', 'gone', 'suspended', 'hidden', 'rate-limited', 'refused', 'garbage', 'slow'] as const;
type Case = keyof typeof FAILURE_OF | 'ok';

/** Reading accounts that were found before: `batch.*.json` several at once, `known.*.json` one. */
interface KnownFixture {
  readonly accounts: readonly KnownAccount[];
  readonly exchanges: readonly Exchange[];
  readonly xApi?: XApi;
  /** How many are made in all. */
  readonly requests: number;
  /** By the handles that are asked for: what is told, or why nothing is. */
  readonly expected: Readonly<Record<string, Partial<FollowerCount> | { readonly failure: NetworkFailure }>>;
}

interface Fixture {
  readonly handle: string;
  readonly exchanges: readonly Exchange[];
  /** Of `ok`: the whole profile, but for what is null, false or empty. */
  readonly expected?: Partial<Profile>;
  readonly xApi?: XApi;
  /** Of `rate-limited`. */
  readonly retryAt?: string | null;
  /** Of `moved`. */
  readonly to?: string;
  /** No program may ask this network anything: whatever the case, nothing is sent and nobody's count is told. */
  readonly readByPeople?: boolean;
  /** Looking an account up asks nobody: it is found whatever the case, without a count. */
  readonly findsUnasked?: boolean;
}

const NOW = new Date('2023-09-02T10:00:00Z');
const TIMEOUT_MS = 400;
const NETWORKS = new URL('../../src/networks/', import.meta.url);
const FIXTURES = new URL('fixtures/', import.meta.url);

const ids = readdirSync(NETWORKS).flatMap((file) => /^(.+)\.network\.ts$/.exec(file)?.[1] ?? []);

let replay: Replay | undefined;
afterEach(() => replay?.close());

test('there are networks to hold to the contract', () => {
  expect(ids).toEqual(expect.arrayContaining(['activitypub', 'mastodon', 'x']));
});

describe.each(ids)('%s', (id) => {
  const fixtures = filesOf(id).filter((file) => !isKnown(file));

  test('has a fixture for every case that is possible', () => {
    const impossible = Object.keys(IMPOSSIBLE[id] ?? {});
    const cases = fixtures.map(caseOf);
    expect(cases).toEqual(expect.arrayContaining(REQUIRED.filter((name) => !impossible.includes(name))));
    expect(cases.filter((name) => impossible.includes(name))).toEqual([]);
  });

  test('shows in a fixture what the method page tells of suspended accounts', async () => {
    const { suspended } = (await load(id)).method;
    expect(fixtures).toContain(SUSPENDED[suspended]);
    expect(suspended === 'told' && IMPOSSIBLE[id]?.suspended !== undefined).toBe(false);
  });

  test('asks for counts by the calls that the method page names', async () => {
    const { calls } = (await load(id)).method;
    const asked = filesOf(id).flatMap((file) => read(id, file).exchanges.map(({ request }) => request));
    const counted = asked.filter(({ url }) => /^\/(?:api|xrpc|2)\//.test(new URL(url).pathname)).map(callOf);
    const named = calls.filter((call) => !call.includes('{actor')).map((call) => call.split('?')[0] ?? '');
    for (const call of named) expect(counted.some((each) => isCall(each, call))).toBe(true);
    for (const each of counted) expect(named.some((call) => isCall(each, call))).toBe(true);
  });

  test('takes several accounts at once if and only if fixtures show it', async () => {
    const { batch } = await load(id);
    expect(filesOf(id).some((file) => file.startsWith('batch.'))).toBe(batch > 1);
  });

  test('is called like its file and reads back the handles it gives', async () => {
    const network = await load(id);
    expect(network.id).toBe(id);
    const { handle } = read(id, 'ok.json');
    expect(network.parseHandle(`@${handle}`)).toEqual({ ok: true, value: handle });
    expect(network.parseHandle(network.profileUrl(handle))).toEqual({ ok: true, value: handle });
  });

  test.each(fixtures)('%s', async (file) => {
    const fixture = read(id, file);
    const network = await load(id);
    replay = await startReplay(fixture.exchanges, TIMEOUT_MS);
    const asking = { http: replay.http, now: NOW, xApi: fixture.xApi ?? null };
    const found = await network.find(fixture.handle, asking);
    const counted = await readOne(network, { handle: fixture.handle, actorUri: null, remoteId: null }, asking);
    if (fixture.readByPeople) expectReadByPeople(found, counted);
    else expectCase(caseOf(file), fixture, found, counted);
    // Once found, an account is read without being looked for again, with the same answer.
    if (found.ok) expect(await readOne(network, found.value, asking)).toEqual(counted);
    expect(replay.differences()).toEqual({ unexpected: [], unasked: [] });
  });
});

const known = ids.flatMap((id) => filesOf(id).filter(isKnown).map((file): [string, string] => [id, file]));

describe.each(known)('%s: %s', (id, file) => {
  const { accounts, exchanges, xApi = null, requests, expected } = read(id, file) as unknown as KnownFixture;

  test.each(ordersOf(accounts))('as it is told, in order %#', async (...ordered) => {
    const network = await load(id);
    expect(accounts.length).toBeLessThanOrEqual(network.batch);
    expect(new Set(accounts.map((account) => network.home(account))).size).toBe(1);
    replay = await startReplay(exchanges, TIMEOUT_MS);
    const counts = await network.followers(ordered, { http: replay.http, now: NOW, xApi });
    expect(Object.fromEntries(counts)).toEqual(Object.fromEntries(accounts.map((account) => [account.handle, outcomeOf(account)])));
    expect(replay.requests()).toBe(requests);
    expect(replay.differences()).toEqual({ unexpected: [], unasked: [] });
  });

  function outcomeOf({ handle, actorUri, remoteId }: KnownAccount): Counted {
    const outcome = expected[handle] ?? {};
    if ('failure' in outcome) return { ok: false, error: outcome.failure };
    return { ok: true, value: { handle, actorUri, remoteId, limited: false, ...outcome } as FollowerCount };
  }
});

function callOf({ method, url }: Exchange['request']): string {
  return `${method} ${new URL(url).pathname}`;
}

function isCall(asked: string, call: string): boolean {
  const [before = '', after] = call.split(/\{\w+\}/);
  return after === undefined ? asked === before : asked.startsWith(before) && asked.endsWith(after);
}

/** As they are, and the other way round. */
function ordersOf(accounts: readonly KnownAccount[]): KnownAccount[][] {
  return accounts.length > 1 ? [[...accounts], accounts.toReversed()] : [[...accounts]];
}

type Found = Result<Profile, NetworkFailure>;
type Counted = Result<FollowerCount, NetworkFailure>;

async function readOne(network: Network, account: KnownAccount, asking: Asking): Promise<Counted> {
  const counts = await network.followers([account], asking);
  expect([...counts.keys()]).toEqual([account.handle]);
  return counts.get(account.handle) as Counted;
}

function expectCase(name: Case, fixture: Fixture, found: Found, counted: Counted): void {
  if (fixture.findsUnasked) expect(found).toMatchObject({ ok: true, value: { followers: null } });
  if (name === 'ok') {
    const profile = { remoteId: null, limited: false, ...fixture.expected };
    if (!fixture.findsUnasked) expect(found).toEqual({ ok: true, value: profile });
    const { handle, actorUri, remoteId, limited, followers } = profile;
    expect(counted).toEqual({ ok: true, value: { handle, actorUri, remoteId, limited, followers } });
    return;
  }
  const failure = { type: FAILURE_OF[name], ...detailsOf(fixture) };
  expect(counted).toMatchObject({ ok: false, error: failure });
  if (fixture.findsUnasked) return;
  if (name === 'hidden') expect(found).toMatchObject({ ok: true, value: { followers: null } });
  else expect(found).toMatchObject({ ok: false, error: failure });
}

function expectReadByPeople(found: Found, counted: Counted): void {
  expect(found).toMatchObject({ ok: true, value: { followers: null } });
  expect(counted).toEqual({ ok: false, error: { type: 'read-by-people' } });
}

function detailsOf({ retryAt, to }: Fixture): object {
  return {
    ...(retryAt !== undefined && { retryAt: retryAt === null ? null : new Date(retryAt) }),
    ...(to !== undefined && { to }),
  };
}

async function load(id: string): Promise<Network> {
  const { network } = (await import(new URL(`${id}.network.ts`, NETWORKS).href)) as { network: Network };
  return network;
}

function filesOf(id: string): string[] {
  return readdirSync(new URL(`${id}/`, FIXTURES)).filter((file) => file.endsWith('.json'));
}

function isKnown(file: string): boolean {
  return /^(?:batch|known)\./.test(file);
}

function read(id: string, file: string): Fixture {
  return JSON.parse(readFileSync(fileURLToPath(new URL(`${id}/${file}`, FIXTURES)), 'utf8')) as Fixture;
}

function caseOf(file: string): Case {
  const name = file.split('.')[0] ?? '';
  if (name !== 'ok' && !(name in FAILURE_OF)) throw new Error(`${file} is no case of the contract`);
  return name as Case;
}
