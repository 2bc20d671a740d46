import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CHAIN_START, link } from './reading-chain.ts';
import type { ReadingSource, ReadingStatus } from './reading.entity.ts';

/** The newest number of an account, with a checksum of it and of everything before. */
export interface ChainHead {
  number: number;
  checksum: Buffer;
}

/** One reading in the chain of its account. */
export interface ChainLink extends ChainHead {
  status: ReadingStatus | 'thinned';
  source: ReadingSource;
  /** The number of the reading that it corrects. */
  replaces: number | null;
  digest: Buffer;
  /** Null: not told, because nobody has confirmed it, or not known any more. */
  facts: { at: Date; count: number; evidenceUrl: string | null } | null;
}

const HEADS = `
  SELECT account.id, last.number, last.checksum
  FROM unnest($1::uuid[]) AS account (id)
  CROSS JOIN LATERAL (
    SELECT number, checksum FROM reading WHERE account_id = account.id AND created_at <= coalesce($2::timestamptz, 'infinity')
    ORDER BY number DESC LIMIT 1) last`;

const PAGE = 1_000;
/** One statement, so that what is thinned meanwhile is in one half of it or in the other. */
const PAGE_AFTER = `
  WITH page AS (
    SELECT own.*, replaced.number AS replaces,
      own.status IN ('counted', 'struck') OR own.status = 'replaced' AND EXISTS (SELECT FROM reading WHERE replaces_id = own.id) AS public
    FROM reading own LEFT JOIN reading replaced ON replaced.id = own.replaces_id
    WHERE own.account_id = $1 AND own.number > $2 ORDER BY own.number LIMIT ${PAGE})
  SELECT number, status, source, replaces, at, count, evidence_url AS "evidenceUrl", checksum, public,
    reading_digest(at, count, source, evidence_url, replaces) AS digests
  FROM page
  UNION ALL
  SELECT number, 'thinned', 'network', NULL, NULL, NULL, NULL, NULL, false, digests
  FROM reading_thinned
  WHERE account_id = $1 AND number < (SELECT max(number) FROM page)
    AND number >= coalesce((SELECT max(number) FROM reading_thinned WHERE account_id = $1 AND number <= $2), 0)
  ORDER BY number`;

const DIGEST_BYTES = 32;

interface Row extends Pick<ChainLink, 'status' | 'source' | 'replaces' | 'number'> {
  at: Date;
  count: string;
  evidenceUrl: string | null;
  /** Null of thinned readings, which share a row. */
  checksum: Buffer | null;
  /** It counts, or did: no unconfirmed words of strangers. */
  public: boolean;
  digests: Buffer;
}

/** The chains that readings are in. */
@Injectable()
export class ReadingsChain {
  constructor(private readonly database: DataSource) {}

  /** The head of each account that has readings, as it was at a moment, null being now: by account id. */
  async heads(accountIds: readonly string[], at: Date | null = null): Promise<Map<string, ChainHead>> {
    const rows = await this.database.query<(ChainHead & { id: string })[]>(HEADS, [accountIds, at]);
    return new Map(rows.map(({ id, ...head }) => [id, head]));
  }

  /** Every reading of an account in order of number, also those that do not count or were thinned. */
  async *links(accountId: string): AsyncGenerator<ChainLink> {
    let last: ChainHead = { number: 0, checksum: CHAIN_START };
    for (;;) {
      const rows = await this.database.query<Row[]>(PAGE_AFTER, [accountId, last.number]);
      const before = last.number;
      for (const row of rows) {
        for (const found of linksOf(row, last)) yield (last = found);
      }
      if (last.number === before) return;
    }
  }
}

/** The readings that a row stands for, as far as they come after `last`. */
function* linksOf(row: Row, last: ChainHead): Generator<ChainLink> {
  const { number, status, source, replaces, at, count, evidenceUrl, digests } = row;
  if (row.checksum !== null) {
    const facts = row.public ? { at, count: Number(count), evidenceUrl } : null;
    yield { number, status, source, replaces, digest: digests, checksum: row.checksum, facts };
    return;
  }
  let { checksum } = last;
  for (let index = 0; index < digests.length / DIGEST_BYTES; index++) {
    if (number + index <= last.number) continue;
    const digest = digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES);
    checksum = link(checksum, digest);
    yield { number: number + index, status, source, replaces, digest, checksum, facts: null };
  }
}
