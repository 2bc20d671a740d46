import { ok, type Result } from '../domain/result.ts';
import type { Asking, FollowerCount, FollowerCounts, KnownAccount, Network, NetworkFailure } from './network.ts';

/** How a network reads one account that is known. */
export type AskOne = (account: KnownAccount, asking: Asking) => Promise<Result<FollowerCount, NetworkFailure>>;

/** An account that its server's own API can be asked for by its id. */
export type IdentifiedAccount = KnownAccount & { readonly remoteId: string };

/** One call for many accounts; those that it says nothing certain about are missing from the answer. */
export type AskMany<Account extends KnownAccount> = (
  accounts: readonly Account[],
  asking: Asking,
) => Promise<Result<FollowerCounts, NetworkFailure>>;

/** So many accounts in a row that could not be reached tell that their host is not well. */
const SIGN_OF_TROUBLE = 2;
/** Milliseconds after which no further account is begun with: whoever asks holds the host for everybody else. */
const PATIENCE = 30_000;

/**
 * `Network.followers` of a network that has no batch call: one account after the other, until the host asks to be left
 * alone, is not well or takes its time.
 */
export function oneByOne(ask: AskOne, patience = PATIENCE): Network['followers'] {
  return async (accounts, asking) => {
    const counts = new Map<string, Result<FollowerCount, NetworkFailure>>();
    const end = performance.now() + patience;
    let inTrouble = 0;
    for (const account of accounts) {
      const counted = await ask(account, asking);
      counts.set(account.handle, counted);
      inTrouble = !counted.ok && isOfTheHost(counted.error) ? inTrouble + 1 : 0;
      const isLimited = !counted.ok && counted.error.type === 'rate-limited';
      if (isLimited || inTrouble >= SIGN_OF_TROUBLE || performance.now() >= end) break;
    }
    return counts;
  };
}

/**
 * `Network.followers` of a network that can be asked for many accounts at once: all that can be named so in one call, and
 * one by one those that the call leaves open, or all when the server has no such call.
 */
export function inOneCall<Account extends KnownAccount>(
  canBeNamed: (account: KnownAccount) => account is Account,
  askMany: AskMany<Account>,
  askOne: AskOne,
): Network['followers'] {
  return async (accounts, asking) => {
    const named = accounts.filter(canBeNamed);
    const told = named.length > 1 ? await askMany(named, asking) : ok(new Map() as FollowerCounts);
    if (!told.ok && isOfTheHost(told.error)) return new Map(accounts.map(({ handle }) => [handle, told]));
    const counts = told.ok ? told.value : (new Map() as FollowerCounts);
    const rest = accounts.filter(({ handle }) => !counts.has(handle));
    return new Map([...counts, ...(await oneByOne(askOne)(rest, asking))]);
  };
}

/** Whether an account was found before and its server told its id. */
export function isIdentified(account: KnownAccount): account is IdentifiedAccount {
  return account.actorUri !== null && account.remoteId !== null;
}

/** Whether every other account of the host would get the same answer; 500 may be about one account alone. */
function isOfTheHost(failure: NetworkFailure): boolean {
  return failure.type === 'rate-limited' || (failure.type === 'unreachable' && failure.detail !== 'status-500');
}
