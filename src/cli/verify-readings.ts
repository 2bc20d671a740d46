import { createReadStream } from 'node:fs';
import { compareChains, type ChainComparison, type ChainDifference } from '../readings/chain-comparison.ts';
import { verifyChains, type AccountChain, type ChainProblem } from '../readings/chain-verification.ts';
import { sizeOf } from './file-size.ts';
import type { ExitCode, Terminal } from './terminal.ts';

const STATUSES = ['counted', 'replaced', 'struck', 'pending', 'rejected', 'thinned'] as const;
/** Enough to see what is the matter. */
const DIFFERENCES_SHOWN = 20;

interface Verdict {
  file: string;
  accounts: readonly AccountChain[];
  problem: ChainProblem | null;
  /** Null: there was no older file to compare with. */
  against: (Omit<ChainComparison, 'newer'> & { file: string }) | null;
}

/** `readings verify`: whether a file with the chain holds, alone or against an older one; needs no database. */
export async function verifyReadings(
  terminal: Terminal,
  file: string,
  { against, json }: { against?: string; json?: true },
): Promise<ExitCode> {
  for (const each of against === undefined ? [file] : [against, file]) {
    const code = await sizeOf(each);
    if (typeof code === 'string') return terminal.fail('readings.cannot_read', { file: each, code });
  }
  const verdict = await judge(file, against);
  if (json) terminal.json(asJson(verdict));
  else say(terminal, verdict);
  return holds(verdict) ? 0 : 1;
}

async function judge(file: string, older: string | undefined): Promise<Verdict> {
  if (older === undefined) return { file, ...(await verifyChains(createReadStream(file))), against: null };
  const compared = await compareChains(createReadStream(older), createReadStream(file));
  if (!compared.ok) return { file: older, accounts: [], problem: compared.error, against: null };
  const { newer, ...changes } = compared.value;
  return { file, ...newer, against: { file: older, ...changes } };
}

function holds({ problem, against }: Verdict): boolean {
  return problem === null && (against?.differences.length ?? 0) === 0;
}

function asJson(verdict: Verdict): object {
  const accounts = verdict.accounts.map(({ account, head, statuses, gaps }) => {
    return { account, number: head.number, checksum: head.checksum.toString('hex'), statuses, gaps };
  });
  return { holds: holds(verdict), ...verdict, accounts };
}

function say(terminal: Terminal, verdict: Verdict): void {
  const { file, accounts, problem, against } = verdict;
  const headings = ['account', 'number', ...STATUSES, 'checksum'].map((key) => terminal.t(`verify.heading_${key}`));
  terminal.table(headings, accounts.map((chain) => rowOf(terminal, chain)));
  if (problem !== null) terminal.tell('verify.problem', { file, line: problem.line, problem: inWords(terminal, problem) });
  else terminal.print(terminal.t('verify.holds', { file, accounts: accounts.length }));
  if (against !== null) sayAgainst(terminal, against);
}

function rowOf(terminal: Terminal, { account, head, statuses }: AccountChain): string[] {
  const counts = [head.number, ...STATUSES.map((status) => statuses[status])];
  return [account, ...counts.map((count) => terminal.text.number(count)), head.checksum.toString('hex')];
}

function sayAgainst(terminal: Terminal, { file, differences, added, thinned, judged, renamed }: NonNullable<Verdict['against']>): void {
  for (const { from, to } of renamed) terminal.print(terminal.t('verify.renamed', { from, to }));
  terminal.print(terminal.t('verify.since', { file, added, thinned, judged }));
  for (const difference of differences.slice(0, DIFFERENCES_SHOWN)) terminal.complain(lostInWords(terminal, difference));
  const left = differences.length - DIFFERENCES_SHOWN;
  if (left > 0) terminal.tell('readings.more', { left });
  if (differences.length === 0) terminal.print(terminal.t('verify.nothing_lost'));
}

function inWords(terminal: Terminal, problem: ChainProblem): string {
  const { line: _, type, ...values } = problem;
  return terminal.t(`verify.problem_${type.replaceAll('-', '_')}`, values);
}

function lostInWords(terminal: Terminal, { type, ...values }: ChainDifference): string {
  return terminal.t(`verify.difference_${type.replaceAll('-', '_')}`, values);
}
