import { DAY, MINUTE } from '../domain/durations.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { countOf } from '../networks/fediverse-account.ts';
import type { Asking, FollowerCount, FollowerCounts, KnownAccount, NetworkFailure, XApi } from '../networks/network.ts';
import { followMove, type MovedAccount } from '../networks/moved-account.ts';
import { anyFediverse, network, networkOf } from '../networks/networks.ts';
import type { Clock } from '../platform/clock.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { politeHttp, type Elsewhere, type PoliteHttp } from '../platform/polite-http.ts';
import type { Host } from './host.entity.ts';
import type { AfterVisit, DueAccount, HostTurn } from './reading-hosts.service.ts';
import type { ReadingOutcome } from './reading-outcome.ts';

/** What a visit is made with. */
export interface VisitParts {
  readonly http: GuardedHttp;
  readonly clock: Clock;
  readonly xApi: XApi | null;
  /** Ends the visit early; what is left stays due. */
  readonly stop: AbortSignal;
  /** Keeps an outcome; a visit ends when all are kept. */
  readonly keep: (outcome: ReadingOutcome) => Promise<void>;
  /** Makes a request to another host while nobody else is there. */
  readonly elsewhere: Elsewhere;
}

/** No account is begun after this: with the client's own time-out for each request, it ends within the lease. */
const LONGEST_VISIT = MINUTE;
/** Silences in a row after which a server is left alone. */
export const PATIENCE = 3;
export const FIRST_CLOSURE = MINUTE;
export const LONGEST_CLOSURE = DAY;
const RATE_LIMIT_UNTOLD = 5 * MINUTE;

/** Reads the accounts of one host, one request at a time, until all are read or the host wants no more. */
export async function visitHost(turn: HostTurn, parts: VisitParts): Promise<AfterVisit> {
  return new Visit(turn, parts).make();
}

class Visit {
  private readonly polite: PoliteHttp;
  private readonly begun: Date;
  private readonly kept: Promise<void>[] = [];
  private keepsNothing = false;
  private silences = 0;
  private lastSilence: NetworkFailure | null = null;
  private answers = 0;
  private closedUntil: Date | null = null;

  constructor(
    private readonly turn: HostTurn,
    private readonly parts: VisitParts,
  ) {
    this.begun = parts.clock.now();
    this.polite = politeTo(turn.host, parts);
  }

  async make(): Promise<AfterVisit> {
    const batches = batchesOf(this.turn.accounts, this.turn.host.failures > 0);
    for (const batch of batches) {
      if (this.isOver()) break;
      const reason = this.reasonToWait();
      if (reason !== null) this.postpone(batch, reason);
      else await this.read(await Promise.all(batch.map((account) => this.asItIsToday(account))));
    }
    // A visit that fails ends once all is settled: nothing is written after it.
    await Promise.allSettled(this.kept);
    await Promise.all(this.kept);
    return this.after();
  }

  private isOver(): boolean {
    const { stop, clock } = this.parts;
    return stop.aborted || this.keepsNothing || clock.now().getTime() - this.begun.getTime() > LONGEST_VISIT;
  }

  /** Why the host is not to be asked any more in this visit; null when it may. */
  private reasonToWait(): NetworkFailure | null {
    if (this.closedUntil !== null) return this.lastSilence;
    const pausedUntil = this.polite.pausedUntil();
    if (pausedUntil !== null) this.close(pausedUntil, { type: 'rate-limited', retryAt: pausedUntil });
    else if (this.lastSilence !== null && this.silences >= this.patience()) this.close(this.endOfSilence(), this.lastSilence);
    return this.closedUntil === null ? null : this.lastSilence;
  }

  /** A host that was silent the last time has one try. */
  private patience(): number {
    return this.turn.host.failures > 0 ? 1 : PATIENCE;
  }

  private close(until: Date, reason: NetworkFailure): void {
    this.closedUntil = until;
    this.lastSilence = reason;
  }

  private endOfSilence(): Date {
    const longer = FIRST_CLOSURE * 4 ** Math.min(this.turn.host.failures, 10);
    return new Date(this.parts.clock.now().getTime() + Math.min(LONGEST_CLOSURE, longer));
  }

  /** Once a day, an account whose server did not say what it runs is looked at again, for a better way to read it. */
  private async asItIsToday(account: DueAccount): Promise<DueAccount> {
    const isFirstToday = account.triedBefore === null || dayOf(new Date(account.triedBefore)) !== dayOf(this.begun);
    if (account.network !== anyFediverse.id || !isFirstToday || this.turn.host.optedOutAt !== null) return account;
    const { network: today } = await networkOf(account.home, this.asking());
    return { ...account, network: today.id };
  }

