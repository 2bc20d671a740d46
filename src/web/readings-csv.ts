import { stringify } from 'csv-stringify/sync';
import type { Account } from '../institutions/account.entity.ts';
import { toCsvText } from '../readings/csv-text.ts';
import type { CountedReading } from '../readings/readings.query.ts';

/** The columns of the file; `account` is a canonical handle, `user@host` or `user`, and times are ISO 8601 in UTC. */
const COLUMNS = ['network', 'account', 'time', 'count', 'source', 'evidence', 'status'];
const ROWS_PER_CHUNK = 500;

/** The readings of accounts as CSV (RFC 4180), account after account, in chunks that fit in memory. */
export async function* readingsCsv(
  accounts: readonly Pick<Account, 'id' | 'network' | 'handle'>[],
  readingsOf: (accountId: string) => AsyncIterable<CountedReading>,
): AsyncGenerator<string> {
  let rows = [COLUMNS];
  for (const account of accounts) {
    for await (const reading of readingsOf(account.id)) {
      rows.push(rowOf(account, reading));
      if (rows.length < ROWS_PER_CHUNK) continue;
      yield toCsv(rows);
      rows = [];
    }
  }
  yield toCsv(rows);
}

function rowOf({ network, handle }: Pick<Account, 'network' | 'handle'>, reading: CountedReading): string[] {
  const { at, count, source, evidenceUrl } = reading;
  return [network, toCsvText(handle), at.toISOString(), String(count), source, toCsvText(evidenceUrl ?? ''), 'counted'];
}

function toCsv(rows: readonly string[][]): string {
  return stringify([...rows], { record_delimiter: 'windows' });
}
