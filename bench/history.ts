import 'reflect-metadata';
import type { DataSource } from 'typeorm';
import type * as Standings from '../src/campaigns/standing-readings.query.ts';
import type * as Databases from '../src/platform/database.ts';
import type * as Hosts from '../src/readings/reading-hosts.service.ts';
import type { DueAccount } from '../src/readings/reading-hosts.service.ts';
import type { ReadingOutcome } from '../src/readings/reading-outcome.ts';
import type * as Writers from '../src/readings/reading-writer.service.ts';
import type * as Queries from '../src/readings/readings.query.ts';
import type * as Thinnings from '../src/readings/thinning.service.ts';
import type * as Schemas from '../src/schema.ts';
import { built } from '../test/support/built.ts';
import { atMost, median, told, type Figure } from './figure.ts';
import { seedAccounts } from './seed.ts';
import { freshDatabase } from './site.ts';

const { SCHEMA } = await built<typeof Schemas>('schema');
const { openDatabase } = await built<typeof Databases>('platform/database');
const { ReadingHosts } = await built<typeof Hosts>('readings/reading-hosts.service');
const { writeOutcomes } = await built<typeof Writers>('readings/reading-writer.service');
const { ReadingsQuery } = await built<typeof Queries>('readings/readings.query');
const { Thinning } = await built<typeof Thinnings>('readings/thinning.service');
const { StandingReadings } = await built<typeof Standings>('campaigns/standing-readings.query');

const MILLION = 1_000_000;
const READINGS = 10 * MILLION;
const [HOSTS, USERS] = [100, 20];
/** Accounts of one transaction, as many as a worker writes at the most (reading-writer.service.ts). */
const TOGETHER = 500;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse('2025-01-01T00:00:00Z');
/** What a page's graph asks for. */
const POINTS = 150;
const LOOKS = 40;

/** What a thing costs, in microseconds, for each million of them. */
class Costs {
  readonly perMillion: number[] = [];
  private spent = 0;
  private done = 0;

  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  async of(work: () => Promise<number>): Promise<void> {
    const start = performance.now();
    this.done += await work();
    this.spent += performance.now() - start;
    if (this.done < MILLION) return;
    this.perMillion.push((this.spent / this.done) * 1_000);
    process.stderr.write(`${this.name}: million ${this.perMillion.length} at ${this.perMillion.at(-1)?.toFixed(1)} µs\n`);
    [this.spent, this.done] = [0, 0];
  }
}

/** Ten million hourly readings, written as a worker does and thinned every day, seven months in a row. */
export async function benchHistory(): Promise<Figure[]> {
  const database = await freshDatabase();
  try {
    await seedAccounts(database.pool, HOSTS, USERS);
    const opened = await openDatabase({ databaseUrl: database.url, dataDirectory: '' }, SCHEMA);
    if (!opened.ok) throw new Error(opened.error.type);
    const figures = await live(opened.value.dataSource);
    await opened.value.close();
    return figures;
  } finally {
    await database.close();
  }
}

