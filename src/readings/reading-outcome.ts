import { nextTryAt, notAllAtOnce } from '../domain/cadence.ts';
import type { Result } from '../domain/result.ts';
import type { Account, AccountState } from '../institutions/account.entity.ts';
import type { FollowerCount, NetworkFailure } from '../networks/network.ts';
import type { MovedAccount } from '../networks/moved-account.ts';
import { network } from '../networks/networks.ts';
import type { DueAccount } from './reading-hosts.service.ts';

/** What came of reading an account. */
export interface ReadingOutcome {
  readonly account: DueAccount;
  readonly at: Date;
  readonly result: Result<FollowerCount, NetworkFailure>;
  /** Where it was found after its server said that it had moved. */
  readonly moved: MovedAccount | null;
  /** Not asked, because its host is not to be asked before. */
  readonly postponedUntil: Date | null;
}

/** What is written of an outcome. */
export type AccountAfter = Pick<
  Account,
  'network' | 'url' | 'actorUri' | 'remoteId' | 'home' | 'newHandle' | 'state' | 'failures' | 'retryAt' | 'lastFailure'
> & { nextReadingAt: Date | null };

/** An account after it was read, or was not. */
export function accountAfter(outcome: ReadingOutcome): AccountAfter {
  const { account, result } = outcome;
  return result.ok ? afterReading(outcome, result.value) : afterFailure(outcome, account, result.error);
}

function afterReading({ account, at, moved }: ReadingOutcome, count: FollowerCount): AccountAfter {
  const newHandle = count.handle.toLowerCase() === account.handle.toLowerCase() ? null : count.handle;
  const { actorUri } = count;
  const remoteId = count.remoteId ?? (actorUri === account.actorUri ? account.remoteId : null);
  const { network: id, url } = whereabouts(account, moved);
  const now = { network: id, url, actorUri, remoteId, home: network(id).home({ handle: count.handle, actorUri, remoteId }) };
  const plan = { account: account.id, failures: 0, retryAt: null, onceADay: network(now.network).onceADay, now: at };
  return {
    ...now,
    newHandle,
    state: newHandle === null ? (count.limited ? 'limited' : 'ok') : stateOfNew(account.handle, newHandle),
    failures: 0,
    retryAt: null,
    lastFailure: null,
    nextReadingAt: account.isPlanned ? nextTryAt(plan) : null,
  };
}

function afterFailure({ at, moved, postponedUntil }: ReadingOutcome, account: DueAccount, failure: NetworkFailure): AccountAfter {
  const isForPeople = failure.type === 'read-by-people';
  const isOwn = postponedUntil === null && !isForPeople;
  const failures = account.failures + (isOwn ? 1 : 0);
  return {
    ...whereabouts(account, moved),
    newHandle: account.newHandle,
    state: stateAfter(failure) ?? account.state,
    failures,
    retryAt: postponedUntil,
    lastFailure: isForPeople ? null : failure.type,
    nextReadingAt: isForPeople || !account.isPlanned ? null : nextTry(account, failures, postponedUntil, at),
  };
}

/** What was put off comes back when its host does, as if it had not been asked for. */
function nextTry({ id, network: networkId }: DueAccount, failures: number, postponedUntil: Date | null, now: Date): Date {
  if (postponedUntil !== null) return notAllAtOnce(id, now, postponedUntil);
  return nextTryAt({ account: id, failures, retryAt: null, onceADay: network(networkId).onceADay, now });
}

/** Where it is read from now on. */
function whereabouts(account: DueAccount, moved: MovedAccount | null) {
  const { network: id, url, actorUri, remoteId, home } = account;
  if (moved === null) return { network: id, url, actorUri, remoteId, home };
  const { profile } = moved;
  const there = { url: profile.url, actorUri: profile.actorUri, remoteId: profile.remoteId };
  return { network: moved.network, ...there, home: network(moved.network).home(profile) };
}

/** Another host is another server for people; on the same one, or without hosts, it is a new name alone. */
function stateOfNew(handle: string, newHandle: string): AccountState {
  return handle.split('@')[1] === newHandle.split('@')[1] ? 'renamed' : 'moved';
}

/** What an account is called after a failure; null leaves it as it was, because the server said nothing about it. */
function stateAfter(failure: NetworkFailure): AccountState | null {
  switch (failure.type) {
    case 'gone':
    case 'deleted':
    case 'opted-out':
    case 'suspended':
    case 'hidden':
    case 'moved':
      return failure.type;
    case 'refused':
    case 'unreadable':
    case 'unreachable':
      return 'unreachable';
    case 'rate-limited':
    case 'busy':
    case 'read-by-people':
      return null;
  }
}
