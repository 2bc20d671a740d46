import { Raw, type FindOperator } from 'typeorm';

/**
 * Ids of the campaigns that are about one of these accounts. Asked for by a campaign's own columns, which are indexed: what TypeORM
 * makes of two relations and an `or` joins every campaign to its accounts first.
 */
export function ofAccounts(accountIds: readonly string[]): FindOperator<string> {
  const about = 'SELECT id FROM campaign WHERE fediverse_account_id = ANY(:ofAccounts) OR x_account_id = ANY(:ofAccounts)';
  return Raw((id) => `${id} IN (${about})`, { ofAccounts: accountIds }) as FindOperator<string>;
}
