import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { awaitsAccount } from '../domain/campaign-lifecycle.ts';
import { isOnBluesky } from '../domain/handle.ts';
import { provesHandle } from '../domain/proven-identity.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { KeyRing, placeOf, stillCurrent, type Keys } from '../platform/key-ring.ts';
import type { SealedTable } from '../platform/key-rotation.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { tokenHash } from '../platform/secrets.ts';
import type { Language } from '../platform/text.ts';
import { mailboxOf } from './mail-proofs.service.ts';
import { OpenPledges, type OpenPledge } from './open-pledges.service.ts';
import { TellRequest, type TellFailed, type TellWay } from './tell-request.entity.ts';

/** `too-late`: the account is open, or the campaign is over. */
export type TellFailure = { type: 'not-found' } | { type: 'too-late' };

/** A wish to be told, as the person who has it may read it. */
export interface TellWish {
  way: TellWay;
  /** Null once forgotten, and for a way that needs none. */
  address: string | null;
  language: Language;
  askedAt: Date;
  toldAt: Date | null;
  /** When a message left; null where none has, and for a feed. */
  sentAt: Date | null;
  failure: TellFailed | null;
  /** Of the account that they were told of. */
  toldAccountId: string | null;
}

/** That the site's account may write to somebody, once it is proven who they are. */
export interface DirectOffer {
  readonly isProven: boolean;
  /** Where that account is. */
  readonly host: string;
}

/** What is sealed of a wish to be told by mail. */
export interface TellAddress {
  address: string;
  /** Of the private page, to which the mail leads: of tokens, everything else knows hashes alone. */
  token: string;
  campaignId: string;
}

const MAILBOX = 'tell_request.mailbox';

/** The campaign and the pledge are held, so that nobody asks who withdraws, nor for an account that is being recorded. */
const ASK = `
  INSERT INTO tell_request (id, pledge_id, way, sealed, address_hash, language, asked_at)
  SELECT $1, pledge.id, $3, $4, $5, $6, $7
  FROM pledge JOIN campaign ON campaign.id = pledge.campaign_id
  WHERE pledge.token_hash = $2 AND campaign.dare_kind = 'open' AND campaign.state IN ('live', 'agreed') AND campaign.hidden_at IS NULL
    AND campaign.fediverse_account_id IS NULL AND ($3 <> 'direct' OR pledge.handle_hash IS NOT NULL)
  FOR SHARE OF pledge, campaign
  ON CONFLICT (pledge_id, way) DO NOTHING`;

/** One mailbox waits once, and one promise for one mailbox. */
const REPLACE = `
  DELETE FROM tell_request
  WHERE address_hash = ANY($1) OR (way = 'mail' AND pledge_id = (SELECT id FROM pledge WHERE token_hash = $2))`;

