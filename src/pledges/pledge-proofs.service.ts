import { Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import { formatHandle, sameHandle } from '../domain/handle.ts';
import { furthest, lookAgainAt, nextPledgeState, type KeptHow, type StandingState } from '../domain/pledge-lifecycle.ts';
import type { ProvenIdentity } from '../domain/proven-identity.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { Clock } from '../platform/clock.ts';
import { KeyRing, stillCurrent, type Keys } from '../platform/key-ring.ts';
import { OpenPledges, type OpenPledge } from './open-pledges.service.ts';
import { actorHash, actorHashes, handleHash, handleHashes, hostHash, sealPerson, type Person } from './pledge-person.ts';
import { Pledge } from './pledge.entity.ts';
import { TellRequest } from './tell-request.entity.ts';

export interface Confirmation {
  slug: string;
  state: StandingState;
  /** The person had pledged to this campaign before: there is one pledge now, on the page where it was proven. */
  merged: boolean;
  /** `@user@host` as its server writes it: what the pledge is kept under from now on. */
  handle: string;
}

/**
 * `another-person`: the account that was proven is not the one that was typed, both as `@user@host`; asking again with
 * `move` makes the pledge that of the proven one. `own-handle`: it is the institution's own account.
 */
export type ConfirmFailure =
  | { type: 'not-found' }
  | { type: 'own-handle' }
  | { type: 'another-person'; pledged: string; proven: string };

/** PostgreSQL's code for a unique constraint that does not hold. */
const UNIQUE_VIOLATION = '23505';
const TRIES = 3;

/**
 * A pledge, and those of whoever may be the same person: by the account, or by a handle that is theirs. Locked in the order of
 * their ids, as by everyone who locks more than one.
 */
const SAME_PERSON = `
  SELECT id FROM pledge
  WHERE id = $2 OR (campaign_id = $1 AND (handle_hash = ANY($3) OR actor_hash = ANY($4)))
  ORDER BY id FOR UPDATE`;

interface Locked {
  own: Pledge | undefined;
  others: Pledge[];
}

/** What people prove about their pledges, and what is seen of them. */
@Injectable()
export class PledgeProofs {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly ring: KeyRing,
    private readonly pledges: OpenPledges,
  ) {}

  /**
   * Makes the pledge of this token the proven person's only one to its campaign. Whatever else was pledged in their name, by
   * them or by a stranger, becomes part of it, and its links lead nowhere any more.
   */
  async confirm(
    token: string,
    identity: ProvenIdentity,
    { move = false }: { move?: boolean } = {},
  ): Promise<Result<Confirmation, ConfirmFailure>> {
    const pledge = await this.pledges.find(token);
    if (pledge === null) return fail({ type: 'not-found' });
    if (isInstitutions(pledge, identity)) return fail({ type: 'own-handle' });
    if (!move && !isSamePerson(pledge.person, identity)) {
      return fail({ type: 'another-person', pledged: formatHandle(pledge.person.handle), proven: formatHandle(identity.handle) });
    }
    // Somebody may pledge under the same handle at this very moment: then there is one more to merge.
    for (let left = TRIES; ; left -= 1) {
      try {
        const merged = await this.merge(pledge, identity);
        return merged ?? fail({ type: 'not-found' });
      } catch (error) {
        if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION || left === 1) throw error;
      }
    }
  }

  /** The person of this token was seen to follow. A repeated pledge keeps the one that counts as well. */
  async keep(token: string, how: KeptHow): Promise<Result<{ slug: string; state: StandingState }, { type: 'not-found' }>> {
    const pledge = await this.pledges.find(token);
    if (pledge === null) return fail({ type: 'not-found' });
    await this.database.transaction(async (manager) => {
      const keys = await stillCurrent(manager, this.ring);
      const counted = { campaign: { id: pledge.campaign.id }, handleHash: In(handleHashes(keys, pledge.person.handle)) };
      const rows = await manager.find(Pledge, { where: [{ id: pledge.id }, counted], order: { id: 'ASC' }, lock: { mode: 'pessimistic_write' } });
      for (const row of rows) await this.keepOne(manager, row, how);
    });
    return ok({ slug: pledge.campaign.slug, state: 'kept' });
  }

  private async keepOne(manager: EntityManager, pledge: Pledge, keptHow: KeptHow): Promise<void> {
    const next = nextPledgeState(pledge.state, 'keep', 'system');
    if (!next.ok) return;
    const now = this.clock.now();
    const since = pledge.state === 'kept' ? {} : { keptHow, keptAt: now, changedAt: now };
    const counting = pledge.handleHash === null ? {} : onceShown(pledge);
    const waiting = pledge.state === 'waiting' ? waitsNoMore(now) : {};
    await manager.update(Pledge, { id: pledge.id }, { ...waiting, ...since, ...counting, state: next.value, lookAgainAt: lookAgainAt(now) });
  }

  /** Null when the pledge was withdrawn meanwhile. */
  private merge(pledge: OpenPledge, identity: ProvenIdentity): Promise<Result<Confirmation, never> | null> {
    return this.database.transaction(async (manager) => {
      const keys = await stillCurrent(manager, this.ring);
      const lock = `${pledge.campaign.id} ${actorHash(keys, identity.actorUri)}`;
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [lock]);
      const { own, others } = await this.lockAll(manager, keys, pledge, identity);
      if (own === undefined || own.sealed === null) return null;
      const state = await this.absorb(manager, keys, own, others, identity);
      return ok({ slug: pledge.campaign.slug, state, merged: others.length > 0, handle: formatHandle(identity.handle) });
    });
  }

  /** The pledge and what else this person pledged; whoever held the handle before keeps a pledge under their own account. */
  private async lockAll(manager: EntityManager, keys: Keys, pledge: OpenPledge, identity: ProvenIdentity): Promise<Locked> {
    const all = [identity, ...(identity.formerly ?? [])];
    const actors = all.flatMap(({ actorUri }) => actorHashes(keys, actorUri));
    const handles = all.flatMap(({ handle }) => handleHashes(keys, handle));
    const found = await manager.query<{ id: string }[]>(SAME_PERSON, [pledge.campaign.id, pledge.id, handles, actors]);
    const rows = await manager.findBy(Pledge, { id: In(found.map(({ id }) => id)) });
    const own = rows.find(({ id }) => id === pledge.id);
    const others = rows.filter((row) => row !== own);
    const before = others.filter((row) => !isOf(actors)(row));
    for (const { id } of before) await this.giveHandleAway(manager, id);
    return { own, others: others.filter(isOf(actors)) };
  }

  /** Nobody is written to by a name that is somebody else's. */
  private async giveHandleAway(manager: EntityManager, id: string): Promise<void> {
    await manager.update(Pledge, { id }, { handleHash: null });
    await manager.delete(TellRequest, { pledge: { id }, way: 'direct' });
  }

  /** Puts the others into this one, which is proven now. What was merely typed says nothing against whoever waits. */
  private async absorb(manager: EntityManager, keys: Keys, own: Pledge, others: readonly Pledge[], identity: ProvenIdentity): Promise<StandingState> {
    const all = [own, ...others];
    const shown = [own, ...others.filter(isShown)].map(({ state }) => state as StandingState);
    const next = nextPledgeState(furthest(shown), 'confirm', 'supporter');
    if (!next.ok) throw new Error(`A pledge that is ${next.error.state} cannot be confirmed.`);
    const now = this.clock.now();
    const seen = all.filter(({ keptAt }) => keptAt !== null).sort((a, b) => Number(b.state === 'kept') - Number(a.state === 'kept'))[0];
    const { handle, actorUri, how } = identity;
    await manager.delete(Pledge, { id: In(others.map(({ id }) => id)) });
    await manager.update(Pledge, { id: own.id }, {
      ...(own.state === 'waiting' && next.value !== 'waiting' ? waitsNoMore(now) : {}),
      state: next.value,
      ...onceShown(own),
      sealed: sealPerson(keys, own.id, { handle, actorUri, followUrl: null }),
      handleHash: handleHash(keys, handle),
      actorHash: actorHash(keys, actorUri),
      hostHash: hostHash(keys, handle),
      followState: 'unknown',
      proof: how,
      confirmedAt: now,
      keptHow: seen?.keptHow ?? null,
      keptAt: seen?.keptAt ?? null,
      lookAgainAt: seen?.lookAgainAt ?? null,
      createdAt: new Date(Math.min(...all.map(({ createdAt }) => createdAt.getTime()))),
      changedAt: now,
    });
    return next.value as StandingState;
  }
}

