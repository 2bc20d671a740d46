import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { addCampaign, addReadings } from '../../test/support/seed.ts';
import { startSimulatedFediverse, type SimulatedFediverse } from '../cli/demo/simulated-fediverse.ts';
import { HOUR, MINUTE } from '../domain/durations.ts';
import type { Account } from '../institutions/account.entity.ts';
import { SettableClock } from '../platform/clock.ts';
import { createGuardedHttp, type GuardedHttp } from '../platform/http.ts';
import { createLog } from '../platform/log.ts';
import { Queue } from '../platform/queue.ts';
import { Host } from './host.entity.ts';
import { NEW_FOLLOWERS_QUEUE, NewFollowersLook } from './new-followers.service.ts';
import { Reading } from './reading.entity.ts';
import { ReadingFlag } from './reading-flag.entity.ts';
import { ReadingHosts } from './reading-hosts.service.ts';
import { ReadingRounds } from './reading-rounds.service.ts';
import { READINGS_CHANGED_QUEUE, ReadingWriter } from './reading-writer.service.ts';
import { SpikeWatch } from './spike-watch.service.ts';

const START = new Date('2023-09-02T10:00:00Z');
const HANDLE = 'town@town.example';

let database: TestDatabase;
let fediverse: SimulatedFediverse;
let http: GuardedHttp;
let queue: Queue;
let watch: SpikeWatch;
let looking: NewFollowersLook;
let hosts: ReadingHosts;
let account: Account;
const clock = new SettableClock(START);

beforeAll(async () => {
  [database, fediverse] = await Promise.all([openTestDatabase(), startSimulatedFediverse({ now: () => clock.now() })]);
  http = createGuardedHttp({ userAgent: 'Chiche test', privateNetwork: fediverse.address });
  queue = new Queue(database.dataSource, createLog('silent'));
  await queue.start([READINGS_CHANGED_QUEUE, NEW_FOLLOWERS_QUEUE]);
  hosts = new ReadingHosts(database.dataSource);
  const rounds = new ReadingRounds(hosts, new ReadingWriter(database.dataSource, queue), clock, http, { xApi: null });
  watch = new SpikeWatch(database.dataSource, clock, queue);
  looking = new NewFollowersLook(database.dataSource, clock, queue, rounds);
  for (const host of ['town.example', 'farm.example', 'big.example']) fediverse.addServer({ host, software: 'mastodon' });
  fediverse.addAccount({ handle: HANDLE });
  // Newest first in the list: 30 of the big server and the town's 90, then a wave of 150 of a farm and 30 of the big one.
  follow('big.example', 30);
  follow('town.example', 90);
  follow('farm.example', 150);
  follow('big.example', 30, 'late');
});
afterAll(async () => {
  await queue.stop();
  await http.close();
  await fediverse.close();
  await database.close();
});
beforeEach(async () => {
  await database.dataSource.query('TRUNCATE institution, host CASCADE');
  await database.dataSource.query('DELETE FROM pgboss.job');
  fediverse.fail(HANDLE, null);
  fediverse.fail('town.example', null);
  fediverse.requests.length = 0;
  clock.set(START);
  const campaign = await addCampaign(database.dataSource, { now: START, fediverse: HANDLE });
  if (campaign.fediverseAccount === null) throw new Error('The campaign has an account on the fediverse.');
  account = campaign.fediverseAccount;
  await database.dataSource.query('UPDATE account SET actor_uri = $2 WHERE id = $1', [account.id, fediverse.accounts[0]?.actorUri]);
});

function follow(host: string, people: number, name = 'p'): void {
  for (let index = 0; index < people; index += 1) {
    fediverse.addAccount({ handle: `${name}${index}@${host}` });
    fediverse.follow(`${name}${index}@${host}`, HANDLE);
  }
}

/** A calm day of readings by the hour, then these, each so many minutes after the one before. */
async function read(...last: [minutes: number, count: number][]): Promise<void> {
  const calm = Array.from({ length: 24 }, (_, hour) => [new Date(START.getTime() - (24 - hour) * HOUR), 3_000 + hour] as const);
  const points = [...calm];
  for (const [minutes, count] of last) {
    const at = new Date((points.at(-1)?.[0] ?? START).getTime() + minutes * MINUTE);
    points.push([at, count]);
    if (at > clock.now()) clock.set(at);
  }
  await addReadings(database.dataSource, account, points.map(([at, count]) => [at.toISOString(), count] as const));
}

const flags = () => database.dataSource.getRepository(ReadingFlag).find({ order: { at: 'ASC' } });
const asked = () => database.dataSource.query<{ flagId: string; at: Date }[]>(`SELECT data->>'flagId' AS "flagId", start_after AS at FROM pgboss.job WHERE name = $1 AND state = 'created'`, [NEW_FOLLOWERS_QUEUE]);
const decide = (state: 'confirmed' | 'dismissed') => database.dataSource.getRepository(ReadingFlag).update({ state: 'open' }, { state, note: state === 'confirmed' ? { en: 'So.' } : null, decidedAt: clock.now() });

