import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { SettableClock, type Clock } from '../../src/platform/clock.ts';
import { openDatabase } from '../../src/platform/database.ts';
import { createGuardedHttp, type GuardedHttp } from '../../src/platform/http.ts';
import { createLog } from '../../src/platform/log.ts';
import { Queue } from '../../src/platform/queue.ts';
import { LEASE, ReadingHosts } from '../../src/readings/reading-hosts.service.ts';
import { ReadingRounds } from '../../src/readings/reading-rounds.service.ts';
import { READINGS_CHANGED_QUEUE, ReadingWriter } from '../../src/readings/reading-writer.service.ts';
import { SCHEMA } from '../../src/schema.ts';
import { startCrowd, type Crowd } from '../support/crowd.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import type { WorkerOrder, WorkerWord } from '../support/reading-worker.ts';
import { addCampaign } from '../support/seed.ts';

const START = new Date('2023-09-02T10:00:00Z');
const HOSTS = 8;
const ACCOUNTS = HOSTS * 3;
/** Of the time that a whole round takes here: a worker dies anywhere in it, and now and then not at all. */
const LONGEST_LIFE = 1.2;
const FOR_EVER = 60_000;

let database: TestDatabase;
let crowd: Crowd;
let http: GuardedHttp;
let queue: Queue;
const children: ChildProcess[] = [];

beforeEach(async () => {
  [database, crowd] = await Promise.all([openTestDatabase(), startCrowd(() => 5_090)]);
  http = createGuardedHttp({ userAgent: 'Chiche test', privateNetwork: crowd.address });
  queue = new Queue(database.dataSource, createLog('silent'));
  await queue.start([READINGS_CHANGED_QUEUE]);
  crowd.answer = ({ path }) => (path === '/robots.txt' ? { status: 404, after: 10 } : null);
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await queue.stop();
  await http.close();
  await crowd.close();
  await database.close();
});

function worker(clock: Clock): ReadingRounds {
  const { dataSource } = database;
  return new ReadingRounds(new ReadingHosts(dataSource), new ReadingWriter(dataSource, queue), clock, http, { xApi: null });
}

async function addAccounts(): Promise<void> {
  for (let n = 0; n < ACCOUNTS; n += 1) await addCampaign(database.dataSource, { fediverse: `a${n}@h${n % HOSTS}.example`, now: START });
}

/** Everything is due again: a new slot. */
async function makeDue(now: Date): Promise<void> {
  await database.dataSource.query('UPDATE account SET next_reading_at = $1', [now]);
}

/** Many lives take hours of this clock: what was read in a slot must not be due again before the next one. */
async function putOffWhatWasRead(now: Date): Promise<void> {
  await database.dataSource.query(`UPDATE account SET next_reading_at = $1::timestamptz + interval '1 year' WHERE next_reading_at > $1`, [now]);
}

async function isAllRead(now: Date): Promise<boolean> {
  const [row] = await database.dataSource.query<{ n: number }[]>('SELECT count(*)::int AS n FROM account WHERE next_reading_at <= $1', [now]);
  return row?.n === 0;
}

/** How many readings each account has in each slot, which begins at its moment. */
async function readingsBySlot(slots: readonly Date[]): Promise<number[]> {
  const rows = await database.dataSource.query<{ n: number }[]>(
    `SELECT count(reading.id)::int AS n FROM account CROSS JOIN unnest($1::timestamptz[], $2::timestamptz[]) AS slot (begins, ends)
     LEFT JOIN reading ON reading.account_id = account.id AND reading.at >= slot.begins AND reading.at < slot.ends
     WHERE account.network <> 'x' GROUP BY account.id, slot.begins`,
    [slots, [...slots.slice(1), 'infinity']],
  );
  return rows.map(({ n }) => n);
}

/** A worker that is loaded and waits for its order. */
async function startWorker(): Promise<ChildProcess> {
  const child = fork(new URL('../support/reading-worker.ts', import.meta.url), { stdio: ['ignore', 2, 2, 'ipc'], execArgv: [] });
  children.push(child);
  await said(child, 'ready');
  return child;
}

async function said(child: ChildProcess, word: WorkerWord): Promise<void> {
  for (;;) {
    const [heard] = (await once(child, 'message')) as [WorkerWord];
    if (heard === word) return;
  }
}

/** Has a worker begin a round; whether it ended before it was killed. */
async function liveAndBeKilled(worker: ChildProcess, now: Date, life: number): Promise<boolean> {
  const { databaseUrl, dataDirectory } = database.where;
  const ended = once(worker, 'exit') as Promise<[number | null]>;
  const begun = said(worker, 'begins');
  worker.send({ database: { databaseUrl, dataDirectory }, crowd: crowd.address, now: now.toISOString() } satisfies WorkerOrder);
  await Promise.race([begun, ended]);
  const outcome = await Promise.race([ended, wait(life, 'too long' as const)]);
  if (outcome === 'too long') worker.kill('SIGKILL');
  const [code] = await ended;
  expect([0, null]).toContain(code);
  return code === 0;
}

