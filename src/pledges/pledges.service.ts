import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as newId } from 'uuid';
import { handleKey, type FediverseHandle, type HandleError } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { parseSupporterHandle } from '../domain/supporter-handle.ts';
import { Clock } from '../platform/clock.ts';
import { isCurrent, KeyRing, stillCurrent, type Keys } from '../platform/key-ring.ts';
import { Prepared } from '../platform/prepared.ts';
import { newToken, tokenHash } from '../platform/secrets.ts';
import { handleHashes, hostHash, sealPerson } from './pledge-person.ts';

/** The text that supporters consent to; a changed text gets a new version. */
export const CONSENT_VERSION = '2026-11';

export interface PledgeRequest {
  slug: string;
  /** As typed. */
  handle: string;
  consent: boolean;
  /** The second consent: may the handle be shown once it is proven? */
  showHandle: boolean;
  /** It waits until so many others have promised, from 1 to {@link MOST_OTHERS}; null: it waits for nobody. */
  whenOthers?: number | null;
  /** It counts once it is proven, and not before. */
  isHeld?: boolean;
}

export type PledgeFailure =
  | HandleError
  | { type: 'no-consent' }
  | { type: 'own-handle' }
  | { type: 'finished' }
  | { type: 'not-found' };

/** A repeated pledge is told apart by nothing that a stranger could see. */
interface NewPledge {
  id: string;
  slug: string;
  handle: FediverseHandle;
  token: string;
  showHandle: boolean;
  whenOthers: number | null;
  isHeld: boolean;
}

/** `other-key`: it must be sealed anew, since another key became current. */
type Refusal = PledgeFailure | { type: 'other-key' } | { type: 'repeated' };

/**
 * One statement finds the campaign, refuses the institution's own handle and inserts, so that a pledge is one round
 * trip and waits for no other pledge.
 */
const insert = (unlessOther: string): Prepared =>
  new Prepared(`
  INSERT INTO pledge (id, campaign_id, state, counts, sealed, handle_hash, host_hash, token_hash, consent_version, must_prove,
                      show_consent_at, when_others, follow_state, consented_at, created_at, changed_at)
  SELECT $1, campaign.id, CASE WHEN $13::integer IS NULL THEN 'pending' ELSE 'waiting' END,
    $3::text IS NOT NULL AND NOT $12::boolean, $2, $3, $4, $5, $6, $12, $7, $13, 'unknown', $8, $8, $8
  FROM campaign LEFT JOIN account ON account.id = campaign.fediverse_account_id
  WHERE campaign.slug = $9 AND campaign.state IN ('live', 'agreed') AND campaign.hidden_at IS NULL
    AND account.handle_key IS DISTINCT FROM $10 AND lower(account.new_handle) IS DISTINCT FROM $10
    AND ${isCurrent('$11')} ${unlessOther}
  ON CONFLICT (campaign_id, handle_hash) DO NOTHING
  RETURNING id`);

const INSERT = insert('');

/** While a key is being replaced, a handle may have been hashed under the old one. */
const INSERT_UNLESS_OLD = insert(
  'AND NOT EXISTS (SELECT FROM pledge other WHERE other.campaign_id = campaign.id AND other.handle_hash = ANY($14))',
);

/**
 * A pledge that waits and was not proven gives its place to one in the same name that waits for fewer or for nobody: otherwise
 * somebody could keep others from counting by typing their handles first, with a number that never comes. Its page does not
 * tell, not even by its dates.
 */
const GIVE_WAY = `
  UPDATE pledge SET counts = false, handle_hash = NULL
  WHERE campaign_id = (SELECT campaign_id FROM pledge WHERE id = $1) AND handle_hash = ANY($2)
    AND counts AND state = 'waiting' AND confirmed_at IS NULL AND ($3::integer IS NULL OR when_others > $3)
  RETURNING id`;

const TAKE_PLACE = `UPDATE pledge SET counts = true, handle_hash = $2 WHERE id = $1`;