describe('a change that is unusual', () => {
  test('is flagged once, however often it is looked at, with a look at the new followers', async () => {
    await read([10, 3_203]);
    await watch.look([account.id]);
    await watch.look([account.id, account.id]);
    const [flag, ...others] = await flags();
    expect(others).toEqual([]);
    expect(flag).toMatchObject({ kind: 'spike', state: 'open', fromCount: 3_023, count: 3_203, most: 103, followers: null, createdAt: clock.now() });
    expect((await asked()).map(({ flagId }) => flagId)).toEqual([flag?.id]);
  });

  test('is flagged also when the next reading has come already, and not when it is long ago', async () => {
    await read([10, 3_203], [60, 3_204], [60, 3_205]);
    clock.set(new Date(START.getTime() + 47 * HOUR));
    await watch.look([account.id]);
    expect(await flags()).toHaveLength(1);
    await database.dataSource.query('DELETE FROM reading_flag');
    clock.set(new Date(START.getTime() + 60 * HOUR));
    await watch.look([account.id]);
    expect(await flags()).toEqual([]);
  });

  test('downward is flagged too, and nobody is asked for followers', async () => {
    await read([10, 2_700]);
    await watch.look([account.id]);
    expect(await flags()).toMatchObject([{ kind: 'drop', fromCount: 3_023, count: 2_700 }]);
    expect(await asked()).toEqual([]);
  });

  test('waits behind one that is open, and is flagged once that is decided', async () => {
    await read([10, 3_203], [60, 3_204], [10, 3_704]);
    await watch.look([account.id]);
    expect(await flags()).toMatchObject([{ count: 3_203 }]);
    await decide('confirmed');
    await watch.look([account.id]);
    expect(await flags()).toMatchObject([{ state: 'confirmed' }, { state: 'open', count: 3_704 }]);
  });

  test('that was enthusiasm is from then on what the account may do', async () => {
    await read([10, 3_203], [60, 3_204], [10, 3_404]);
    await watch.look([account.id]);
    await decide('dismissed');
    await watch.look([account.id]);
    expect(await flags()).toMatchObject([{ state: 'dismissed' }]);
  });

  test('is not flagged anew when its reading is taken out', async () => {
    await read([10, 3_203], [30, 3_204]);
    await watch.look([account.id]);
    await decide('confirmed');
    await database.dataSource.getRepository(Reading).update({ count: 3_203 }, { status: 'struck' });
    await watch.look([account.id]);
    expect(await flags()).toHaveLength(1);
  });
});

describe('the new followers of a spike', () => {
  const flagged = async (): Promise<ReadingFlag> => {
    await read([10, 3_203]);
    await watch.look([account.id]);
    const [flag] = await flags();
    if (flag === undefined) throw new Error('Nothing was flagged.');
    return flag;
  };
  const found = async () => (await flags())[0]?.followers;

  test('are told by their servers, beside those before them', async () => {
    const flag = await flagged();
    await looking.look(flag.id);
    expect(await found()).toEqual({
      known: true,
      newest: { total: 180, hosts: [{ host: 'farm.example', count: 150 }, { host: 'big.example', count: 30 }] },
      before: { total: 100, hosts: [{ host: 'town.example', count: 90 }, { host: 'big.example', count: 10 }] },
      concentrated: ['farm.example'],
    });
    const lists = fediverse.requests.filter(({ path }) => path.includes('/followers'));
    expect(lists.length).toBeLessThanOrEqual(30);
    expect(await database.dataSource.getRepository(Host).findOneByOrFail({ name: 'town.example' })).toMatchObject({ leaseId: null });
    await looking.look(flag.id);
    expect(fediverse.requests.filter(({ path }) => path.includes('/followers'))).toHaveLength(lists.length);
  });

  test('are not known where the list is hidden, or the server asks not to be read', async () => {
    const flag = await flagged();
    fediverse.fail(HANDLE, 'hidden');
    await looking.look(flag.id);
    expect(await found()).toEqual({ known: false, why: 'hidden' });
    await database.dataSource.query('UPDATE reading_flag SET followers = NULL');
    fediverse.requests.length = 0;
    await hosts.setOptedOut('town.example', clock.now());
    await looking.look(flag.id);
    expect(await found()).toEqual({ known: false, why: 'opted-out' });
    expect(fediverse.requests).toEqual([]);
  });

  test('are asked for again when the host is busy, or closed, until it is too late', async () => {
    const flag = await flagged();
    await database.dataSource.query('DELETE FROM pgboss.job');
    await hosts.claimNamed('town.example', clock.now());
    await looking.look(flag.id);
    expect(await found()).toBeNull();
    expect(await asked()).toEqual([{ flagId: flag.id, at: new Date(clock.now().getTime() + MINUTE) }]);
    await database.dataSource.query('UPDATE host SET lease_id = NULL, leased_until = NULL, closed_until = $1', [new Date(clock.now().getTime() + HOUR)]);
    await database.dataSource.query('DELETE FROM pgboss.job');
    await looking.look(flag.id);
    expect(await asked()).toEqual([{ flagId: flag.id, at: new Date(clock.now().getTime() + HOUR) }]);
    expect(fediverse.requests).toEqual([]);
    clock.advance(6 * HOUR);
    fediverse.fail('town.example', 'down');
    await looking.look(flag.id);
    expect(await found()).toEqual({ known: false, why: 'unreachable' });
  });

  test('are nobody’s when the flag is gone', async () => {
    await looking.look(account.id);
    expect(fediverse.requests).toEqual([]);
  });
});