  private async read(batch: readonly DueAccount[]): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    const known = new Map(batch.map((account) => [account, knownOf(account)]));
    const counts = await this.countsOf(first.network, [...known.values()]);
    for (const [account, { handle }] of known) {
      const result = counts.get(handle);
      if (result === undefined) continue;
      this.listen(result);
      await this.settle(account, result);
    }
    const reason = this.reasonToWait();
    if (reason !== null) this.postpone(batch.filter((account) => !counts.has(knownOf(account).handle)), reason);
  }

  private async countsOf(networkId: string, accounts: readonly KnownAccount[]): Promise<FollowerCounts> {
    if (this.turn.host.optedOutAt !== null) return new Map(accounts.map(({ handle }) => [handle, fail({ type: 'opted-out' })]));
    return network(networkId).followers(accounts, this.asking());
  }

  private asking(): Asking {
    return { http: this.polite.http, now: this.parts.clock.now(), xApi: this.parts.xApi };
  }

  /** Silence is the host's, whatever account was asked for; any answer at all breaks it. Another host's word is neither. */
  private listen(result: Result<FollowerCount, NetworkFailure>): void {
    if (!result.ok && result.error.type === 'busy') return;
    if (!result.ok && result.error.type === 'unreachable') {
      this.silences += 1;
      this.lastSilence = result.error;
      return;
    }
    this.silences = 0;
    if (result.ok || result.error.type !== 'rate-limited') {
      this.answers += 1;
      return;
    }
    const untold = new Date(this.parts.clock.now().getTime() + RATE_LIMIT_UNTOLD);
    this.close(result.error.retryAt ?? untold, result.error);
  }

  private async settle(account: DueAccount, result: Result<FollowerCount, NetworkFailure>): Promise<void> {
    const moved = result.ok || result.error.type !== 'moved' ? null : await this.follow(account, result.error.to);
    if (moved === null) this.keep(account, result, { postponedUntil: this.postponedBy(result) });
    else if (moved.ok) this.keep(account, countOf(ok(moved.value.profile)), { moved: moved.value });
    else this.keep(account, result, { postponedUntil: this.postponedBy(moved) });
  }

  /** Until when an account waits that is not at fault; null: it was read, or it is. */
  private postponedBy(result: Result<unknown, NetworkFailure>): Date | null {
    if (result.ok) return null;
    if (result.error.type === 'busy') return result.error.until;
    return result.error.type === 'rate-limited' ? this.closedUntil : null;
  }

  /** A move is followed once: an account that has moved before, or that cannot prove its move, is told to have moved. */
  private async follow({ actorUri, newHandle }: DueAccount, to: string): Promise<Result<MovedAccount, NetworkFailure> | null> {
    return newHandle !== null || actorUri === null ? null : followMove(actorUri, to, this.asking());
  }

  private postpone(batch: readonly DueAccount[], reason: NetworkFailure): void {
    for (const account of batch) this.keep(account, fail(reason), { postponedUntil: this.closedUntil });
  }

  private keep(account: DueAccount, result: ReadingOutcome['result'], extra: Partial<ReadingOutcome> = {}): void {
    const at = this.parts.clock.now();
    const kept = this.parts.keep({ account, at, result, moved: null, postponedUntil: null, ...extra });
    this.kept.push(kept);
    // Told at the end of the visit; a rejection that nobody hears until then would end the whole process.
    kept.catch(() => (this.keepsNothing = true));
  }

  private after(): AfterVisit {
    const reason = this.reasonToWait();
    const { text, at } = this.polite.robots();
    const isFailure = this.answers === 0 && this.lastSilence !== null;
    const closedUntil = isFailure ? later(this.closedUntil, this.endOfSilence()) : this.closedUntil;
    return {
      failures: isFailure || reason?.type === 'unreachable' ? this.turn.host.failures + 1 : 0,
      lastFailure: reason?.type ?? (isFailure ? (this.lastSilence?.type ?? null) : null),
      closedUntil,
      robots: text,
      robotsAt: at,
    };
  }
}

/** The client for a host, with what is known of its wishes. */
export function politeTo({ name, robots, robotsAt }: Host, parts: Pick<VisitParts, 'http' | 'clock' | 'elsewhere'>): PoliteHttp {
  const { http, clock, elsewhere } = parts;
  return politeHttp(http, { host: name, robots: { text: robots, at: robotsAt }, elsewhere, now: () => clock.now() });
}

function later(one: Date | null, other: Date): Date {
  return one !== null && one > other ? one : other;
}

/**
 * Accounts of one network at a time, as many as one call takes; alone is who has no id to be asked by yet, and the first one
 * where the host failed before.
 */
function batchesOf(accounts: readonly DueAccount[], isTrial: boolean): DueAccount[][] {
  const [trial, rest] = isTrial ? [accounts.slice(0, 1), accounts.slice(1)] : [[], accounts];
  const groups = Map.groupBy(rest, (account) => (account.remoteId === null ? account : account.network));
  const batches = [...groups.values()].flatMap((group) => {
    const size = Math.max(1, network(group[0]?.network ?? '').batch);
    return Array.from({ length: Math.ceil(group.length / size) }, (_, index) => group.slice(index * size, (index + 1) * size));
  });
  return trial.length === 0 ? batches : [[...trial], ...batches];
}

/** Its number in UTC. */
function dayOf(at: Date): number {
  return Math.floor(at.getTime() / DAY);
}

function knownOf({ handle, newHandle, actorUri, remoteId }: DueAccount): KnownAccount {
  return { handle: newHandle ?? handle, actorUri, remoteId };
}
