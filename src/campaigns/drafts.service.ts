import { Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { v7 as newId } from 'uuid';
import { DAY } from '../domain/durations.ts';
import type { FoundAccount } from '../institutions/account-finder.service.ts';
import { Clock } from '../platform/clock.ts';
import { newToken, tokenHash } from '../platform/secrets.ts';
import type { Campaign } from './campaign.entity.ts';
import { Draft } from './draft.entity.ts';

/** Campaigners have a week to come back to a draft. */
const KEPT_DAYS = 7;

/** What the networks told about the accounts of a draft; null: none was named. */
export interface FoundAccounts {
  fediverse: FoundAccount | null;
  x: FoundAccount | null;
}

/** Campaigns being written, kept exactly as typed behind a private link. */
@Injectable()
export class Drafts {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Starts a draft, of a new campaign or to amend one; returns the token of its link. */
  async start(fields: Record<string, string>, amended: Campaign | null = null): Promise<string> {
    const token = newToken();
    const now = this.clock.now();
    await this.database.getRepository(Draft).insert({
      id: newId(),
      tokenHash: tokenHash(token),
      campaign: amended,
      fields,
      found: {},
      createdAt: now,
      changedAt: now,
    });
    return token;
  }

  async find(token: string): Promise<Draft | null> {
    return this.database.getRepository(Draft).findOne({
      where: { tokenHash: tokenHash(token) },
      relations: { campaign: true },
    });
  }

  /** Adds what was typed to what is kept. */
  async save(draft: Draft, fields: Record<string, string>, found?: Partial<FoundAccounts>): Promise<void> {
    draft.fields = { ...draft.fields, ...fields };
    draft.found = { ...draft.found, ...found };
    draft.changedAt = this.clock.now();
    await this.database.getRepository(Draft).save(draft);
  }

  async forgetOld(): Promise<void> {
    const oldest = new Date(this.clock.now().getTime() - KEPT_DAYS * DAY);
    await this.database.getRepository(Draft).delete({ changedAt: LessThan(oldest) });
  }
}