/** A way to the database that can be cut for good, as the death of a process cuts it. */
async function startWire(): Promise<{ databaseUrl: string; cut(): void }> {
  const { databaseUrl, dataDirectory } = database.where;
  const target = databaseUrl === null ? null : new URL(databaseUrl);
  const ends = new Set<Socket>();
  const server = createServer((near) => {
    const far = target === null ? connect(join(dataDirectory, '.s.PGSQL.5432')) : connect(Number(target.port || 5432), target.hostname);
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => undefined).on('close', () => ends.delete(end));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    databaseUrl: `postgres://postgres@127.0.0.1:${port}${target?.pathname ?? '/postgres'}`,
    cut() {
      server.close();
      for (const end of ends) end.destroy();
    },
  };
}

/** One life: everything that this worker does to the database ends at one instant. Whether it was done before. */
async function liveAndDie(queue: Queue, http: GuardedHttp, clock: Clock, life: number): Promise<boolean> {
  const wire = await startWire();
  const opened = await openDatabase({ databaseUrl: wire.databaseUrl, dataDirectory: '' }, SCHEMA);
  if (!opened.ok) throw new Error(opened.error.type);
  const { dataSource } = opened.value;
  const writer = new ReadingWriter(dataSource, queue);
  const round = new ReadingRounds(new ReadingHosts(dataSource), writer, clock, http, { xApi: null }).round();
  const ended = round.then(() => true, () => false);
  const isDone = await Promise.race([ended, wait(life, false)]);
  wire.cut();
  await ended;
  await dataSource.destroy();
  return isDone;
}

/** Somewhere between 0 and 1, everywhere in the end. */
function somewhere(n: number): number {
  return ((n * 7_919) % 101) / 100;
}

/** Lives until so many ended too early; slots begin when everything was read. How many slots there were. */
async function liveOnAndOn(deaths: number, live: (now: SettableClock, milliseconds: number) => Promise<boolean>): Promise<number> {
  await addAccounts();
  const clock = new SettableClock(START);
  const slots = [START];
  await makeDue(START);
  const begun = performance.now();
  await live(clock, FOR_EVER);
  const longest = LONGEST_LIFE * (performance.now() - begun);
  for (let lives = 1, died = 0; died < deaths; lives += 1) {
    if (!(await live(clock, somewhere(lives) * longest))) died += 1;
    // The hosts that it held are free once its lease is over.
    clock.advance(LEASE);
    await putOffWhatWasRead(clock.now());
    if (!(await isAllRead(clock.now()))) continue;
    slots.push(clock.now());
    await makeDue(clock.now());
  }
  await worker(clock).round();
  expect(new Set(await readingsBySlot(slots))).toEqual(new Set([1]));
  expect(await isAllRead(clock.now())).toBe(true);
  return slots.length;
}

test('a worker that dies a hundred times in its rounds loses no reading and makes none twice', async () => {
  const slots = await liveOnAndOn(100, (clock, milliseconds) => liveAndDie(queue, http, clock, milliseconds));
  expect(slots).toBeGreaterThan(5);
}, 240_000);

test('nor does one that is killed', async () => {
  let next = startWorker();
  await liveOnAndOn(3, async (clock, milliseconds) => {
    const worker = await next;
    next = startWorker();
    return liveAndBeKilled(worker, clock.now(), milliseconds);
  });
}, 240_000);

const onServer = process.env['TEST_DATABASE_URL'] ? test : test.skip;

onServer('a database that restarts in the middle of a round loses no reading and makes none twice', async () => {
  await addAccounts();
  await makeDue(START);
  const clock = new SettableClock(START);
  const restarts: Promise<void>[] = [];
  crowd.answer = ({ path }) => {
    if (path === '/robots.txt') return { status: 404, after: 10 };
    if (crowd.lookups().length >= 8 && restarts.length === 0) restarts.push(cutConnections());
    return null;
  };
  // Whether the round fails depends on what it was at when its connections went.
  await worker(clock).round().catch(() => undefined);
  expect(restarts).toHaveLength(1);
  await Promise.all(restarts);
  clock.advance(LEASE);
  await worker(clock).round();
  expect(await readingsBySlot([START])).toEqual(Array.from({ length: ACCOUNTS }, () => 1));
}, 60_000);

/** What a restart does to everyone who is connected. */
async function cutConnections(): Promise<void> {
  await database.dataSource.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
}