/** Of a pledge whose author waits for nobody any more, by saying so or by doing more than that. */
export function waitsNoMore(now: Date): Pick<Pledge, 'whenOthers' | 'releasedAt' | 'changedAt'> {
  return { whenOthers: null, releasedAt: now, changedAt: now };
}

function isShown({ proof, keptAt }: Pledge): boolean {
  return proof !== null || keptAt !== null;
}

/** What is shown to be real counts, also where it was set aside because it was not; what was set aside all the same stays so. */
function onceShown(pledge: Pledge): Pick<Pledge, 'counts' | 'setAsideId'> {
  const { setAsideId } = pledge;
  const counts = setAsideId === null || !isShown(pledge);
  return { counts, setAsideId: counts ? null : setAsideId };
}

/** An unproven pledge is somebody's by the handle that was typed, a proven one by its account alone. */
function isSamePerson({ handle, actorUri }: Person, identity: ProvenIdentity): boolean {
  const all = [identity, ...(identity.formerly ?? [])];
  return all.some((each) => (actorUri === null ? sameHandle(each.handle, handle) : each.actorUri === actorUri));
}

function isInstitutions({ campaign }: OpenPledge, { handle, actorUri }: ProvenIdentity): boolean {
  const account = campaign.fediverseAccount;
  if (account === null) return false;
  const own = [account.handle, account.newHandle].map((text) => text?.toLowerCase());
  return account.actorUri === actorUri || own.includes(`${handle.user}@${handle.host}`.toLowerCase());
}

function isOf(actors: readonly string[]): (pledge: Pledge) => boolean {
  return (pledge) => pledge.actorHash === null || actors.includes(pledge.actorHash);
}
