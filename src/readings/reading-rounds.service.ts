import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { SECOND } from '../domain/durations.ts';
import { fail, type Result } from '../domain/result.ts';
import type { FollowerCount, NetworkFailure } from '../networks/network.ts';
import { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { GuardedHttp, HttpFailure } from '../platform/http.ts';
import { CONFIG, GUARDED_HTTP } from '../platform/platform.module.ts';
import type { Elsewhere } from '../platform/polite-http.ts';
import type { Host } from './host.entity.ts';
import { ReadingHosts, type HostTurn } from './reading-hosts.service.ts';
import type { ReadingOutcome } from './reading-outcome.ts';
import { ReadingWriter } from './reading-writer.service.ts';
import { politeTo, visitHost } from './reading-visit.ts';

/** Hosts that one worker reads from at the same time. */
export const MOST_HOSTS = 64;
/** One look for the next hosts gives at least so many their turn, if there are as many. */
const TOGETHER = 16;
/** Milliseconds until it is looked again for what has become due, while slow hosts still answer. */
const LOOK_AGAIN = 1_000;
/** Milliseconds until a host is tried again that had to be asked as well while somebody else was there. */
const SOON = 30 * SECOND;
const BUSY_PAUSE = 100;
const BUSY_TRIES = 600;

const NEVER = new AbortController().signal;

/** Reading what is due, host by host. */
@Injectable()
export class ReadingRounds {
  constructor(
    private readonly hosts: ReadingHosts,
    private readonly writer: ReadingWriter,
    private readonly clock: Clock,
    @Inject(GUARDED_HTTP) private readonly http: GuardedHttp,
    @Inject(CONFIG) private readonly config: Pick<Config, 'xApi'>,
  ) {}

  /**
   * Reads until nothing is due that may be asked for, beside any number of workers. A slow host holds up nobody but
   * itself: the others go on, also those that become due meanwhile. Rejects with what went wrong in the end, if a visit
   * failed for a reason of ours; its accounts are due again once its lease is over.
   */
  async round(stop: AbortSignal = NEVER): Promise<void> {
    const round = new Round((turn) => this.visit(turn, stop));
    await this.hosts.know(this.clock.now());
    do {
      if (!stop.aborted && round.wantsMore()) round.begin(await this.claim(round.free()));
    } while (await round.goesOn());
    round.throwIfFailed();
  }

  /**
   * Reads an account now, whether it is due or not, and whatever its host asked of workers; `busy` when somebody else has
   * been reading from there for a whole minute.
   */
  async take(accountId: string): Promise<Result<FollowerCount, NetworkFailure>> {
    const account = await this.hosts.account(accountId);
    const turn = await this.waitFor(account.home);
    if (turn === null) return fail(busy(this.clock.now()));
    const taken: ReadingOutcome['result'][] = [];
    await this.visit({ ...turn, accounts: [account] }, NEVER, (outcome) => taken.push(outcome.result));
    return taken[0] ?? fail(busy(this.clock.now()));
  }

  /** Does something at a host, as politely as a visit, while nobody else is there; null when somebody is. */
  async at<T>(host: string, work: (http: GuardedHttp, host: Host) => Promise<T>): Promise<T | null> {
    const turn = await this.hosts.claimNamed(host, this.clock.now());
    if (turn === null) return null;
    const polite = politeTo(turn.host, { http: this.http, clock: this.clock, elsewhere: this.elsewhere });
    const done = await work(polite.http, turn.host);
    const { text, at } = polite.robots();
    const closedUntil = polite.pausedUntil() ?? turn.host.closedUntil;
    await this.hosts.release(turn, { ...turn.host, robots: text, robotsAt: at, closedUntil });
    return done;
  }

  private async claim(limit: number): Promise<{ turns: HostTurn[]; isAll: boolean }> {
    const turns = await this.hosts.claim(this.clock.now(), limit);
    return { turns, isAll: turns.length < limit };
  }

  private async visit(turn: HostTurn, stop: AbortSignal, tell: (outcome: ReadingOutcome) => void = () => undefined): Promise<void> {
    const keep = async (outcome: ReadingOutcome): Promise<void> => {
      await this.writer.keep(outcome);
      tell(outcome);
    };
    const parts = { http: this.http, clock: this.clock, xApi: this.config.xApi, stop, keep, elsewhere: this.elsewhere };
    await this.hosts.release(turn, await visitHost(turn, parts));
  }

  /**
   * A request that a visit makes to another host goes through that one's lease as well: never beside somebody else's,
   * never while the host wants to be left alone, never against its will.
   */
  private readonly elsewhere: Elsewhere = async (name, ask) => {
    const now = this.clock.now();
    const answer = await this.at(name, (http, host) => askUnlessClosed(host, now, () => ask(http)));
    return answer ?? fail(busy(now));
  };

  private async waitFor(host: string): Promise<HostTurn | null> {
    for (let tries = 0; tries < BUSY_TRIES; tries += 1) {
      const turn = await this.hosts.claimNamed(host, this.clock.now());
      if (turn !== null) return turn;
      await pause(BUSY_PAUSE);
    }
    return null;
  }
}

function busy(now: Date): { type: 'busy'; until: Date } {
  return { type: 'busy', until: new Date(now.getTime() + SOON) };
}

async function askUnlessClosed<Answer>(
  { optedOutAt, closedUntil }: Host,
  now: Date,
  ask: () => Promise<Answer>,
): Promise<Answer | Result<never, HttpFailure>> {
  if (optedOutAt !== null) return fail({ type: 'opted-out' });
  return closedUntil !== null && closedUntil > now ? fail({ type: 'busy', until: closedUntil }) : ask();
}

/** The visits under way. */
class Round {
  private under = 0;
  private lookAt = 0;
  private readonly errors: unknown[] = [];
  private wake: () => void = () => undefined;

  constructor(private readonly visit: (turn: HostTurn) => Promise<void>) {}

  free(): number {
    return MOST_HOSTS - this.under;
  }

  wantsMore(): boolean {
    return this.free() >= TOGETHER && performance.now() >= this.lookAt;
  }

  begin({ turns, isAll }: { turns: HostTurn[]; isAll: boolean }): void {
    if (isAll) this.lookAt = performance.now() + LOOK_AGAIN;
    for (const turn of turns) {
      this.under += 1;
      this.visit(turn)
        .catch((error: unknown) => this.errors.push(error))
        .finally(() => {
          this.under -= 1;
          this.wake();
        });
    }
  }

  /** Waits for a visit to end, or for the time to look again; false once all have ended. */
  async goesOn(): Promise<boolean> {
    if (this.under === 0) return false;
    const timer = new AbortController();
    const ended = new Promise<void>((resolve) => (this.wake = resolve));
    await Promise.race([ended, pause(LOOK_AGAIN, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
    return true;
  }

  throwIfFailed(): void {
    if (this.errors.length > 0) throw new AggregateError(this.errors, 'Visits failed.');
  }
}