/** Asking to be told when the account of an `open` dare opens, in ways of one's own choice. */
@Injectable()
export class TellRequests {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly ring: KeyRing,
    private readonly pledges: OpenPledges,
    @Inject(CONFIG) private readonly config: Pick<Config, 'bot'>,
  ) {}

  /** What the person of this pledge asked for, in the order of asking: nothing where an account is there to be followed from the start. */
  async of({ id, campaign }: Pick<OpenPledge, 'id' | 'campaign'>): Promise<TellWish[]> {
    if (campaign.dareKind !== 'open') return [];
    const rows = await this.database.getRepository(TellRequest).find({
      where: { pledge: { id } },
      relations: { toldAccount: true },
      order: { askedAt: 'ASC', id: 'ASC' },
    });
    return Promise.all(
      rows.map(async (row) => ({
        way: row.way,
        address: (await openAddress(this.ring, row))?.address ?? null,
        language: row.language,
        askedAt: row.askedAt,
        toldAt: row.toldAt,
        sentAt: row.sentAt,
        failure: row.failure,
        toldAccountId: row.toldAccount?.id ?? null,
      })),
    );
  }

  /** Asks for the private feed. Asking again changes nothing. */
  async askFeed(token: string, language: Language): Promise<Result<null, TellFailure>> {
    const pledge = await this.pledges.find(token);
    return pledge === null ? fail({ type: 'not-found' }) : this.ask(token, pledge, 'feed', language);
  }

  /** Asks for a direct message. Asking again changes nothing. `not-found` also where nobody writes to this person. */
  async askDirect(token: string, language: Language): Promise<Result<null, TellFailure>> {
    const pledge = await this.pledges.find(token);
    return pledge !== null && this.directOf(pledge)?.isProven ? this.ask(token, pledge, 'direct', language) : fail({ type: 'not-found' });
  }

  /** To proven handles alone, as a typed one may be a stranger's, and one that was given away is. Null: the site has no account, or none that is heard where they are. */
  directOf({ proof, person, handleHash }: Pick<OpenPledge, 'proof' | 'person' | 'handleHash'>): DirectOffer | null {
    const { bot } = this.config;
    return bot === null || isOnBluesky(person.handle) ? null : { isProven: handleHash !== null && provesHandle(proof), host: new URL(bot.url).host };
  }

  /** Keeps an address that its owner confirmed. One that waits under another pledge waits under this one from now on. */
  async keepAddress(sealed: TellAddress, language: Language): Promise<Result<null, { type: 'too-late' }>> {
    return this.database.transaction(async (manager) => {
      const keys = await stillCurrent(manager, this.ring);
      const hashes = keys.hashes(MAILBOX, mailboxText(sealed));
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [hashes[0]]);
      await manager.query(REPLACE, [hashes, tokenHash(sealed.token)]);
      return (await this.insert(manager, sealed.token, 'mail', { keys, sealed }, language)) ? ok(null) : fail({ type: 'too-late' });
    });
  }

  /** Forgets one wish of the person of this token. */
  async stop(token: string, way: TellWay): Promise<Result<null, { type: 'not-found' }>> {
    const pledge = await this.pledges.find(token);
    if (pledge === null) return fail({ type: 'not-found' });
    await this.database.getRepository(TellRequest).delete({ pledge: { id: pledge.id }, way });
    return ok(null);
  }

  private async ask(token: string, { campaign }: OpenPledge, way: TellWay, language: Language): Promise<Result<null, TellFailure>> {
    if (!awaitsAccount(campaign)) return fail({ type: 'too-late' });
    await this.insert(this.database.manager, token, way, null, language);
    return ok(null);
  }

  /** False: it was asked for before, or nobody can ask any more. */
  private async insert(
    manager: EntityManager,
    token: string,
    way: TellWay,
    address: { keys: Keys; sealed: TellAddress } | null,
    language: Language,
  ): Promise<boolean> {
    const id = newId();
    const sealed = address && address.keys.seal(placeOf('tell_request', 'sealed', id), JSON.stringify(address.sealed));
    const addressHash = address && address.keys.hash(MAILBOX, mailboxText(address.sealed));
    const rows = await manager.query<unknown[]>(`${ASK} RETURNING id`, [id, tokenHash(token), way, sealed, addressHash, language, this.clock.now()]);
    return rows.length === 1;
  }
}

/** Null: there is none, or it is forgotten. Throws when it cannot be opened. */
export async function openAddress(ring: KeyRing, { id, sealed }: Pick<TellRequest, 'id' | 'sealed'>): Promise<TellAddress | null> {
  if (sealed === null) return null;
  const text = await ring.open(placeOf('tell_request', 'sealed', id), sealed);
  if (text === null) throw new Error(`Request ${id} cannot be opened.`);
  return JSON.parse(text) as TellAddress;
}

function mailboxText({ campaignId, address }: TellAddress): string {
  return `${campaignId} ${mailboxOf(address)}`;
}

/** For whoever changes the site's keys. */
export const SEALED_TELL_REQUESTS: SealedTable = {
  name: 'tell_request',
  column: 'sealed',
  hashed: ['address_hash'],
  hashesOf: (keys, opened) => [keys.hash(MAILBOX, mailboxText(JSON.parse(opened) as TellAddress))],
};
