import { network } from '../networks/networks.ts';
import type { Account, AccountState } from './account.entity.ts';

/** Where an account is today, which is where people follow it. */
export interface PresentAccount {
  /** Canonical. */
  handle: string;
  /** The page that people visit. */
  url: string;
  actorUri: string | null;
}

/** In these states an account has no number of followers that anyone could look up, whatever it was before. */
const WITHOUT_COUNT: readonly AccountState[] = ['hidden', 'suspended', 'gone', 'deleted'];

/** The account by the name that it moved to or was given since, or by its own. */
export function presentAccount(
  account: Pick<Account, 'network' | 'handle' | 'url' | 'actorUri' | 'newHandle'>,
): PresentAccount {
  const { handle, url, actorUri, newHandle } = account;
  if (newHandle === null) return { handle, url, actorUri };
  const isOldPage = hostOf(newHandle) === hostOf(handle) || URL.parse(url)?.host === hostOf(handle);
  return { handle: newHandle, url: isOldPage ? network(account.network).profileUrl(newHandle) : url, actorUri };
}

/**
 * What may be told of an account's state, or of why it was not read: where suspended accounts look like others that are not
 * there or hide their count, no more than that.
 */
export function toldState(networkId: string, what: string): string {
  const { suspended } = network(networkId).method;
  const isEither = (what === 'gone' && suspended === 'not-found') || (what === 'hidden' && suspended === 'hidden');
  return isEither ? `${what}-or-suspended` : what;
}

function hostOf(handle: string): string | undefined {
  return handle.split('@')[1];
}

/** Whether the account has no count today, and the last one that was read is history. */
export function hasNoCount(state: AccountState): boolean {
  return WITHOUT_COUNT.includes(state);
}
