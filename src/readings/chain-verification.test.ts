import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { PROJECT_ROOT } from '../platform/project-root.ts';
import { CHAIN_COLUMNS, toChainRow, type FileLink } from './chain-rows.ts';
import { compareChains } from './chain-comparison.ts';
import { verifyChains } from './chain-verification.ts';
import { CHAIN_START, digestOf, link } from './reading-chain.ts';

const DOCUMENT = readFileSync(join(PROJECT_ROOT, 'docs', 'readings-file.md'), 'utf8');
const EXAMPLE = /```csv\n([^]*?)```/.exec(DOCUMENT)?.[1] ?? '';
const HEADER = `${CHAIN_COLUMNS.join(',')}\n`;

const verify = (text: string) => verifyChains(Readable.from([text]));

async function compare(older: string, newer: string) {
  const compared = await compareChains(Readable.from([older]), Readable.from([newer]));
  if (!compared.ok) throw new Error(compared.error.type);
  return compared.value;
}

type Story = Partial<Pick<FileLink, 'account' | 'status' | 'source' | 'replaces'>> & { count?: number };

/** A file whose chains are right. */
function fileOf(stories: Story[]): string {
  const heads = new Map<string, { number: number; checksum: Buffer }>();
  const rows = stories.map(({ account = 'x:edu', status = 'counted', source = 'network', replaces = null, count = 0 }) => {
    const head = heads.get(account) ?? { number: 0, checksum: CHAIN_START };
    const told = { at: new Date(Date.UTC(2023, 7, 30, head.number)), count, evidenceUrl: null };
    const digest = digestOf({ ...told, source, replaces });
    const next = { number: head.number + 1, checksum: link(head.checksum, digest) };
    heads.set(account, next);
    const facts = status === 'counted' || status === 'replaced' || status === 'struck' ? told : null;
    return toChainRow(account, { ...next, status, source, replaces, digest, facts });
  });
  return HEADER + stringify(rows);
}

describe('the example of the document', () => {
  test('holds', async () => {
    const { accounts, problem } = await verify(EXAMPLE);
    expect(problem).toBeNull();
    const last = EXAMPLE.trim().slice(-64);
    expect(accounts).toEqual([
      {
        account: 'mastodon:lelibreedu@social.example',
        head: { number: 6, checksum: Buffer.from(last, 'hex') },
        statuses: { counted: 3, pending: 1, rejected: 0, replaced: 1, struck: 0, thinned: 1 },
        gaps: [[2, 2]],
      },
    ]);
  });

  test('has the digest that the command line beside it gives', () => {
    const [, printed = '', digest] = /printf '(.*)' \| sha256sum\n +(\w{64})/.exec(DOCUMENT) ?? [];
    const [time = '', count, source, evidence = '', replaces] = printed.split('\\n');
    expect([source, replaces]).toEqual(['manual', '']);
    const facts = { at: new Date(time), count: Number(count), source: 'manual', evidenceUrl: evidence, replaces: null } as const;
    expect(digestOf(facts).toString('hex')).toBe(digest);
    expect(EXAMPLE).toContain(`,${digest},`);
  });

  test('no letter of it can be another one', async () => {
    const places = fc.nat(EXAMPLE.trimEnd().length - 1);
    await fc.assert(
      fc.asyncProperty(places, fc.constantFrom(...'0123456789abcdefx,\n "'), async (place, letter) => {
        const altered = EXAMPLE.slice(0, place) + letter + EXAMPLE.slice(place + 1);
        if (altered === EXAMPLE) return;
        const { problem, accounts } = await verify(altered);
        // The name of an account is not in its chain, and whether a reading counts is a judgement.
        const renamed = accounts.some(({ account }) => account !== 'mastodon:lelibreedu@social.example');
        expect(problem !== null || renamed).toBe(true);
      }),
      { numRuns: 600 },
    );
  });
});

