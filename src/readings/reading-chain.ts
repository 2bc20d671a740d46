import { createHash } from 'node:crypto';
import type { ReadingSource } from './reading.entity.ts';

/** What never changes about a reading, and what its digest is made of. */
export interface ReadingFacts {
  at: Date;
  count: number;
  source: ReadingSource;
  evidenceUrl: string | null;
  /** The number of the reading that it corrects. */
  replaces: number | null;
}

/** What the first reading of an account is linked to. */
export const CHAIN_START: Buffer = Buffer.alloc(32);

/** SHA-256 of the reading's facts, a line for each; the database's `reading_digest` says the same. */
export function digestOf({ at, count, source, evidenceUrl, replaces }: ReadingFacts): Buffer {
  const lines = [at.toISOString(), count, source, evidenceUrl ?? '', replaces ?? ''];
  return createHash('sha256').update(lines.join('\n')).digest();
}

/** The checksum of a reading, from that of the one before; the database's `reading_link` says the same. */
export function link(checksum: Buffer, digest: Buffer): Buffer {
  return createHash('sha256').update(checksum).update(digest).digest();
}
