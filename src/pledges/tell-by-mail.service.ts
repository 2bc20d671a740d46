import { Injectable } from '@nestjs/common';
import { awaitsAccount } from '../domain/campaign-lifecycle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { EmailCodes, type CodeFailure, type ProvenAddress } from '../identity/email-codes.service.ts';
import type { Language } from '../platform/text.ts';
import { MailProofs, type MailProofFailure } from './mail-proofs.service.ts';
import { OpenPledges } from './open-pledges.service.ts';
import { TellRequests, type TellFailure } from './tell-requests.service.ts';

export type TellByMailFailure = MailProofFailure | TellFailure;

/** Asking to be told by mail, by an address that its owner confirms. */
@Injectable()
export class TellByMail {
  constructor(
    private readonly pledges: OpenPledges,
    private readonly requests: TellRequests,
    private readonly proofs: MailProofs,
    private readonly codes: EmailCodes,
  ) {}

  /** Sends a code to the address, which is kept once somebody who reads it says so. */
  async ask(token: string, address: string, language: Language): Promise<Result<null, TellFailure>> {
    const pledge = await this.pledges.find(token);
    if (pledge === null) return fail({ type: 'not-found' });
    if (!awaitsAccount(pledge.campaign)) return fail({ type: 'too-late' });
    await this.codes.start({ purpose: 'opening', asker: token, address, about: pledge.campaign.title, language });
    return ok(null);
  }

  /** Keeps the address whose code was typed into the page of this token. */
  async useCode(token: string, typed: string): Promise<Result<null, CodeFailure | TellByMailFailure>> {
    const proven = await this.codes.useCode('opening', token, typed);
    return proven.ok ? this.confirm(proven.value) : proven;
  }

  /** Keeps the address for the one message. It proves the pledge as well, which would be erased before most accounts open. */
  async confirm({ asker, address, language }: Omit<ProvenAddress, 'purpose'>): Promise<Result<null, TellByMailFailure>> {
    const proof = await this.proofs.confirm({ asker, address });
    if (!proof.ok) return proof;
    const pledge = await this.pledges.find(asker);
    if (pledge === null) return fail({ type: 'not-found' });
    return this.requests.keepAddress({ address, token: asker, campaignId: pledge.campaign.id }, language);
  }
}
