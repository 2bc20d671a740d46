import { Injectable } from '@nestjs/common';
import { DataSource, In, Not, type EntityManager } from 'typeorm';
import { nextPledgeState, STANDING_STATES } from '../domain/pledge-lifecycle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { EmailCodes, type CodeFailure, type ProvenAddress } from '../identity/email-codes.service.ts';
import { Clock } from '../platform/clock.ts';
import { KeyRing, stillCurrent, type Keys } from '../platform/key-ring.ts';
import type { Language } from '../platform/text.ts';
import { OpenPledges, type OpenPledge } from './open-pledges.service.ts';
import { handleHashes } from './pledge-person.ts';
import { Pledge } from './pledge.entity.ts';

export type MailProofFailure =
  | { type: 'not-found' }
  /** The mailbox stands behind another pledge to the same campaign; told to nobody but its owner. */
  | { type: 'another-pledge' };

/**
 * Proof by e-mail: that a person stands behind a pledge, not that the handle is theirs. Such a pledge is counted as proven,
 * and neither shown by name nor counted for the server that was typed (docs/adr/0016).
 */
@Injectable()
export class MailProofs {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly ring: KeyRing,
    private readonly pledges: OpenPledges,
    private readonly codes: EmailCodes,
  ) {}

  /** Sends a code to the address; whether it has proven a pledge before is told to nobody here. */
  async ask(token: string, address: string, language: Language): Promise<Result<null, { type: 'not-found' }>> {
    const pledge = await this.pledges.find(token);
    if (pledge === null) return fail({ type: 'not-found' });
    await this.codes.start({ purpose: 'pledge', asker: token, address, about: pledge.campaign.title, language });
    return ok(null);
  }

  /** Confirms the pledge of the page that the code was typed into. */
  async useCode(token: string, typed: string): Promise<Result<null, CodeFailure | MailProofFailure>> {
    const proven = await this.codes.useCode('pledge', token, typed);
    return proven.ok ? this.confirm(proven.value) : proven;
  }

  /** Confirms the pledge for whose page this address was asked. */
  async confirm({ asker, address }: Pick<ProvenAddress, 'asker' | 'address'>): Promise<Result<null, MailProofFailure>> {
    const pledge = await this.pledges.find(asker);
    if (pledge === null) return fail({ type: 'not-found' });
    return this.database.transaction(async (manager) => {
      const keys = await stillCurrent(manager, this.ring);
      const mailbox = keys.hashes('pledge.mailbox', `${pledge.campaign.id} ${mailboxOf(address)}`);
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [mailbox[0]]);
      const elsewhere = { campaign: { id: pledge.campaign.id }, actorHash: In(mailbox), state: In([...STANDING_STATES]), id: Not(pledge.id) };
      if (await manager.existsBy(Pledge, elsewhere)) return fail({ type: 'another-pledge' });
      const own = await manager.findOne(Pledge, { where: { id: pledge.id }, lock: { mode: 'pessimistic_write' } });
      const next = own && nextPledgeState(own.state, 'confirm', 'supporter');
      if (own === null || !next?.ok) return fail({ type: 'not-found' });
      // Whoever proved the account itself has proven more than this.
      if (own.proof !== null) return ok(null);
      const now = this.clock.now();
      const counting = own.counts || own.setAsideId !== null ? {} : await this.standIn(manager, keys, pledge);
      const proven = { proof: 'email', confirmedAt: now, changedAt: now, actorHash: mailbox[0] ?? null, hostHash: null } as const;
      await manager.update(Pledge, { id: own.id }, { ...counting, ...proven, state: next.value });
      return ok(null);
    });
  }

  /**
   * A repeated pledge that is proven counts in the place of one that is not. Where the other one is proven too, it alone goes on
   * to count, and nothing tells so: a stranger must not learn who pledged. One that had to be proven first has no other.
   */
  private async standIn(manager: EntityManager, keys: Keys, pledge: OpenPledge): Promise<Partial<Pledge>> {
    if (pledge.handleHash !== null) return { counts: true };
    const hashes = handleHashes(keys, pledge.person.handle);
    const twin = { campaign: { id: pledge.campaign.id }, handleHash: In(hashes) };
    const other = await manager.findOne(Pledge, { where: twin, lock: { mode: 'pessimistic_write' } });
    if (other !== null && (other.proof !== null || other.keptAt !== null)) return {};
    if (other !== null) await manager.update(Pledge, { id: other.id }, { counts: false, handleHash: null, changedAt: this.clock.now() });
    return { counts: true, handleHash: hashes[0] ?? null };
  }
}

/** One spelling for a mailbox: without capitals, and without the tag that its owner may add (RFC 5233). */
export function mailboxOf(address: string): string {
  return address.trim().toLowerCase().replace(/\+[^@]*(?=@[^@]*$)/, '');
}
