import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as newId } from 'uuid';
import { handleKey, type FediverseHandle, type HandleError } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { parseSupporterHandle } from '../domain/supporter-handle.ts';
import { Clock } from '../platform/clock.ts';
import { isCurrent, KeyRing, type Keys } from '../platform/key-ring.ts';
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
  isHeld: boolean;
}

/** `other-key`: it must be sealed anew, since another key became current. */
type Refusal = PledgeFailure | { type: 'other-key' } | { type: 'repeated' };

/**
 * One statement finds the campaign, refuses the institution's own handle and inserts, so that a pledge is one round
 * trip and waits for no other pledge. A handle may have been hashed under a key that is being replaced.
 */
const INSERT = `
  INSERT INTO pledge (id, campaign_id, state, counts, sealed, handle_hash, host_hash, token_hash, consent_version, must_prove,
                      show_consent_at, follow_state, consented_at, created_at, changed_at)
  SELECT $1, campaign.id, 'pending', $3::text IS NOT NULL AND NOT $13::boolean, $2, $3, $4, $5, $6, $13, $7, 'unknown', $8, $8, $8
  FROM campaign LEFT JOIN account ON account.id = campaign.fediverse_account_id
  WHERE campaign.slug = $9 AND campaign.state = 'live' AND campaign.hidden_at IS NULL
    AND account.handle_key IS DISTINCT FROM $10 AND lower(account.new_handle) IS DISTINCT FROM $10
    AND NOT EXISTS (SELECT FROM pledge other WHERE other.campaign_id = campaign.id AND other.handle_hash = ANY($11))
    AND ${isCurrent('$12')}
  ON CONFLICT (campaign_id, handle_hash) DO NOTHING
  RETURNING id`;

const REFUSAL = `
  SELECT campaign.state = 'live' AS live, ${isCurrent('$3')} AS "keyIsCurrent",
    coalesce(account.handle_key = $2, false) OR coalesce(lower(account.new_handle) = $2, false) AS own
  FROM campaign LEFT JOIN account ON account.id = campaign.fediverse_account_id
  WHERE slug = $1 AND hidden_at IS NULL AND campaign.state IN ('live', 'won', 'ended', 'closed')`;

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
    const { slug, showHandle, isHeld = false } = request;
    const pledge = { id: newId(), slug, handle: handle.value, token: newToken(), showHandle, isHeld };
    const refusal = await this.take(pledge, await this.ring.keys());
    return refusal === null ? ok({ token: pledge.token }) : fail(refusal);
  }

  private async take(pledge: NewPledge, keys: Keys): Promise<PledgeFailure | null> {
    const [handleHash = null, ...others] = handleHashes(keys, pledge.handle);
    if (await this.insert(pledge, keys, handleHash, others)) return null;
    const refusal = await this.refusalOf(pledge, keys);
    if (refusal.type === 'other-key') return this.take(pledge, await this.ring.reload());
    if (refusal.type !== 'repeated') return refusal;
    return (await this.insert(pledge, keys, null, [])) ? null : this.take(pledge, await this.ring.reload());
  }

  private async insert(pledge: NewPledge, keys: Keys, handleHash: string | null, others: readonly string[]): Promise<boolean> {
    const now = this.clock.now();
    const rows = await this.database.query<{ id: string }[]>(INSERT, [
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
      others,
      keys.current.id,
      pledge.isHeld,
    ]);
    return rows.length === 1;
  }

  /** Why nothing was inserted. */
  private async refusalOf({ slug, handle }: NewPledge, keys: Keys): Promise<Refusal> {
    const [campaign] = await this.database.query<{ live: boolean; own: boolean; keyIsCurrent: boolean }[]>(REFUSAL, [
      slug,
      handleKey(handle),
      keys.current.id,
    ]);
    if (campaign === undefined) return { type: 'not-found' };
    if (!campaign.live) return { type: 'finished' };
    if (campaign.own) return { type: 'own-handle' };
    return { type: campaign.keyIsCurrent ? 'repeated' : 'other-key' };
  }
}
