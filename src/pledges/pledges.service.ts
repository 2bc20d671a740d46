import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as newId } from 'uuid';
import { handleKey, handleText, parseFediverseHandle, type FediverseHandle, type HandleError } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { Clock } from '../platform/clock.ts';
import { newToken, tokenHash } from '../platform/secrets.ts';

/** The text that supporters consent to; a changed text gets a new version. */
export const CONSENT_VERSION = '2026-11';

export interface PledgeRequest {
  slug: string;
  /** As typed. */
  handle: string;
  consent: boolean;
  /** The second consent: may the handle be shown once it is proven? */
  showHandle: boolean;
}

export type PledgeFailure =
  | HandleError
  | { type: 'no-consent' }
  | { type: 'own-handle' }
  | { type: 'finished' }
  | { type: 'not-found' };

/** Null `handleKey`: a repeated pledge, told apart by nothing that a stranger could see. */
interface NewPledge {
  slug: string;
  handle: FediverseHandle;
  handleKey: string | null;
  token: string;
  showHandle: boolean;
}

/**
 * One statement finds the campaign, refuses the institution's own handle and inserts, so that a pledge is one round
 * trip and waits for no other pledge.
 */
const INSERT = `
  INSERT INTO pledge (id, campaign_id, state, handle, handle_key, host, token_hash, show_handle, consent_version,
                      follow_state, created_at, changed_at)
  SELECT $1, campaign.id, 'pending', $2, $3, $4, $5, $6, $7, 'unknown', $8, $8
  FROM campaign LEFT JOIN account ON account.id = campaign.fediverse_account_id
  WHERE campaign.slug = $9 AND campaign.state = 'live' AND campaign.hidden_at IS NULL
    AND account.handle_key IS DISTINCT FROM $10 AND lower(account.new_handle) IS DISTINCT FROM $10
  ON CONFLICT (campaign_id, handle_key) DO NOTHING
  RETURNING id`;

/** Taking supporters' promises. */
@Injectable()
export class Pledges {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /**
   * Records a pledge and returns the token of the supporter's private page. Pledging again looks the same and is not
   * counted again, so that nobody learns who pledged.
   */
  async pledge(request: PledgeRequest): Promise<Result<{ token: string }, PledgeFailure>> {
    const handle = parseFediverseHandle(request.handle);
    if (!handle.ok) return handle;
    if (!request.consent) return fail({ type: 'no-consent' });
    const { slug, showHandle } = request;
    const token = newToken();
    const pledge = { slug, handle: handle.value, handleKey: handleKey(handle.value), token, showHandle };
    if (await this.insert(pledge)) return ok({ token });
    const refusal = await this.refusalOf(pledge);
    if (refusal !== null) return fail(refusal);
    await this.insert({ ...pledge, handleKey: null });
    return ok({ token });
  }

  private async insert(pledge: NewPledge): Promise<boolean> {
    const rows = await this.database.query<{ id: string }[]>(INSERT, [
      newId(),
      handleText(pledge.handle),
      pledge.handleKey,
      pledge.handle.host,
      tokenHash(pledge.token),
      pledge.showHandle,
      CONSENT_VERSION,
      this.clock.now(),
      pledge.slug,
      handleKey(pledge.handle),
    ]);
    return rows.length === 1;
  }

  /** Why nothing was inserted; null: the handle has pledged already. */
  private async refusalOf({ slug, handle }: NewPledge): Promise<PledgeFailure | null> {
    const [campaign] = await this.database.query<{ live: boolean; own: boolean }[]>(
      `SELECT campaign.state = 'live' AS live, coalesce(account.handle_key = $2, false) OR coalesce(lower(account.new_handle) = $2, false) AS own
       FROM campaign LEFT JOIN account ON account.id = campaign.fediverse_account_id
       WHERE slug = $1 AND hidden_at IS NULL AND campaign.state IN ('live', 'won', 'ended', 'closed')`,
      [slug, handleKey(handle)],
    );
    if (campaign === undefined) return { type: 'not-found' };
    if (!campaign.live) return { type: 'finished' };
    return campaign.own ? { type: 'own-handle' } : null;
  }
}
