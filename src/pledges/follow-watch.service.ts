import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { DAY } from '../domain/durations.ts';
import { isOnBluesky } from '../domain/handle.ts';
import { lookAgainAt, nextPledgeState } from '../domain/pledge-lifecycle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { presentAccount } from '../institutions/present-account.ts';
import { fetchActor } from '../networks/activitypub.ts';
import { fediverseSide } from '../networks/bridged.ts';
import { followersAmong, type Listed } from '../networks/followers-collection.ts';
import type { NetworkFailure } from '../networks/network.ts';
import { actorUriOf } from '../networks/webfinger.ts';
import { Clock } from '../platform/clock.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { KeyRing } from '../platform/key-ring.ts';
import type { Host } from '../readings/host.entity.ts';
import { ReadingRounds } from '../readings/reading-rounds.service.ts';
import { openPerson, type Person } from './pledge-person.ts';
import { Pledge } from './pledge.entity.ts';

/** Of one campaign at a time. */
const BATCH = 100;
/** Mastodon has 12 followers on each. */
const MOST_PAGES = 400;
const LONGEST_LOOK = 120_000;
const NEVER = new AbortController().signal;

const DUE = `
  SELECT id FROM pledge
  WHERE look_again_at <= $1 AND campaign_id = (
    SELECT campaign_id FROM pledge JOIN campaign ON campaign.id = campaign_id
    WHERE look_again_at <= $1 AND campaign.fediverse_account_id IS NOT NULL ORDER BY look_again_at LIMIT 1)
  ORDER BY look_again_at LIMIT ${BATCH}`;

/** Whether somebody follows; `unknown`: nobody can tell. `later`: somebody can, at another time. */
type Sight = 'follows' | 'missing' | 'unknown' | 'later';

interface Followed {
  pledge: Pledge;
  /** Null: their server knows no such account any more, or did not tell. */
  actorUri: Result<string, NetworkFailure>;
}

/** Looks again whether those who were seen to follow still do, in the list that everyone may read. */
@Injectable()
export class FollowWatch {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly ring: KeyRing,
    private readonly rounds: ReadingRounds,
  ) {}

  /** All that is due; each pledge is looked at once, or put off. */
  async lookAgain(now: Date, stop: AbortSignal = NEVER): Promise<void> {
    while (!stop.aborted) {
      const due = await this.database.query<{ id: string }[]>(DUE, [now]);
      if (due.length === 0) return;
      const pledges = await this.database.getRepository(Pledge).find({
        where: { id: In(due.map(({ id }) => id)) },
        relations: { campaign: { fediverseAccount: true } },
      });
      for (const [pledge, sight] of await this.seen(pledges)) await this.settle(pledge, sight);
    }
  }

  private async seen(pledges: readonly Pledge[]): Promise<[Pledge, Sight][]> {
    const account = pledges[0]?.campaign.fediverseAccount;
    const uri = account ? presentAccount(account).actorUri : null;
    if (uri === null) return pledges.map((pledge) => [pledge, 'unknown']);
    const listed = await this.rounds.at(new URL(uri).host, (http, host) => this.list(pledges, uri, http, host));
    if (listed === null) return pledges.map((pledge) => [pledge, 'later']);
    return listed;
  }

  private async list(pledges: readonly Pledge[], institution: string, http: GuardedHttp, host: Host): Promise<[Pledge, Sight][]> {
    const people = await Promise.all(pledges.map((pledge) => this.followed(pledge, http)));
    const wanted = new Set(people.flatMap(({ actorUri }) => (actorUri.ok ? [actorUri.value] : [])));
    const list = await this.listed(institution, wanted, http, host);
    return people.map(({ pledge, actorUri }) => [pledge, sightOf(actorUri, list)]);
  }

  private async listed(institution: string, wanted: ReadonlySet<string>, http: GuardedHttp, host: Host): Promise<Result<Listed, NetworkFailure>> {
    const now = this.clock.now();
    if (host.optedOutAt !== null) return fail({ type: 'opted-out' });
    const asStranger: GuardedHttp = { ...http, getJson: (url, options) => http.getJson(url, { ...options, federation: false }) };
    const actor = await fetchActor(institution, asStranger, now);
    if (!actor.ok) return actor;
    const isOver = (): boolean => this.clock.now().getTime() - now.getTime() > LONGEST_LOOK;
    return followersAmong(actor.value, wanted, { pages: MOST_PAGES, isOver }, asStranger, now);
  }

  private async followed(pledge: Pledge, http: GuardedHttp): Promise<Followed> {
    const person: Person | null = await openPerson(this.ring, pledge);
    if (person === null) return { pledge, actorUri: fail({ type: 'hidden' }) };
    const { handle, actorUri } = person;
    const isListedByUri = actorUri !== null && !isOnBluesky(handle);
    return { pledge, actorUri: isListedByUri ? ok(actorUri) : await actorUriOf(fediverseSide(handle), http, this.clock.now()) };
  }

  /** What changed meanwhile stays as it is. */
  private async settle({ id, state }: Pledge, sight: Sight): Promise<void> {
    const now = this.clock.now();
    const next = nextPledgeState(state, 'lapse', 'system');
    const lapsed = sight === 'missing' && next.ok ? { state: next.value, changedAt: now } : {};
    const later = sight === 'later' ? new Date(now.getTime() + DAY) : lookAgainAt(now);
    const again = sight === 'missing' ? null : later;
    await this.database.getRepository(Pledge).update({ id, state }, { ...lapsed, lookAgainAt: again });
  }
}

function sightOf(actorUri: Result<string, NetworkFailure>, list: Result<Listed, NetworkFailure>): Sight {
  if (!actorUri.ok) return isGone(actorUri.error) ? 'missing' : 'later';
  if (!list.ok) return list.error.type === 'unreachable' || list.error.type === 'rate-limited' ? 'later' : 'unknown';
  if (list.value.found.has(actorUri.value)) return 'follows';
  return list.value.isWhole ? 'missing' : 'unknown';
}

function isGone({ type }: NetworkFailure): boolean {
  return type === 'gone' || type === 'deleted';
}
