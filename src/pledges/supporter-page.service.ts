import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { isOnBluesky, parseFediverseHandle, type FediverseHandle } from '../domain/handle.ts';
import { PLEDGING_STATES } from '../domain/campaign-lifecycle.ts';
import { nextPledgeState } from '../domain/pledge-lifecycle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { presentAccount, type PresentAccount } from '../institutions/present-account.ts';
import { fediverseSide } from '../networks/bridged.ts';
import { followLink, leadsTo } from '../networks/follow-link.ts';
import { isFollower } from '../networks/follower-check.ts';
import type { NetworkFailure } from '../networks/network.ts';
import { actorUriOf } from '../networks/webfinger.ts';
import { Clock } from '../platform/clock.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { GUARDED_HTTP } from '../platform/platform.module.ts';
import { OpenPledges, type OpenPledge } from './open-pledges.service.ts';
import { PledgeProofs, waitsNoMore } from './pledge-proofs.service.ts';
import { STATE_AFTER_WAITING } from './pledge-releasing.service.ts';
import { Pledge } from './pledge.entity.ts';

/** How long the page waits for the supporter's server before it shows the manual way. */
const PATIENCE_MILLISECONDS = 3_000;

export type CheckFailure = { type: 'not-found' } | { type: 'nothing-to-check' } | NetworkFailure;

/** What a supporter does on the private page of their pledge. */
@Injectable()
export class SupporterPage {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    @Inject(GUARDED_HTTP) private readonly http: GuardedHttp,
    private readonly pledges: OpenPledges,
    private readonly proofs: PledgeProofs,
  ) {}

  /** The pledge of a token; null when there is none, or no longer. */
  async find(token: string): Promise<OpenPledge | null> {
    return this.pledges.find(token);
  }

  /** Asks the supporter's own server, once it answers for good, where its people follow others. */
  async withFollowLink(pledge: OpenPledge): Promise<OpenPledge> {
    const account = pledge.campaign.fediverseAccount;
    if (account === null || isSettled(pledge)) return pledge;
    const { handle } = pledge.person;
    const link = await followLink(handle, presentAccount(account), this.http, AbortSignal.timeout(PATIENCE_MILLISECONDS));
    if (link.ok) return this.pledges.note(pledge, 'found', link.value.url);
    const followState = link.error.type === 'no-such-account' ? 'missing' : 'unreachable';
    return this.pledges.note(pledge, followState, pledge.person.followUrl);
  }

  /** Looks for the supporter among the institution's followers; whether they are there. */
  async check(token: string): Promise<Result<boolean, CheckFailure>> {
    const pledge = await this.find(token);
    if (pledge === null) return fail({ type: 'not-found' });
    const account = pledge.campaign.fediverseAccount;
    if (account === null) return fail({ type: 'nothing-to-check' });
    const followed = await this.actorOf(presentAccount(account));
    if (!followed.ok) return followed;
    const follows = await this.follows(pledge.person.handle, followed.value);
    if (!follows.ok || !follows.value) return follows;
    await this.proofs.keep(token, 'listed');
    return ok(true);
  }

  /** The supporter waits for nobody any more; a pledge that does not wait, or cannot be made any more, stays as it is. */
  async promise(token: string): Promise<Result<null, { type: 'not-found' }>> {
    const pledge = await this.find(token);
    if (pledge === null) return fail({ type: 'not-found' });
    if (PLEDGING_STATES.includes(pledge.campaign.state) && nextPledgeState(pledge.state, 'promise', 'supporter').ok) {
      const promised = { ...waitsNoMore(this.clock.now()), state: () => STATE_AFTER_WAITING };
      await this.database.getRepository(Pledge).update({ id: pledge.id, state: 'waiting' }, promised);
    }
    return ok(null);
  }

  /** Erases all that is held of the person; the dates of a pledge that was withdrawn stay. */
  async withdraw(token: string): Promise<Result<{ slug: string }, { type: 'not-found' }>> {
    const pledge = await this.find(token);
    const next = pledge && nextPledgeState(pledge.state, 'withdraw', 'supporter');
    if (!next?.ok || pledge === null) return fail({ type: 'not-found' });
    // Whatever became of it since it was found: whoever says so is forgotten.
    await this.database.getRepository(Pledge).update({ id: pledge.id }, { ...erased, state: next.value, changedAt: this.clock.now() });
    return ok({ slug: pledge.campaign.slug });
  }

  /** An account whose id is not known is looked up by its name. */
  private async actorOf({ handle, actorUri }: PresentAccount): Promise<Result<string, CheckFailure>> {
    if (actorUri !== null) return ok(actorUri);
    const parsed = parseFediverseHandle(handle);
    return parsed.ok ? actorUriOf(parsed.value, this.http) : fail({ type: 'nothing-to-check' });
  }

  private async follows(supporter: FediverseHandle, institution: string): Promise<Result<boolean, NetworkFailure>> {
    const actor = await actorUriOf(fediverseSide(supporter), this.http);
    return actor.ok ? isFollower(institution, actor.value, this.http) : actor;
  }
}

/** What a pledge looks like once nothing personal is left in it. */
export const erased: Partial<Pledge> = {
  sealed: null,
  handleHash: null,
  actorHash: null,
  hostHash: null,
  tokenHash: null,
  showConsentAt: null,
  lookAgainAt: null,
};

/**
 * Servers that were slow or down are asked again at the next visit, and all of them once the account has moved; so is Bluesky
 * until a bridge shows the account there.
 */
export function isSettled({ followState, person, campaign }: OpenPledge): boolean {
  if (followState !== 'found') return followState === 'missing' && !isOnBluesky(person.handle);
  const { fediverseAccount } = campaign;
  return fediverseAccount !== null && leadsTo(person.followUrl ?? '', presentAccount(fediverseAccount));
}
