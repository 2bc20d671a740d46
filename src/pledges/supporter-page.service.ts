import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import { parseFediverseHandle, type FediverseHandle } from '../domain/handle.ts';
import { COUNTED_STATES, nextPledgeState, type PledgeAction, type PledgeActor } from '../domain/pledge-lifecycle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { presentAccount, type PresentAccount } from '../institutions/present-account.ts';
import { followLink } from '../networks/follow-link.ts';
import { isFollower } from '../networks/follower-check.ts';
import type { NetworkFailure } from '../networks/network.ts';
import { actorUriOf } from '../networks/webfinger.ts';
import { Clock } from '../platform/clock.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { GUARDED_HTTP } from '../platform/platform.module.ts';
import { tokenHash } from '../platform/secrets.ts';
import { Pledge } from './pledge.entity.ts';

/** How long the page waits for the supporter's server before it shows the manual way. */
const PATIENCE_MILLISECONDS = 3_000;

/** A pledge that still has its handle, with its campaign and the account to follow. */
export interface OpenPledge extends Pledge {
  state: 'pending' | 'confirmed' | 'kept';
  handle: string;
  host: string;
}

export type CheckFailure = { type: 'not-found' } | { type: 'nothing-to-check' } | NetworkFailure;

/** What a supporter does on the private page of their pledge. */
@Injectable()
export class SupporterPage {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    @Inject(GUARDED_HTTP) private readonly http: GuardedHttp,
  ) {}

  /** The pledge of a token; null when there is none, or no longer. */
  async find(token: string): Promise<OpenPledge | null> {
    const pledge = await this.database.getRepository(Pledge).findOne({
      where: { tokenHash: tokenHash(token), state: In(COUNTED_STATES) },
      relations: { campaign: { institution: true, fediverseAccount: true, xAccount: true } },
    });
    return pledge !== null && isOpen(pledge) ? pledge : null;
  }

  /** Asks the supporter's own server, once it answers for good, where its people follow others. */
  async withFollowLink(pledge: OpenPledge): Promise<OpenPledge> {
    const account = pledge.campaign.fediverseAccount;
    const supporter = parseFediverseHandle(pledge.handle);
    if (account === null || !supporter.ok || isSettled(pledge)) return pledge;
    const link = await followLink(supporter.value, presentAccount(account), this.http, AbortSignal.timeout(PATIENCE_MILLISECONDS));
    if (link.ok) Object.assign(pledge, { followState: 'found', followUrl: link.value.url });
    else pledge.followState = link.error.type === 'no-such-account' ? 'missing' : 'unreachable';
    const { id, followState, followUrl } = pledge;
    await this.database.getRepository(Pledge).update({ id }, { followState, followUrl });
    return pledge;
  }

  /** Looks for the supporter among the institution's followers; whether they are there. */
  async check(token: string): Promise<Result<boolean, CheckFailure>> {
    const pledge = await this.find(token);
    if (pledge === null) return fail({ type: 'not-found' });
    const account = pledge.campaign.fediverseAccount;
    const supporter = parseFediverseHandle(pledge.handle);
    if (account === null || !supporter.ok) return fail({ type: 'nothing-to-check' });
    const followed = await this.actorOf(presentAccount(account));
    if (!followed.ok) return followed;
    const follows = await this.follows(supporter.value, followed.value);
    if (!follows.ok || !follows.value) return follows;
    await this.keep(pledge);
    return ok(true);
  }

  /** Erases all that is held of the person; the date of a pledge that was withdrawn stays. */
  async withdraw(token: string): Promise<Result<{ slug: string }, { type: 'not-found' }>> {
    const pledge = await this.find(token);
    if (pledge === null) return fail({ type: 'not-found' });
    await this.advance(this.database.manager, pledge, 'withdraw', 'supporter', erased);
    return ok({ slug: pledge.campaign.slug });
  }

  /** An account whose id is not known is looked up by its name. */
  private async actorOf({ handle, actorUri }: PresentAccount): Promise<Result<string, CheckFailure>> {
    if (actorUri !== null) return ok(actorUri);
    const parsed = parseFediverseHandle(handle);
    return parsed.ok ? actorUriOf(parsed.value, this.http) : fail({ type: 'nothing-to-check' });
  }

  private async follows(supporter: FediverseHandle, institution: string): Promise<Result<boolean, NetworkFailure>> {
    const actor = await actorUriOf(supporter, this.http);
    return actor.ok ? isFollower(institution, actor.value, this.http) : actor;
  }

  /** A repeated pledge keeps the one that counts. */
  private async keep(pledge: OpenPledge): Promise<void> {
    await this.database.transaction(async (manager) => {
      const counted = await manager.findOneBy(Pledge, {
        campaign: { id: pledge.campaign.id },
        handleKey: pledge.handle.toLowerCase(),
      });
      for (const each of new Map([pledge, counted].map((one) => [one?.id, one])).values()) {
        if (each !== null) await this.advance(manager, each, 'keep', 'system', { keptAt: this.clock.now() });
      }
    });
  }

  private async advance(
    manager: EntityManager,
    pledge: Pledge,
    action: PledgeAction,
    by: PledgeActor,
    fields: Partial<Pledge>,
  ): Promise<void> {
    const next = nextPledgeState(pledge.state, action, by);
    if (!next.ok) return;
    await manager.update(
      Pledge,
      { id: pledge.id, state: pledge.state },
      { ...fields, state: next.value, changedAt: this.clock.now() },
    );
  }
}

/** What a pledge looks like once nothing personal is left in it. */
export const erased: Partial<Pledge> = {
  handle: null,
  handleKey: null,
  host: null,
  tokenHash: null,
  followUrl: null,
  showHandle: false,
};

/** Servers that were slow or down are asked again at the next visit, and all of them once the account has moved. */
export function isSettled({ followState, followUrl, campaign }: OpenPledge): boolean {
  if (followState !== 'found') return followState === 'missing';
  const { fediverseAccount } = campaign;
  const present = fediverseAccount && presentAccount(fediverseAccount);
  return present !== null && (followUrl ?? '').includes(encodeURIComponent(present.actorUri ?? present.handle));
}

function isOpen(pledge: Pledge): pledge is OpenPledge {
  return pledge.handle !== null;
}
