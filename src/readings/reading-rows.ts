import { z } from 'zod';
import { fail, ok, type Result } from '../domain/result.ts';
import { fromCsvText } from './csv-text.ts';
import { checkReading, type ReadingProblem } from './reading-bounds.ts';
import { READING_SOURCES, type ReadingSource } from './reading.entity.ts';

/** The columns of a file of readings, in the order in which they are written. */
export const COLUMNS = ['account', 'time', 'count', 'source', 'evidence'] as const;
const REQUIRED = ['account', 'time', 'count'];
/** What a file of whole chains has besides. */
const KNOWN = [...COLUMNS, 'status', 'number', 'replaces', 'digest', 'checksum'];

/** A line of the file, as far as it can be understood without the database. */
export interface ReadingRow {
  account: string;
  at: Date;
  count: number;
  source: ReadingSource;
  evidenceUrl: string | null;
}

export type HeaderProblem =
  | { type: 'missing-columns'; columns: string[] }
  | { type: 'unknown-columns'; columns: string[] };

export type RowProblem =
  | ReadingProblem
  /** More or fewer fields than columns. */
  | { type: 'wrong-number-of-fields' }
  /** Not ISO 8601 with a zone, like 2023-08-30T20:00:00+02:00. */
  | { type: 'not-a-time' }
  | { type: 'unknown-source' };

/** Precision −1: without seconds. */
const isoTime = z.union([z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })]);

/** The place of each column, from the file's first line. */
export function readHeader(fields: readonly string[]): Result<string[], HeaderProblem> {
  const names = fields.map((name) => name.trim().toLowerCase());
  const missing = REQUIRED.filter((name) => !names.includes(name));
  if (missing.length > 0) return fail({ type: 'missing-columns', columns: missing });
  const unknown = names.filter((name, index) => !isColumn(name) || names.indexOf(name) !== index);
  return unknown.length > 0 ? fail({ type: 'unknown-columns', columns: unknown }) : ok(names);
}

/** False of the lines of a file of whole chains that wait, were rejected or replaced, or are no longer known. */
export function saysThatItCounts(header: readonly string[], fields: readonly string[]): boolean {
  return fields.length !== header.length || !header.includes('status') || fields[header.indexOf('status')] === 'counted';
}

/** Reads one line; an empty source is an import's own. */
export function readRow(
  header: readonly string[],
  fields: readonly string[],
  now: Date,
): Result<ReadingRow, RowProblem> {
  if (fields.length !== header.length) return fail({ type: 'wrong-number-of-fields' });
  const field = (name: (typeof COLUMNS)[number]): string => fromCsvText(fields[header.indexOf(name)]?.trim() ?? '');
  const source = field('source') === '' ? 'import' : READING_SOURCES.find((known) => known === field('source'));
  if (source === undefined) return fail({ type: 'unknown-source' });
  if (!isoTime.safeParse(field('time')).success) return fail({ type: 'not-a-time' });
  if (!/^\d{1,15}$/.test(field('count'))) return fail({ type: 'not-a-count' });
  const evidenceUrl = field('evidence') === '' ? null : field('evidence');
  const facts = { at: new Date(field('time')), count: Number(field('count')), evidenceUrl };
  const checked = checkReading(facts, now);
  return checked.ok ? ok({ account: field('account'), source, ...facts }) : checked;
}

function isColumn(name: string): boolean {
  return KNOWN.some((column) => column === name);
}
