import { handleText, parseFediverseHandle } from '../domain/handle.ts';
import { network } from '../networks/networks.ts';
import type { Account, AccountState } from './account.entity.ts';

/** Where an account is today, which is where people follow it. */
export interface PresentAccount {
  /** Canonical. */
  handle: string;
  /** The page that people visit. */
  url: string;
  /** Null where it is not known: an account that moved has another id. */
  actorUri: string | null;
}

/** In these states an account has no number of followers that anyone could look up, whatever it was before. */
const WITHOUT_COUNT: readonly AccountState[] = ['hidden', 'suspended', 'gone', 'deleted'];

/** The account by the name that it moved to or was given since, or by its own. */
export function presentAccount(
  account: Pick<Account, 'network' | 'handle' | 'url' | 'actorUri' | 'newHandle'>,
): PresentAccount {
  const { handle, url, actorUri, newHandle } = account;
  // What a server calls the new account is its own text, and may be no handle at all.
  const since = newHandle === null ? null : parseFediverseHandle(newHandle);
  if (!since?.ok) return { handle, url, actorUri };
  const present = handleText(since.value);
  return { handle: present, url: network(account.network).profileUrl(present), actorUri: null };
}

/** Whether the account has no count today, and the last one that was read is history. */
export function hasNoCount(state: AccountState): boolean {
  return WITHOUT_COUNT.includes(state);
}
