import type { Readable } from 'node:stream';
import { CHAIN_COLUMNS, readChainRow, type ChainRowProblem, type FileLink } from './chain-rows.ts';
import { csvRecords } from './csv-records.ts';
import { CHAIN_START, digestOf, link as linkTo } from './reading-chain.ts';

/** The first line of a file that does not fit: counted from 1, and the last one of a row of several lines. */
export type ChainProblem = { line: number } & (
  | { type: 'not-csv' | 'not-a-chain' | ChainRowProblem }
  /** `number`: that of the reading; `wrong-number` says what it should be as well. */
  | { type: 'wrong-number'; account: string; number: number; expected: number }
  | { type: 'wrong-digest' | 'wrong-checksum' | 'wrong-correction'; account: string; number: number }
);

/** What a file says of an account, as far as it holds. */
export interface AccountChain {
  account: string;
  head: { number: number; checksum: Buffer };
  /** How many readings have each status. */
  statuses: Record<FileLink['status'], number>;
  /** First and last number of what was thinned. */
  gaps: [from: number, to: number][];
}

export interface ChainReport {
  accounts: AccountChain[];
  /** Null: every line fits. */
  problem: ChainProblem | null;
}

/** Follows the chains of a file, up to the first line that does not fit; `visit` is told of each that does. */
export async function verifyChains(
  file: Readable,
  visit: (link: FileLink, line: number) => void = () => undefined,
): Promise<ChainReport> {
  const accounts = new Map<string, AccountChain>();
  const report = (problem: ChainProblem | null): ChainReport => ({ accounts: [...accounts.values()], problem });
  let isHeader = true;
  for await (const { fields, line } of csvRecords(file)) {
    if (fields === null) return report({ line, type: 'not-csv' });
    if (isHeader && String(fields) !== String(CHAIN_COLUMNS)) return report({ line, type: 'not-a-chain' });
    if (!isHeader) {
      const read = readChainRow(fields);
      if (!read.ok) return report({ line, type: read.error });
      const chain = accounts.get(read.value.account) ?? emptyChain(read.value.account);
      const problem = check(chain, read.value);
      if (problem !== null) return report({ line, ...problem });
      accounts.set(chain.account, chain);
      follow(chain, read.value);
      visit(read.value, line);
    }
    isHeader = false;
  }
  return report(isHeader ? { line: 1, type: 'not-a-chain' } : null);
}

function emptyChain(account: string): AccountChain {
  const statuses = { counted: 0, pending: 0, rejected: 0, replaced: 0, struck: 0, thinned: 0 };
  return { account, head: { number: 0, checksum: CHAIN_START }, statuses, gaps: [] };
}

type WithoutLine<Problem> = Problem extends unknown ? Omit<Problem, 'line'> : never;

function check({ account, head }: AccountChain, link: FileLink): WithoutLine<ChainProblem> | null {
  const { number, source, replaces, facts, digest, checksum } = link;
  const expected = head.number + 1;
  if (number !== expected) return { type: 'wrong-number', account, number, expected };
  if (replaces !== null && replaces >= number) return { type: 'wrong-correction', account, number };
  if (facts !== null && !digestOf({ ...facts, source, replaces }).equals(digest)) return { type: 'wrong-digest', account, number };
  if (!linkTo(head.checksum, digest).equals(checksum)) return { type: 'wrong-checksum', account, number };
  return null;
}

function follow(chain: AccountChain, { number, status, checksum }: FileLink): void {
  chain.head = { number, checksum };
  chain.statuses[status] += 1;
  if (status !== 'thinned') return;
  const gap = chain.gaps.at(-1);
  if (gap?.[1] === number - 1) gap[1] = number;
  else chain.gaps.push([number, number]);
}
