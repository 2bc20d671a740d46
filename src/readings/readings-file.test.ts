import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { Readable } from 'node:stream';
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { addCampaign } from '../../test/support/seed.ts';
import { HOUR, MINUTE } from '../domain/durations.ts';
import { SettableClock } from '../platform/clock.ts';
import { compareChains } from './chain-comparison.ts';
import { Reading, READING_SOURCES } from './reading.entity.ts';
import { ReadingsFile, type ImportOptions } from './readings-file.service.ts';
import { ReadingsChain } from './readings-chain.query.ts';
import { ReadingsQuery } from './readings.query.ts';

const NOW = new Date('2023-09-04T08:00:00Z');
const ALL = { from: null, to: null };
const HEADER = 'account,time,count,source,evidence\n';
const LELIBREEDU = `${HEADER}@lelibreedu@social.example,2023-08-30T20:00:00+02:00,2900,manual,https://social.example/@a/1
x:@lelibreedu,2023-08-30T20:00:00+02:00,5850,manual,https://social.example/@a/1
mastodon:lelibreedu@social.example,2023-09-02T20:00:00+02:00,5090,archive,
x:lelibreedu,2023-09-02T20:00:00+02:00,5840,,
`;

let database: TestDatabase;
let file: ReadingsFile;
let fediverseAccount: string;
let xAccount: string;

beforeAll(async () => {
  database = await openTestDatabase();
  const { dataSource } = database;
  file = new ReadingsFile(dataSource, new ReadingsQuery(dataSource), new ReadingsChain(dataSource), new SettableClock(NOW));
  const seed = { fediverse: 'lelibreedu@social.example', x: 'LeLibreEdu', now: NOW };
  const campaign = await addCampaign(database.dataSource, seed);
  fediverseAccount = campaign.fediverseAccount?.id ?? '';
  xAccount = campaign.xAccount?.id ?? '';
});
afterAll(() => database.close());
beforeEach(() => database.dataSource.query('TRUNCATE reading, reading_thinned'));

function importText(text: string | Buffer, options: ImportOptions = {}) {
  return file.import(Readable.from([text]), options);
}

async function exported(accounts: string[] | null = null): Promise<string> {
  let text = '';
  for await (const chunk of file.export(accounts, ALL)) text += chunk;
  return text;
}

function all(): Promise<Reading[]> {
  return database.dataSource.getRepository(Reading).find({ order: { at: 'ASC', count: 'ASC' } });
}

async function problemsOf(text: string): Promise<unknown> {
  const imported = await importText(text);
  return imported.ok ? [] : imported.error.problems;
}

