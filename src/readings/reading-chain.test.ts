import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { v7 as newId } from 'uuid';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { HOUR } from '../domain/durations.ts';
import { ChainOfReadings1795320000000 } from '../../migrations/0004-a-chain-of-readings.ts';
import { CHAIN_START, digestOf, link, type ReadingFacts } from './reading-chain.ts';
import { Reading, READING_SOURCES } from './reading.entity.ts';

const START = new Date('2023-08-30T18:00:00Z');

let database: TestDatabase;
let accounts: string[];

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.dataSource.query('TRUNCATE institution CASCADE');
  const campaign = await addCampaign(database.dataSource, { now: START });
  accounts = [campaign.fediverseAccount?.id ?? '', campaign.xAccount?.id ?? ''].toSorted();
});

const query = <T>(sql: string, values: unknown[] = []): Promise<T[]> => database.dataSource.query(sql, values);

interface Given {
  account: string;
  /** Hours after the start. */
  hour: number;
  count: number;
  source?: string;
  evidenceUrl?: string | null;
  replacesId?: string | null;
}

/** As workers write: many rows in one statement, ordered by account. */
async function insert(given: Given[], conflict = 'ON CONFLICT DO NOTHING'): Promise<string[]> {
  const rows = given.map(({ account, hour, count, source = 'network', evidenceUrl = null, replacesId = null }) => ({
    id: newId(),
    account,
    at: new Date(START.getTime() + hour * HOUR),
    count,
    source,
    evidence: evidenceUrl,
    replaces: replacesId,
  }));
  const inserted = await query<{ id: string }>(
    `INSERT INTO reading (id, account_id, at, count, source, evidence_url, reader, status, replaces_id, created_at)
     SELECT id, account, at, count, source, evidence, '', 'counted', replaces, now()
     FROM jsonb_to_recordset($1::jsonb) AS given
       (id uuid, account uuid, at timestamptz, count bigint, source text, evidence text, replaces uuid)
     ORDER BY account ${conflict} RETURNING id`,
    [JSON.stringify(rows)],
  );
  return inserted.map(({ id }) => id);
}

/** What the database has for an account, by number. */
async function chainOf(account: string): Promise<(Reading & { digest: Buffer })[]> {
  const rows = await query<Reading & { digest: Buffer; count: string }>(
    `SELECT own.number, own.at, own.count, own.source, own.evidence_url AS "evidenceUrl", own.checksum,
       replaced.number AS replaces
     FROM reading own LEFT JOIN reading replaced ON replaced.id = own.replaces_id
     WHERE own.account_id = $1 ORDER BY own.number`,
    [account],
  );
  return rows.map((row) => ({ ...row, count: Number(row.count), digest: digestOf(row as unknown as ReadingFacts) }));
}

/** Recomputes a chain from nothing but its facts. */
async function expectSound(account: string, length: number): Promise<void> {
  const chain = await chainOf(account);
  expect(chain.map(({ number }) => number)).toEqual(Array.from({ length }, (_, index) => index + 1));
  let checksum = CHAIN_START;
  for (const reading of chain) {
    checksum = link(checksum, reading.digest);
    expect(reading.checksum.toString('hex')).toBe(checksum.toString('hex'));
  }
}

describe('the look for the last reading', () => {
  test('goes through the index, also where the table was known to be empty when its plan was made', async () => {
    await query('ANALYZE reading');
    const scans = await database.dataSource.transaction(async (manager) => {
      const wholeScans = async (): Promise<number> => {
        const [row] = await manager.query<{ n: number }[]>(`SELECT seq_scan::int AS n FROM pg_stat_xact_user_tables WHERE relname = 'reading'`);
        return row?.n ?? NaN;
      };
      const before = await wholeScans();
      for (let number = 1; number <= 30; number += 1) {
        await manager.query(
          `INSERT INTO reading (id, account_id, at, count, source, reader, status, created_at)
           VALUES ($1, $2, $3, 1, 'network', '', 'counted', now())`,
          [newId(), accounts[0], new Date(START.getTime() + number * HOUR)],
        );
      }
      return (await wholeScans()) - before;
    });
    expect(scans).toBe(0);
    await expectSound(accounts[0] ?? '', 30);
  });
});

