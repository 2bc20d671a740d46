import { Injectable } from '@nestjs/common';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import type { PostRules } from '../domain/post-length.ts';
import { Clock } from '../platform/clock.ts';
import type { PostLanguage } from '../platform/text.ts';
import { PledgesQuery } from '../pledges/pledges.query.ts';
import { PublicationDrafts } from '../posts/publication-drafts.service.ts';
import { PublicationLedger } from '../posts/publication-ledger.service.ts';
import { Publishers } from '../posts/publishers.service.ts';

/** What a bot would say now, and whether it may. */
@Injectable()
export class BotSamples {
  constructor(
    private readonly drafts: PublicationDrafts,
    private readonly pledges: PledgesQuery,
    private readonly ledger: PublicationLedger,
    private readonly publishers: Publishers,
    private readonly clock: Clock,
  ) {}

  /** The post that tells where a campaign stands, as it would be written now. */
  async of(campaign: Campaign, language: PostLanguage, rules: PostRules): Promise<string> {
    const pledges = (await this.pledges.numbers([campaign.id])).get(campaign.id)?.total ?? 0;
    return this.drafts.text(campaign, { occasion: 'gap', kind: 'gap', at: this.clock.now(), value: null }, language, rules, pledges);
  }

  async surroundings(): Promise<{ siteBot: string | null; isStopped: boolean }> {
    const site = this.publishers.siteBot();
    return { siteBot: site && new URL(site.origin).host, isStopped: (await this.ledger.pausedSince()) !== null };
  }
}