describe('an import', () => {
  test('adds every reading of the file, which counts', async () => {
    const imported = await importText(LELIBREEDU);
    expect(imported).toMatchObject({ ok: true, value: { rows: 4, added: 4, alreadyThere: 0 } });
    expect(imported.ok && imported.value.changedAccounts.toSorted()).toEqual([fediverseAccount, xAccount].toSorted());
    expect(await all()).toMatchObject([
      { count: 2_900, at: new Date('2023-08-30T18:00:00Z'), source: 'manual', status: 'counted', reader: '' },
      { count: 5_850, evidenceUrl: 'https://social.example/@a/1' },
      { count: 5_090, source: 'archive', evidenceUrl: null },
      { count: 5_840, source: 'import', createdAt: NOW },
    ]);
  });

  test('of the same file again adds nothing', async () => {
    await importText(LELIBREEDU);
    const again = await importText(LELIBREEDU + LELIBREEDU.slice(HEADER.length));
    const value = { rows: 8, passedOver: 0, added: 0, alreadyThere: 8, changedAccounts: [] };
    expect(again).toEqual({ ok: true, value });
    expect(await all()).toHaveLength(4);
  });

  test('reads what spreadsheets make of the file', async () => {
    const theirs = '\ufeff' + LELIBREEDU.replaceAll('\n', '\r\n').replace('@lelibreedu@social', "'@lelibreedu@social");
    expect(await importText(Buffer.from(theirs))).toMatchObject({ ok: true, value: { added: 4 } });
  });

  test('that is only tried tells what it would do', async () => {
    expect(await importText(LELIBREEDU, { dryRun: true })).toMatchObject({ ok: true, value: { rows: 4, added: 4 } });
    expect(await all()).toEqual([]);
  });

  test('does not bring back what was rejected or replaced, and answers what waits', async () => {
    await importText(LELIBREEDU);
    const readings = database.dataSource.getRepository(Reading);
    await readings.update({ count: 2_900 }, { status: 'replaced' });
    await readings.update({ count: 5_850 }, { status: 'rejected' });
    await readings.update({ count: 5_840 }, { status: 'pending', reader: 'anna' });
    expect(await importText(LELIBREEDU)).toMatchObject({ ok: true, value: { added: 1, changedAccounts: [xAccount] } });
    expect((await all()).map(({ count, status }) => [count, status])).toEqual([
      [2_900, 'replaced'],
      [5_850, 'rejected'],
      [5_090, 'counted'],
      [5_840, 'pending'],
      [5_840, 'counted'],
    ]);
  });

  test('tells what is wrong in every line, and changes nothing', async () => {
    const text = `${LELIBREEDU}x:nobody,2023-09-02T20:00:00Z,1,,
"two
lines",2023-09-02T20:00:00Z,1,,
x:lelibreedu,yesterday,1,,
x:lelibreedu,2023-09-05T20:00:00Z,1,,
x:lelibreedu,2023-09-02T20:00:00Z,many,,
x:lelibreedu,2023-09-02T20:00:00Z

x:lelibreedu,2023-09-02T20:00:00Z,1,guess,
`;
    expect(await importText(text)).toEqual({
      ok: false,
      error: {
        type: 'invalid-file',
        more: false,
        problems: [
          { line: 6, type: 'unknown-account', account: 'x:nobody' },
          { line: 8, type: 'not-an-account', account: 'two\nlines' },
          { line: 9, type: 'not-a-time' },
          { line: 10, type: 'in-the-future' },
          { line: 11, type: 'not-a-count' },
          { line: 12, type: 'wrong-number-of-fields' },
          { line: 14, type: 'unknown-source' },
        ],
      },
    });
    expect(await all()).toEqual([]);
  });

  const columns = ['account', 'time', 'count', 'source', 'evidence'];
  test.each([
    ['an empty file', '', { line: 1, type: 'missing-columns', columns }],
    ['another table', 'a,b\n1,2\n', { line: 1, type: 'missing-columns', columns: columns.slice(0, 3) }],
    ['a quote that is not closed', `${HEADER}"x:lelibreedu,`, { line: 2, type: 'not-csv' }],
    ['a line without end', `${HEADER}${'x'.repeat(30_000)},1,2,3,4\n`, { line: 2, type: 'not-csv' }],
  ])('of %s says so', async (_what, text, problem) => {
    expect(await problemsOf(text)).toEqual([problem]);
  });

  test('stops at a hundred problems', async () => {
    const failed = await importText(HEADER + 'nobody,1,2,3,4\n'.repeat(500));
    expect(failed).toMatchObject({ ok: false, error: { more: true } });
    expect(!failed.ok && failed.error.problems).toHaveLength(100);
  });

  test('is undone whole when its last line is wrong, and tells how far it is', async () => {
    const done: number[] = [];
    const onProgress = ({ lines }: { lines: number }) => done.push(lines);
    const lines = Array.from({ length: 5_000 }, (_, index) => {
      const at = new Date(NOW.getTime() - index * MINUTE);
      return `x:lelibreedu,${at.toISOString()},${index},,`;
    });
    const failed = await importText([HEADER.trim(), ...lines, 'x:lelibreedu,,,,'].join('\n'), { onProgress });
    expect(failed).toMatchObject({ ok: false, error: { problems: [{ line: 5_002, type: 'not-a-time' }] } });
    expect(await all()).toEqual([]);
    expect(done).toEqual([2_001, 4_001, 5_002]);
    expect(await importText([HEADER.trim(), ...lines].join('\n'))).toMatchObject({ ok: true, value: { added: 5_000 } });
  });

  test('passes on what breaks the stream that it reads', async () => {
    const broken = Readable.from(
      (function* () {
        yield LELIBREEDU;
        throw new Error('the disk is gone');
      })(),
    );
    await expect(file.import(broken)).rejects.toThrow('the disk is gone');
    expect(await all()).toEqual([]);
    expect(await importText(LELIBREEDU)).toMatchObject({ ok: true });
  });
});