const REFUSAL = `
  SELECT campaign.state IN ('live', 'agreed') AS open, ${isCurrent('$3')} AS "keyIsCurrent",
    coalesce(account.handle_key = $2, false) OR coalesce(lower(account.new_handle) = $2, false) AS own
  FROM campaign LEFT JOIN account ON account.id = campaign.fediverse_account_id
  WHERE slug = $1 AND hidden_at IS NULL AND campaign.state IN ('live', 'won', 'agreed', 'ended', 'closed')`;

/** Taking supporters' promises. */
@Injectable()
export class Pledges {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly ring: KeyRing,
  ) {}

  /**
   * Records a pledge and returns the token of the supporter's private page. Pledging again looks the same and is not
   * counted again, so that nobody learns who pledged.
   */
  async pledge(request: PledgeRequest): Promise<Result<{ token: string }, PledgeFailure>> {
    const handle = parseSupporterHandle(request.handle);
    if (!handle.ok) return handle;
    if (!request.consent) return fail({ type: 'no-consent' });
    const { slug, showHandle, whenOthers = null, isHeld = false } = request;
    const pledge = { id: newId(), slug, handle: handle.value, token: newToken(), showHandle, whenOthers, isHeld };
    const refusal = await this.take(pledge, await this.ring.keys());
    return refusal === null ? ok({ token: pledge.token }) : fail(refusal);
  }

  private async take(pledge: NewPledge, keys: Keys): Promise<PledgeFailure | null> {
    const [handleHash = null, ...others] = handleHashes(keys, pledge.handle);
    if (await this.insert(pledge, keys, handleHash, others)) return null;
    const refusal = await this.refusalOf(pledge, keys);
    if (refusal.type === 'other-key') return this.take(pledge, await this.ring.reload());
    if (refusal.type !== 'repeated') return refusal;
    if (!(await this.insert(pledge, keys, null, []))) return this.take(pledge, await this.ring.reload());
    if (!pledge.isHeld) await this.takePlace(pledge);
    return null;
  }

  /** Has a repeated pledge count in the place of one that waits longer, if there is such a one. */
  private takePlace({ id, handle, whenOthers }: NewPledge): Promise<void> {
    return this.database.transaction(async (manager) => {
      const hashes = handleHashes(await stillCurrent(manager, this.ring), handle);
      // TypeORM answers an UPDATE with its rows and their number.
      const [, gaveWay] = await manager.query<[unknown[], number]>(GIVE_WAY, [id, hashes, whenOthers]);
      if (gaveWay > 0) await manager.query(TAKE_PLACE, [id, hashes[0]]);
    });
  }

  private async insert(pledge: NewPledge, keys: Keys, handleHash: string | null, others: readonly string[]): Promise<boolean> {
    const now = this.clock.now();
    const values = [
      pledge.id,
      sealPerson(keys, pledge.id, { handle: pledge.handle, actorUri: null, followUrl: null }),
      handleHash,
      hostHash(keys, pledge.handle),
      tokenHash(pledge.token),
      CONSENT_VERSION,
      pledge.showHandle ? now : null,
      now,
      pledge.slug,
      handleKey(pledge.handle),
      keys.current.id,
      pledge.isHeld,
      pledge.whenOthers,
    ];
    const rows = await (others.length === 0 ? INSERT.rows(this.database, values) : INSERT_UNLESS_OLD.rows(this.database, [...values, others]));
    return rows.length === 1;
  }

  /** Why nothing was inserted. */
  private async refusalOf({ slug, handle }: NewPledge, keys: Keys): Promise<Refusal> {
    const [campaign] = await this.database.query<{ open: boolean; own: boolean; keyIsCurrent: boolean }[]>(REFUSAL, [
      slug,
      handleKey(handle),
      keys.current.id,
    ]);
    if (campaign === undefined) return { type: 'not-found' };
    if (!campaign.open) return { type: 'finished' };
    if (campaign.own) return { type: 'own-handle' };
    return { type: campaign.keyIsCurrent ? 'repeated' : 'other-key' };
  }
}
