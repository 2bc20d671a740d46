import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as newId } from 'uuid';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
import { HOUR } from '../domain/durations.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { AddressKeys } from '../platform/address-keys.ts';
import { Throttle, type TooMany } from '../platform/throttle.ts';
import { Clock } from '../platform/clock.ts';
import { Report, type ReportKind } from './report.entity.ts';

export interface NewReport {
  kind: ReportKind;
  text: string;
  /** How to answer, if the person wishes. */
  contact: string | null;
}

/** Hearing objections to a campaign, and the institution's own answer. */
@Injectable()
export class Reports {
  private readonly addressKeys = new AddressKeys();
  private readonly triesByAddress = new Throttle({ tries: 5, milliseconds: HOUR });

  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly campaigns: CampaignsQuery,
  ) {}

  /** Puts a report on a public campaign into the queue. `address` is the network address of who asks, kept nowhere. */
  async report(slug: string, report: NewReport, address: string): Promise<Result<{ id: string }, { type: 'not-found' } | TooMany>> {
    const campaign = await this.campaigns.bySlug(slug);
    if (campaign === null) return fail({ type: 'not-found' });
    const now = this.clock.now();
    const taken = await this.triesByAddress.take(this.addressKeys.keyOf(address, now), now);
    if (!taken.ok) return taken;
    const id = newId();
    await this.database.getRepository(Report).insert({ id, campaign, ...report, state: 'open', createdAt: now });
    return ok({ id });
  }
}
