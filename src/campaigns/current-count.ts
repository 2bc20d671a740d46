import type { Account, AccountState } from '../institutions/account.entity.ts';
import { hasNoCount } from '../institutions/present-account.ts';
import type { Campaign } from './campaign.entity.ts';

/**
 * The count of the score: the last one that was read, unless the account shows none any more. What became of an account
 * after the end does not change what stood then. Null: not known.
 */
export function currentCount(
  { endedAt }: Pick<Campaign, 'endedAt'>,
  account: Pick<Account, 'state'> | null,
  latest: { count: number } | null,
): number | null {
  if (account === null || latest === null) return null;
  return endedAt === null && hasNoCount(account.state) ? null : latest.count;
}

/** The states of the accounts that show no count any more, which lists and pictures then say; empty after the end. */
export function withoutCount({ endedAt, fediverseAccount, xAccount }: Campaign): AccountState[] {
  if (endedAt !== null) return [];
  return [fediverseAccount, xAccount].flatMap((account) => (account && hasNoCount(account.state) ? [account.state] : []));
}
