import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { concentration, hostCounts } from '../domain/concentration.ts';
import { HOUR, MINUTE } from '../domain/durations.ts';
import { fetchActor } from '../networks/activitypub.ts';
import { followerHosts } from '../networks/followers-collection.ts';
import type { NetworkFailure } from '../networks/network.ts';
import { fail, type Result } from '../domain/result.ts';
import { Clock } from '../platform/clock.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { Queue } from '../platform/queue.ts';
import type { Host } from './host.entity.ts';
import { ReadingFlag, type NewFollowers, type SampledHosts } from './reading-flag.entity.ts';
import { ReadingRounds } from './reading-rounds.service.ts';

/** Flags whose new followers are looked at: `{flagId}`. */
export const NEW_FOLLOWERS_QUEUE = 'readings.new-followers';

export interface NewFollowersAsked {
  flagId: string;
}

/** Pages of one look; Mastodon has 12 followers on each. */
const MOST_PAGES = 40;
const LONGEST_LOOK = MINUTE;
/** Of those who followed before, to compare with. */
const BEFORE = 100;
/** Of fewer people, a server may be the name of one. */
const FEWEST_TOLD = 3;
const MOST_TOLD = 12;
/** Somebody else is reading from the host, or it is not well. */
const SOON = MINUTE;
const LATER = 10 * MINUTE;
/** Whoever followed is no longer on top of the list after that. */
const GIVEN_UP = 6 * HOUR;

/** Where a host is asked again, and why not now. */
type Postponed = { later: Date; why: string };

/** Looking at whose followers the newest ones of an account are: of nobody more than the server is kept. */
@Injectable()
export class NewFollowersLook {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly queue: Queue,
    private readonly rounds: ReadingRounds,
  ) {}

  /** Looks at the new followers of a flag that was not looked at yet, or asks to be called again when its host is busy. */
  async look(flagId: string): Promise<void> {
    const flag = await this.database.getRepository(ReadingFlag).findOne({ where: { id: flagId }, relations: { account: true } });
    if (flag === null || flag.followers !== null) return;
    const found = await this.find(flag);
    if ('known' in found) await this.keep(flag, found);
    else if (found.later.getTime() - flag.createdAt.getTime() > GIVEN_UP) await this.keep(flag, { known: false, why: found.why });
    else await this.queue.send(NEW_FOLLOWERS_QUEUE, { flagId }, { key: flagId, startAfter: found.later });
  }

  private async keep({ id }: ReadingFlag, followers: NewFollowers): Promise<void> {
    await this.database.query('UPDATE reading_flag SET followers = $2 WHERE id = $1 AND followers IS NULL', [id, JSON.stringify(followers)]);
  }

  private async find(flag: ReadingFlag): Promise<NewFollowers | Postponed> {
    const { actorUri, home } = flag.account;
    if (actorUri === null) return { known: false, why: 'hidden' };
    const gained = flag.count - flag.fromCount;
    const listed = await this.rounds.at(home, (http, host) => this.list(actorUri, gained + BEFORE, http, host));
    if (listed === null) return { later: this.in(SOON), why: 'busy' };
    return listed.ok ? compared(listed.value, gained) : this.failed(listed.error);
  }

  /** Not done for other servers all the time, so that it obeys the rules that a robots.txt has for all. */
  private async list(actorUri: string, followers: number, http: GuardedHttp, host: Host): Promise<Result<string[], NetworkFailure>> {
    const now = this.clock.now();
    if (host.optedOutAt !== null) return fail({ type: 'opted-out' });
    if (host.closedUntil !== null && host.closedUntil > now) return fail({ type: 'rate-limited', retryAt: host.closedUntil });
    const asStranger: GuardedHttp = { ...http, getJson: (url, options) => http.getJson(url, { ...options, federation: false }) };
    const actor = await fetchActor(actorUri, asStranger, now);
    if (!actor.ok) return actor;
    const isOver = (): boolean => this.clock.now().getTime() - now.getTime() > LONGEST_LOOK;
    return followerHosts(actor.value, { followers, pages: MOST_PAGES, isOver }, asStranger, now);
  }

  private failed(failure: NetworkFailure): NewFollowers | Postponed {
    switch (failure.type) {
      case 'rate-limited':
        return { later: failure.retryAt ?? this.in(LATER), why: failure.type };
      case 'unreachable':
        return { later: this.in(LATER), why: failure.type };
      default:
        return { known: false, why: failure.type };
    }
  }

  private in(milliseconds: number): Date {
    return new Date(this.clock.now().getTime() + milliseconds);
  }
}

/** The first of the list are those who came last. */
function compared(hosts: readonly string[], gained: number): NewFollowers {
  const [newest, before] = [hosts.slice(0, gained), hosts.slice(gained)];
  const told = new Set(hostCounts(newest).flatMap(({ host, count }) => (count < FEWEST_TOLD ? [] : [host])));
  const concentrated = concentration(newest, before)?.filter((host) => told.has(host)) ?? null;
  return { known: true, newest: sampled(newest), before: sampled(before), concentrated };
}

function sampled(hosts: readonly string[]): SampledHosts {
  const told = hostCounts(hosts).filter(({ count }) => count >= FEWEST_TOLD);
  return { total: hosts.length, hosts: told.slice(0, MOST_TOLD) };
}
