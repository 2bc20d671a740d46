import { fail, ok, type Result } from '../domain/result.ts';
import { fromCsvText, toCsvText } from './csv-text.ts';
import { READING_SOURCES, READING_STATUSES } from './reading.entity.ts';
import { COLUMNS } from './reading-rows.ts';
import type { ChainLink } from './readings-chain.query.ts';

/** The columns of a file with all readings of accounts, in the order of their numbers. */
export const CHAIN_COLUMNS = [...COLUMNS, 'status', 'number', 'replaces', 'digest', 'checksum'] as const;
const STATUSES = [...READING_STATUSES, 'thinned'] as const;

/** A link as the file tells it. */
export type FileLink = ChainLink & { account: string };

/** Why a line is none of such a file. */
export type ChainRowProblem = 'wrong-number-of-fields' | 'not-a-link';

/** A link as a line of the file. */
export function toChainRow(account: string, { status, source, number, replaces, digest, checksum, facts }: ChainLink): string[] {
  const told = facts === null ? ['', ''] : [facts.at.toISOString(), String(facts.count)];
  const texts = [toCsvText(source), toCsvText(facts?.evidenceUrl ?? ''), status];
  const numbers = [String(number), replaces === null ? '' : String(replaces)];
  return [toCsvText(account), ...told, ...texts, ...numbers, digest.toString('hex'), checksum.toString('hex')];
}

/** Understands {@link toChainRow}, to the letter: a file that somebody rewrote is another file. */
export function readChainRow(fields: readonly string[]): Result<FileLink, ChainRowProblem> {
  if (fields.length !== CHAIN_COLUMNS.length) return fail('wrong-number-of-fields');
  const [account = '', time = '', count = '', ownSource, evidence = '', ownStatus, number = '', replaces = ''] = fields;
  const [digest, checksum] = fields.slice(-2).map(bytesOf);
  const source = READING_SOURCES.find((known) => known === ownSource);
  const status = STATUSES.find((known) => known === ownStatus);
  const at = new Date(time);
  const isTold = status === 'counted' || status === 'struck' || (status === 'replaced' && time !== '');
  const areFacts = isTold ? isCount(count) && isTime(time) : time + count + evidence === '';
  if (!digest || !checksum || !source || !status || !areFacts || !isCount(number)) return fail('not-a-link');
  if (replaces !== '' && !isCount(replaces)) return fail('not-a-link');
  const evidenceUrl = evidence === '' ? null : fromCsvText(evidence);
  const facts = isTold ? { at, count: Number(count), evidenceUrl } : null;
  const numbers = { number: Number(number), replaces: replaces === '' ? null : Number(replaces) };
  return ok({ account: fromCsvText(account), source, status, ...numbers, digest, checksum, facts });
}

function isTime(text: string): boolean {
  const at = new Date(text);
  return !Number.isNaN(at.getTime()) && at.toISOString() === text;
}

function isCount(text: string): boolean {
  return /^\d{1,15}$/.test(text);
}

/** SHA-256 as hexadecimal digits; null: anything else. */
function bytesOf(text: string): Buffer | null {
  return /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, 'hex') : null;
}