describe('every reading that is written', () => {
  test('gets its number and its checksum, whatever it is and says', async () => {
    const [first = '', second = ''] = accounts;
    const given = fc.record({
      account: fc.constantFrom(first, second),
      hour: fc.double({ min: 0, max: 9_000, noNaN: true }),
      count: fc.integer({ min: 0, max: 2 ** 40 }),
      source: fc.constantFrom(...READING_SOURCES),
      evidenceUrl: fc.option(fc.webUrl({ withQueryParameters: true, withFragments: true })),
    });
    const length = { [first]: 0, [second]: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(given, { maxLength: 20 }), async (rows) => {
        await insert(rows);
        for (const account of accounts) {
          const [stored] = await query<{ n: number }>('SELECT count(*)::int AS n FROM reading WHERE account_id = $1', [account]);
          length[account] = stored?.n ?? 0;
          await expectSound(account, length[account]);
        }
      }),
      { numRuns: 25 },
    );
    expect(length[first]).toBeGreaterThan(20);
  });

  test('and was there before takes no number', async () => {
    const [account = ''] = accounts;
    await insert([{ account, hour: 0, count: 1 }, { account, hour: 0, count: 1 }, { account, hour: 1, count: 2 }]);
    await insert([{ account, hour: 1, count: 2 }, { account, hour: 2, count: 3 }, { account, hour: 0, count: 1 }]);
    await expect(insert([{ account, hour: 0, count: 1 }], '')).rejects.toThrow('reading_once');
    await expectSound(account, 3);
  });

  test('has a time of milliseconds, as its digest says', async () => {
    const [account = ''] = accounts;
    await query(
      `INSERT INTO reading (id, account_id, at, count, source, reader, status, created_at, number, checksum)
       VALUES ($1, $2, '2023-08-30T18:00:00.123987Z', 1, 'network', '', 'counted', now(), 77, '\\x00')`,
      [newId(), account],
    );
    expect(await query(`SELECT at = '2023-08-30T18:00:00.123Z' AS cut FROM reading`)).toEqual([{ cut: true }]);
    await expectSound(account, 1);
  });

  test('and corrects another names its number, and one of the same account alone', async () => {
    const [account = '', other = ''] = accounts;
    await insert([{ account, hour: 0, count: 1 }]);
    const [wrong = ''] = await insert([{ account, hour: 1, count: 20 }]);
    await insert([{ account, hour: 1, count: 2, source: 'manual', replacesId: wrong }]);
    expect(await chainOf(account)).toMatchObject([{ replaces: null }, { replaces: null }, { replaces: 2 }]);
    await expectSound(account, 3);
    await expect(insert([{ account: other, hour: 1, count: 2, replacesId: wrong }])).rejects.toThrow('of the same account');
  });

  test('at the same time as others finds its place', async () => {
    const writers = Array.from({ length: 8 }, (_, writer) =>
      database.dataSource.transaction(async (manager) => {
        for (let round = 0; round < 5; round++) {
          await manager.query(
            `INSERT INTO reading (id, account_id, at, count, source, reader, status, created_at)
             SELECT gen_random_uuid(), account, $2, $3, 'network', '', 'counted', now()
             FROM unnest($1::uuid[]) AS account ORDER BY account ON CONFLICT DO NOTHING`,
            [accounts, new Date(START.getTime() + round * HOUR), writer],
          );
        }
      }),
    );
    await Promise.all(writers);
    for (const account of accounts) await expectSound(account, 40);
  });
});

