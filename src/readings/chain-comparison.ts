import type { Readable } from 'node:stream';
import { fail, ok, type Result } from '../domain/result.ts';
import { verifyChains, type ChainProblem, type ChainReport } from './chain-verification.ts';
import type { FileLink } from './chain-rows.ts';

/** What an older file had, and a newer one has not, or not like that. */
export type ChainDifference =
  /** Other facts under the same number; `line` is that of the newer file. */
  | { type: 'changed'; account: string; number: number; line: number }
  /** Thinned though people said it, or though it was corrected. */
  | { type: 'erased'; account: string; number: number; line: number }
  /** Every number from this one on is missing. */
  | { type: 'cut-off'; account: string; number: number }
  | { type: 'account-missing'; account: string };

export interface ChainComparison {
  newer: ChainReport;
  differences: ChainDifference[];
  /** Readings that the newer file has more of. */
  added: number;
  /** Readings that were thinned since. */
  thinned: number;
  /** Readings whose status is another. */
  judged: number;
  /** Accounts that go by another name. */
  renamed: { from: string; to: string }[];
}

type Kept = Pick<FileLink, 'digest' | 'status' | 'source'>;

/** Finds readings that were changed or lost between two files; the error is what is wrong with the older one itself. */
export async function compareChains(older: Readable, newer: Readable): Promise<Result<ChainComparison, ChainProblem>> {
  const known = new Map<string, Kept[]>();
  const { problem } = await verifyChains(older, ({ account, digest, status, source }) => {
    const chain = known.get(account) ?? [];
    chain.push({ digest, status, source });
    known.set(account, chain);
  });
  if (problem !== null) return fail(problem);
  const comparison = new Comparison(known);
  const report = await verifyChains(newer, (link, line) => comparison.visit(link, line));
  return ok(comparison.end(report));
}

class Comparison {
  private readonly differences: ChainDifference[] = [];
  private readonly renamed: { from: string; to: string }[] = [];
  /** By their names in the newer file. */
  private readonly found = new Map<string, { name: string; chain: Kept[] }>();
  private readonly counts = { added: 0, thinned: 0, judged: 0 };

  constructor(private readonly known: ReadonlyMap<string, Kept[]>) {}

  visit(link: FileLink, line: number): void {
    const { account, number, digest, status } = link;
    if (number === 1) this.recognise(link);
    const was = this.found.get(account)?.chain[number - 1];
    if (was === undefined) this.counts.added += 1;
    else if (!was.digest.equals(digest)) this.differences.push({ type: 'changed', account, number, line });
    else if (status === 'thinned' && was.status !== 'thinned') this.thinned(was, { account, number, line });
    else if (status !== was.status) this.counts.judged += 1;
  }

  end(newer: ChainReport): ChainComparison {
    const { differences, renamed } = this;
    // A file that was not read to its end says nothing about what it lacks.
    if (newer.problem === null) differences.push(...this.missing(newer));
    return { newer, differences, renamed, ...this.counts };
  }

  /** An account that was renamed, or moved, still begins with the same reading. */
  private recognise({ account, digest }: FileLink): void {
    const same = this.known.get(account);
    const chain = same ? ([account, same] as const) : [...this.known].find(([, [first]]) => first?.digest.equals(digest));
    if (chain === undefined) return;
    this.found.set(account, { name: chain[0], chain: chain[1] });
    if (!same) this.renamed.push({ from: chain[0], to: account });
  }

  private thinned(was: Kept, where: { account: string; number: number; line: number }): void {
    if (was.status === 'counted' && was.source === 'network') this.counts.thinned += 1;
    else this.differences.push({ type: 'erased', ...where });
  }

  private *missing({ accounts }: ChainReport): Generator<ChainDifference> {
    const names = new Set([...this.found.values()].map(({ name }) => name));
    for (const account of this.known.keys()) if (!names.has(account)) yield { type: 'account-missing', account };
    for (const { account, head } of accounts) {
      const before = this.found.get(account)?.chain.length ?? 0;
      if (head.number < before) yield { type: 'cut-off', account, number: head.number + 1 };
    }
  }
}
