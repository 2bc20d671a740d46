/** Who stands behind a reading that no program took. */
const READER_KINDS = ['stranger', 'campaigner', 'moderator'] as const;
export type ReaderKind = (typeof READER_KINDS)[number];

/** A person, or the people of one household or campaign. */
export interface Reader {
  kind: ReaderKind;
  /** What they may be known by for a few days; none once they are forgotten. */
  names: readonly string[];
}

/**
 * The column `reader`: empty for a program, `stranger #name #name` for people who are still told apart. Once they need
 * not be, `stranger forgotten id` or, when a moderator vouched for the reading, `stranger checked id`: the reading's own
 * id keeps two that are alike from becoming one.
 */
export function readerText({ kind, names }: Reader): string {
  return [kind, ...names.map((name) => `#${name}`)].join(' ');
}

/** A moderator, by the id that the log of decisions knows them by. */
export function moderatorText(staffId: string): string {
  return `moderator checked ${staffId}`;
}

/** The column once the reader need not be known any more. */
export function namelessText(reader: string, readingId: string, how: 'forgotten' | 'checked'): string {
  return `${readerOf(reader)?.kind ?? 'stranger'} ${how} ${readingId}`;
}

/** Null: a program, or an operator who imported a file. */
export function readerOf(text: string): Reader | null {
  if (text === '') return null;
  const [first, ...words] = text.split(' ');
  const kind = READER_KINDS.find((known) => known === first) ?? 'stranger';
  return { kind, names: words.filter((word) => word.startsWith('#')).map((word) => word.slice(1)) };
}

/** Whether a program, an operator or a moderator stands behind it. */
export function isTrusted(text: string): boolean {
  return text === '' || / checked /.test(text);
}

/** As {@link isTrusted}, in SQL. */
export const TRUSTED = `(reader = '' OR reader LIKE '% checked %')`;