describe('what was written', () => {
  beforeEach(async () => {
    const [account = ''] = accounts;
    await insert([1, 2, 3, 4, 5, 6].map((hour) => ({ account, hour, count: hour })));
  });

  test.each(['count = 7', 'at = now()', `source = 'manual'`, `evidence_url = 'https://a.example/'`, 'number = 9',
    `checksum = '\\x00'`, 'replaces_id = id', 'account_id = account_id', 'created_at = now()'])('never changes: %s', async (change) => {
    await expect(query(`UPDATE reading SET ${change}`)).rejects.toThrow('append-only');
  });

  test('may be judged', async () => {
    await query(`UPDATE reading SET status = 'rejected', reader = 'anna'`);
    await expectSound(accounts[0] ?? '', 6);
  });

  test('is thinned by its digest staying', async () => {
    const [account = ''] = accounts;
    const before = await chainOf(account);
    await query('DELETE FROM reading WHERE count IN (2, 3, 5)');
    const left = await query<{ number: number; digests: Buffer }>('SELECT number, digests FROM reading_thinned ORDER BY number');
    const [, second, third, , fifth] = before.map(({ digest }) => digest);
    expect(left).toEqual([
      { number: 2, digests: Buffer.concat([second ?? CHAIN_START, third ?? CHAIN_START]) },
      { number: 5, digests: fifth },
    ]);
    await query('DELETE FROM reading WHERE count = 4');
    await insert([{ account, hour: 7, count: 7 }]);
    expect((await chainOf(account)).map(({ number }) => number)).toEqual([1, 6, 7]);
  });

  test.each([
    ['the last one', 'count = 6', null],
    ['all', 'true', null],
    ['what people said', 'count = 2', `INSERT INTO reading (id, account_id, at, count, source, reader, status, created_at)
       SELECT gen_random_uuid(), account_id, at, 2, 'manual', 'anna', 'counted', now() FROM reading WHERE count = 2`],
    ['what was judged', 'count = 2', `UPDATE reading SET status = 'replaced' WHERE count = 2`],
    ['what was corrected', 'count = 2', `INSERT INTO reading (id, account_id, at, count, source, reader, status, replaces_id, created_at)
       SELECT gen_random_uuid(), account_id, at, 9, 'network', '', 'counted', id, now() FROM reading WHERE count = 2`],
    ['what corrects', 'count = 9', `INSERT INTO reading (id, account_id, at, count, source, reader, status, replaces_id, created_at)
       SELECT gen_random_uuid(), account_id, at, n, 'network', '', 'counted', CASE n WHEN 9 THEN id END, now()
       FROM reading, generate_series(9, 10) n WHERE count = 2`],
  ])('is not thinned away when it is %s', async (_what, where, before) => {
    if (before !== null) await query(before);
    await expect(query(`DELETE FROM reading WHERE ${where}`)).rejects.toThrow('append-only');
  });

  test('is never emptied, nor what thinning left', async () => {
    await query('DELETE FROM reading WHERE count = 1');
    for (const change of ['UPDATE reading_thinned SET number = 9', 'DELETE FROM reading_thinned']) {
      await expect(query(change)).rejects.toThrow('append-only');
    }
    for (const table of ['reading', 'reading_thinned']) {
      const emptied = database.dataSource.transaction(async (manager) => {
        await manager.query(`ALTER TABLE ${table} ENABLE TRIGGER ${table}_is_never_emptied`);
        await manager.query(`TRUNCATE ${table}`);
      });
      await expect(emptied).rejects.toThrow('append-only');
    }
  });
});

test('readings from before there was a chain get their numbers', async () => {
  const [account = '', other = ''] = accounts;
  await insert([3, 1, 2].map((hour) => ({ account, hour, count: hour })));
  await insert([{ account: other, hour: 5, count: 5, evidenceUrl: 'https://a.example/' }]);
  const [wrong] = await query<{ id: string }>('SELECT id FROM reading WHERE count = 1');
  await insert([{ account, hour: 1, count: 9, replacesId: wrong?.id ?? null }]);
  await database.dataSource.transaction(async (manager) => {
    const undo = [
      'DROP TABLE reading_thinned',
      ...['reading_append', 'reading_facts_stay', 'reading_is_never_emptied', 'reading_leaves_digest'].map(
        (name) => `DROP TRIGGER ${name} ON reading`,
      ),
      ...['reading_digest', 'reading_link', 'reading_append', 'refuse_reading_change', 'reading_leaves_digest'].map(
        (name) => `DROP FUNCTION ${name}`,
      ),
      'DROP INDEX reading_replaces',
      'ALTER TABLE reading DROP COLUMN number, DROP COLUMN checksum',
    ];
    for (const statement of undo) await manager.query(statement);
    await new ChainOfReadings1795320000000().up(manager.queryRunner!);
  });
  await expectSound(account, 4);
  await expectSound(other, 1);
  expect(await chainOf(account)).toMatchObject([{ count: 1 }, { count: 2 }, { count: 3 }, { replaces: 1 }]);
  await insert([{ account, hour: 6, count: 6 }]);
  await expectSound(account, 5);
});