describe('the recipe', () => {
  const recipe = /```python\n([^]*?)```/.exec(DOCUMENT)?.[1] ?? '';
  const python = (() => {
    try {
      execFileSync('python3', ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  })();
  const run = (text: string): string => {
    const folder = mkdtempSync(join(tmpdir(), 'chiche-recipe-'));
    writeFileSync(join(folder, 'readings.csv'), text);
    try {
      return execFileSync('python3', ['-c', recipe, join(folder, 'readings.csv')], { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  test('is short', () => expect(recipe.trim().split('\n').length).toBeLessThanOrEqual(15));

  (python ? test : test.skip)('finds the same heads, and what does not fit', () => {
    expect(run(EXAMPLE)).toBe(`mastodon:lelibreedu@social.example 6 ${EXAMPLE.trim().slice(-64)}\n`);
    expect(() => run(EXAMPLE.replace(',4500,', ',4501,'))).toThrow();
    expect(() => run(EXAMPLE.split('\n').toSpliced(2, 1).join('\n'))).toThrow();
  });
});

describe('a file', () => {
  const lines = (change: (all: string[]) => string[]): string => change(EXAMPLE.split('\n')).join('\n');

  test.each([
    ['empty', '', { line: 1, type: 'not-a-chain' }],
    ['a plain one', 'account,time,count,source,evidence\n', { line: 1, type: 'not-a-chain' }],
    ['not CSV', `${HEADER}"x`, { line: 2, type: 'not-csv' }],
    ['cut off in a line', EXAMPLE.slice(0, -30), { line: 7, type: 'not-a-link' }],
    ['cut off in a short line', EXAMPLE.slice(0, -70), { line: 7, type: 'wrong-number-of-fields' }],
    ['without a line', lines((all) => all.toSpliced(3, 1)), { line: 4, type: 'wrong-number', number: 4, expected: 3 }],
    ['with a line twice', lines((all) => all.toSpliced(3, 0, all[3]!)), { line: 5, type: 'wrong-number', number: 3, expected: 4 }],
    ['with a count changed', EXAMPLE.replace(',3815,', ',3816,'), { line: 4, type: 'wrong-digest', number: 3 }],
    ['with a time changed', EXAMPLE.replace('T19:00', 'T19:01'), { line: 4, type: 'wrong-digest', number: 3 }],
    ['with a time in other words', EXAMPLE.replace('T19:00:00.000Z', 'T21:00:00.000+02:00'), { line: 4, type: 'not-a-link' }],
    ['with a digest changed', EXAMPLE.replace(',a92b', ',b92b'), { line: 3, type: 'wrong-checksum', number: 2 }],
    ['that withholds what counts', EXAMPLE.replace(/,2023-08-31T19[^,]*,3815,/, ',,,'), { line: 4, type: 'not-a-link' }],
    ['that tells what waits', lines((all) => all.map((line) => line.replace(/,,,manual,,pending/, ',2023-09-02T09:30:00.000Z,5120,manual,,pending'))), { line: 7, type: 'not-a-link' }],
    ['with a correction of the future', fileOf([{ status: 'pending', replaces: 4 }]), { line: 2, type: 'wrong-correction', number: 1 }],
  ])('that is %s is told at its first line', async (_what, text, problem) => {
    expect((await verify(text)).problem).toMatchObject(problem);
  });

  test('may have its accounts in any order', async () => {
    const two = fileOf([{ account: 'x:a' }, { account: 'x:b' }, { account: 'x:a' }, { account: 'x:b', status: 'thinned' }, { account: 'x:b' }]);
    const { accounts, problem } = await verify(two);
    expect(problem).toBeNull();
    expect(accounts.map(({ account, head, gaps }) => [account, head.number, gaps])).toEqual([['x:a', 2, []], ['x:b', 3, [[2, 2]]]]);
  });
});

describe('two files', () => {
  const readings: Story[] = [{ count: 1 }, { count: 2 }, { count: 3, source: 'manual' }, { count: 4 }];

  test('that tell one story agree, whatever came since', async () => {
    const since: Story[] = [{ ...readings[0], status: 'thinned' }, { ...readings[1], status: 'replaced' }, ...readings.slice(2), { count: 5 }];
    const { newer, differences, added, thinned, judged } = await compare(fileOf(readings), fileOf(since));
    expect({ problem: newer.problem, differences, added, thinned, judged }).toEqual({ problem: null, differences: [], added: 1, thinned: 1, judged: 1 });
  });

  test('that tell another one differ, though each is sound', async () => {
    const rewritten = fileOf([readings[0]!, { count: 9 }, ...readings.slice(2)]);
    expect((await verify(rewritten)).problem).toBeNull();
    expect((await compare(fileOf(readings), rewritten)).differences).toEqual([{ type: 'changed', account: 'x:edu', number: 2, line: 3 }]);
  });

  test('tell what is missing at the end, and what people said and is no more', async () => {
    expect((await compare(fileOf(readings), fileOf(readings.slice(0, 2)))).differences).toEqual([{ type: 'cut-off', account: 'x:edu', number: 3 }]);
    const erased = fileOf([...readings.slice(0, 2), { ...readings[2], status: 'thinned' }, ...readings.slice(3)]);
    expect((await compare(fileOf(readings), erased)).differences).toEqual([{ type: 'erased', account: 'x:edu', number: 3, line: 4 }]);
    expect((await compare(fileOf(readings), HEADER)).differences).toEqual([{ type: 'account-missing', account: 'x:edu' }]);
  });

  test('know an account by another name', async () => {
    const renamed = readings.map((story) => ({ ...story, account: 'x:school' }));
    const { differences, renamed: names } = await compare(fileOf(readings), fileOf(renamed));
    expect({ differences, names }).toEqual({ differences: [], names: [{ from: 'x:edu', to: 'x:school' }] });
  });

  test('are not compared when the older one does not hold itself', async () => {
    const broken = fileOf(readings).replace(',network,,counted,1,', ',import,,counted,1,');
    const compared = await compareChains(Readable.from([broken]), Readable.from([fileOf(readings)]));
    expect(compared).toEqual({ ok: false, error: { line: 2, type: 'wrong-digest', account: 'x:edu', number: 1 } });
  });
});