async function live(dataSource: DataSource): Promise<Figure[]> {
  const accounts = await everyAccount(dataSource);
  const [writing, thinning] = [new Costs('written'), new Costs('thinned')];
  let early: Looks = { first: NaN, again: NaN };
  let vacuumed = 0;
  let now = START;
  for (let written = 0; written < READINGS; written += accounts.length) {
    now += HOUR;
    await writing.of(() => writeSlot(dataSource, accounts, new Date(now)));
    if (now % DAY === 0) {
      vacuumed += await vacuum(dataSource, 'account, reading_thinning');
      await thinning.of(() => thin(dataSource, new Date(now)));
    }
    if ((written + accounts.length) % MILLION === 0) vacuumed += await vacuum(dataSource, 'reading, reading_thinned');
    if (written < MILLION && written + accounts.length >= MILLION) early = await look(dataSource, accounts, new Date(now));
  }
  const late = await look(dataSource, accounts, new Date(now));
  const [first, last] = [writing.perMillion[0] ?? NaN, writing.perMillion.at(-1) ?? NaN];
  const [firstThinned, lastThinned] = [thinning.perMillion[0] ?? NaN, thinning.perMillion.at(-1) ?? NaN];
  return [
    told('history: writing a reading, the first million', first, 'µs'),
    told('history: writing a reading, the tenth million', last, 'µs'),
    atMost('history: the tenth million against the first', last / first, 1.25, '×'),
    told('history: thinning a reading, the first million', firstThinned, 'µs'),
    told('history: thinning a reading, the last million', lastThinned, 'µs'),
    atMost('history: the last million thinned against the first', lastThinned / firstThinned, 1.25, '×'),
    told('history: vacuuming, for each reading', (vacuumed / READINGS) * 1_000, 'µs'),
    told('history: a series of 150 points, of a million readings', early.again, 'ms'),
    atMost('history: of ten million, against that', late.again / early.again, 1.5, '×'),
    told('history: for the first who asks, of a million', early.first, 'ms'),
    told('history: of ten million', late.first, 'ms'),
    told('history: readings that stay', await number(dataSource, 'SELECT count(*) FROM reading'), ''),
    told('history: size of the database', (await number(dataSource, 'SELECT pg_database_size(current_database())')) / 1e6, 'MB'),
  ];
}

async function everyAccount(dataSource: DataSource): Promise<DueAccount[]> {
  const hosts = new ReadingHosts(dataSource);
  const whenAllAreDue = new Date(Date.now() + 2 * DAY);
  await hosts.know(whenAllAreDue);
  const turns = await hosts.claim(whenAllAreDue, HOSTS);
  return turns.flatMap(({ accounts }) => accounts);
}

/** One reading of each account, in the transactions of a worker; how many. */
async function writeSlot(dataSource: DataSource, accounts: readonly DueAccount[], at: Date): Promise<number> {
  for (let first = 0; first < accounts.length; first += TOGETHER) {
    const outcomes = accounts.slice(first, first + TOGETHER).map((account) => outcomeOf(account, at));
    const kept = await dataSource.transaction((manager) => writeOutcomes(manager, outcomes));
    if (kept.length !== outcomes.length) throw new Error('Some readings were not written.');
  }
  for (const account of accounts) account.triedBefore = at.toISOString();
  return accounts.length;
}

function outcomeOf(account: DueAccount, at: Date): ReadingOutcome {
  const followers = 1_000 + Math.floor((at.getTime() - START) / HOUR);
  const { handle, actorUri, remoteId } = account;
  return { account, at, result: { ok: true, value: { handle, actorUri, remoteId, limited: false, followers } }, moved: null, postponedUntil: null };
}

function thin(dataSource: DataSource, now: Date): Promise<number> {
  const standing = new StandingReadings();
  return new Thinning(dataSource).thin(now, (manager, accountIds) => standing.of(manager, accountIds));
}

/** What autovacuum does as often; by hand, because a server may have it switched off. Milliseconds. */
async function vacuum(dataSource: DataSource, tables: string): Promise<number> {
  const start = performance.now();
  await dataSource.query(`VACUUM ANALYZE ${tables}`);
  return performance.now() - start;
}

/** Milliseconds for the whole series of an account, as a page asks for it: what it reads may lie on the disk, or in memory. */
interface Looks {
  first: number;
  again: number;
}

async function look(dataSource: DataSource, accounts: readonly DueAccount[], to: Date): Promise<Looks> {
  const readings = new ReadingsQuery(dataSource);
  const spent: Record<keyof Looks, number[]> = { first: [], again: [] };
  for (const { id } of accounts.slice(0, LOOKS)) {
    for (const which of ['first', 'again'] as const) {
      const start = performance.now();
      await readings.seriesOf([{ accountId: id, from: null, to, points: POINTS }]);
      spent[which].push(performance.now() - start);
    }
  }
  return { first: median(spent.first), again: median(spent.again) };
}

async function number(dataSource: DataSource, query: string): Promise<number> {
  const [row] = await dataSource.query<Record<string, string>[]>(query);
  return Number(Object.values(row ?? {})[0]);
}