describe('an export', () => {
  test('has the columns of an import, and only what counts', async () => {
    await importText(LELIBREEDU);
    await database.dataSource.getRepository(Reading).update({ count: 5_840 }, { status: 'rejected' });
    expect(await exported([xAccount])).toBe(
      `${HEADER}x:LeLibreEdu,2023-08-30T18:00:00.000Z,5850,manual,https://social.example/@a/1\n`,
    );
  });

  test('of nothing has columns', async () => {
    expect(await exported([])).toBe(HEADER);
  });

  test('that is imported and exported again is unchanged', async () => {
    const reading = fc.record({
      account: fc.constantFrom(fediverseAccount, xAccount),
      at: fc.date({ min: new Date('2006-01-01T00:00:00Z'), max: NOW, noInvalidDate: true }),
      count: fc.integer({ min: 0, max: 1_000_000_000 }),
      source: fc.constantFrom(...READING_SOURCES),
      evidenceUrl: fc.option(fc.webUrl({ withQueryParameters: true, withFragments: true })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(reading, { maxLength: 20 }), async (given) => {
        await database.dataSource.query('TRUNCATE reading');
        await insert(given);
        const before = await exported();
        expect(await importText(before)).toMatchObject({ ok: true, value: { added: 0 } });
        await database.dataSource.query('TRUNCATE reading');
        expect(await importText(before)).toMatchObject({ ok: true, value: { alreadyThere: 0 } });
        expect(await exported()).toBe(before);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a file with the chain', () => {
  async function exportedChain(accounts: string[] | null = null): Promise<string> {
    let text = '';
    for await (const chunk of file.exportChain(accounts)) text += chunk;
    return text;
  }

  test('has every reading, and keeps to itself what nobody confirmed', async () => {
    await importText(LELIBREEDU);
    const readings = database.dataSource.getRepository(Reading);
    await readings.update({ count: 2_900 }, { status: 'replaced' });
    await readings.update({ count: 5_850 }, { status: 'rejected' });
    const [right] = await readings.findBy({ count: 5_090 });
    await insert([{ account: fediverseAccount, at: right!.at, count: 5_091, source: 'manual', evidenceUrl: null }], right!.id);
    await readings.update({ count: 5_090 }, { status: 'replaced' });
    const rows = parse<Record<string, string>>(await exportedChain([xAccount, fediverseAccount]), { columns: true });
    const shown = rows.map(({ time, count, evidence, status, number, replaces }) => [number, status, time, count, evidence, replaces]);
    expect(shown).toEqual([
      // Nobody corrected it: whoever gave it has looked again before anyone confirmed it.
      ['1', 'replaced', '', '', '', ''],
      ['2', 'replaced', '2023-09-02T18:00:00.000Z', '5090', '', ''],
      ['3', 'counted', '2023-09-02T18:00:00.000Z', '5091', '', '2'],
      ['1', 'rejected', '', '', '', ''],
      ['2', 'counted', '2023-09-02T18:00:00.000Z', '5840', '', ''],
    ]);
  });

  test('holds whatever was read, judged and thinned, and has the heads that are published', async () => {
    await importText(HEADER + hourly(2_600));
    const chain = new ReadingsChain(database.dataSource);
    const whole = await exportedChain();
    for (const remainder of [1, 0, 3]) {
      const before = await exportedChain();
      await database.dataSource.query(
        `DELETE FROM reading WHERE number % 4 = $1 AND number NOT BETWEEN 1100 AND 1300
         AND number < (SELECT max(number) FROM reading)`,
        [remainder],
      );
      const compared = await compareChains(Readable.from([before]), Readable.from([await exportedChain()]));
      expect(compared).toMatchObject({ ok: true, value: { differences: [], newer: { problem: null }, added: 0 } });
    }
    await database.dataSource.query('DELETE FROM reading WHERE number BETWEEN 700 AND 2100');
    const compared = await compareChains(Readable.from([whole]), Readable.from([await exportedChain()]));
    expect(compared).toMatchObject({ ok: true, value: { differences: [], newer: { problem: null }, added: 0 } });
    const [head] = compared.ok ? compared.value.newer.accounts : [];
    expect((await chain.heads([xAccount])).get(xAccount)).toEqual(head?.head);
    expect(head?.statuses.thinned).toBeGreaterThan(2_000);
  });

  test('is taken back by an import, but for what does not count', async () => {
    await importText(LELIBREEDU);
    await database.dataSource.getRepository(Reading).update({ count: 5_840 }, { status: 'pending' });
    const [plain, chain] = [await exported(), await exportedChain()];
    await database.dataSource.query('TRUNCATE reading');
    expect(await importText(chain)).toMatchObject({ ok: true, value: { rows: 3, added: 3, passedOver: 1 } });
    expect(await exported()).toBe(plain);
  });
});

/** Lines of a file: what Chiche read on X, hour by hour. */
function hourly(hours: number): string {
  const lines = Array.from({ length: hours }, (_, hour) => {
    return `x:lelibreedu,${new Date(NOW.getTime() - (hours - hour) * HOUR).toISOString()},${hour},network,\n`;
  });
  return lines.join('');
}

type Given = Pick<Reading, 'at' | 'count' | 'source' | 'evidenceUrl'> & { account: string };

async function insert(given: Given[], replaces: string | null = null): Promise<void> {
  const rows = given.map(({ account, evidenceUrl, ...rest }) => ({
    ...rest,
    account_id: account,
    evidence_url: evidenceUrl,
  }));
  await database.dataSource.query(
    `INSERT INTO reading (id, account_id, at, count, source, evidence_url, reader, status, replaces_id, created_at)
     SELECT gen_random_uuid(), account_id, at, count, source, evidence_url, 'somebody', 'counted', $2, now()
     FROM jsonb_to_recordset($1::jsonb)
       AS given (account_id uuid, at timestamptz, count bigint, source text, evidence_url text)
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(rows), replaces],
  );
}
