import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { withoutCount } from '../campaigns/current-count.ts';
import { startOfDay } from '../campaigns/local-day.ts';
import { CampaignStandings, type Score } from '../campaigns/campaign-standing.query.ts';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
import { Timelines } from '../campaigns/timelines.query.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { publicState } from '../domain/campaign-lifecycle.ts';
import { SECOND } from '../domain/durations.ts';
import { POST_RULES } from '../domain/post-length.ts';
import type { Account } from '../institutions/account.entity.ts';
import { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { CONFIG } from '../platform/platform.module.ts';
import type { Language } from '../platform/text.ts';
import { PledgeMovement } from '../pledges/pledge-movement.query.ts';
import { NO_PLEDGES, PledgesQuery, type PledgeNumbers } from '../pledges/pledges.query.ts';
import { cardPath } from '../posts/card-path.ts';
import { postFacts, type PostSource } from '../posts/post-facts.ts';
import { composePost, type PostFacts } from '../posts/posts.ts';
import type { LatestReading } from '../readings/readings.query.ts';
import { accountFacts } from './account-facts.ts';
import type { AccountFacts, CampaignFacts, PageState } from './campaign-facts.ts';
import { OutgoingLinks } from './outgoing-links.service.ts';

export interface ShortFacts {
  /** Of one language. */
  shareText: string;
  pledges: PledgeNumbers;
}

/** Less than a public page may be old. */
const SHORT_FACTS_KEPT = 3 * SECOND;

/** Gathers what a campaign's page shows: one query per feature. */
@Injectable()
export class CampaignFactsService {
  private readonly short: LRUCache<string, Promise<ShortFacts>>;

  constructor(
    private readonly campaigns: CampaignsQuery,
    private readonly timelines: Timelines,
    private readonly standings: CampaignStandings,
    private readonly pledges: PledgesQuery,
    private readonly movement: PledgeMovement,
    private readonly outgoing: OutgoingLinks,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.short = new LRUCache({ max: 500, ttl: SHORT_FACTS_KEPT, perf: { now: () => clock.now().getTime() } });
  }

  /** The facts of a campaign that came with its institution and accounts. */
  async of(campaign: Campaign, language: Language, state: PageState = publicState(campaign)): Promise<CampaignFacts> {
    const now = this.clock.now();
    const [standing, timeline, numbers, names, today, creator, wave] = await Promise.all([
      this.standings.of(campaign),
      this.timelines.whole(campaign),
      this.pledges.numbers([campaign.id]),
      this.pledges.names(campaign.id),
      this.movement.newcomers(campaign.id, startOfDay(campaign.timeZone, now)),
      this.campaigns.creator(campaign.id, now),
      campaign.dareKind === 'open' ? this.pledges.wave(campaign.id) : null,
    ]);
    const { latest, series, withdrawn, notes, total, gap, forecast } = standing;
    const facts: CampaignFacts = {
      campaign: { ...campaign, dare: campaign.dare, state },
      institution: campaign.institution,
      accounts: this.accountsOf(campaign, latest),
      series,
      withdrawn,
      notes,
      total,
      gap,
      forecast,
      ...timeline,
      creator,
      pledges: { ...(numbers.get(campaign.id) ?? NO_PLEDGES), names, today, wave },
      shareText: null,
      cardPath: null,
      now,
    };
    return {
      ...facts,
      shareText: this.shareWords(facts, language),
      cardPath: cardPath(campaign.slug, {
        language,
        title: campaign.title,
        state,
        dare: campaign.dare,
        latest,
        without: withoutCount(campaign),
        pledges: facts.pledges.total,
      }),
    };
  }

  /**
   * The text to pass a campaign on and the numbers of pledges, for pages that show no more. Thousands come to those within
   * minutes: they are gathered once in a few seconds for all of them.
   */
  async inShort(campaign: Campaign, language: Language): Promise<ShortFacts> {
    const key = `${campaign.id} ${language} ${campaign.state}`;
    const known = this.short.get(key);
    if (known !== undefined) return known;
    const gathered = this.gatherShort(campaign, language);
    this.short.set(key, gathered);
    gathered.catch(() => this.short.delete(key));
    return gathered;
  }

  private async gatherShort(campaign: Campaign, language: Language): Promise<ShortFacts> {
    const [scores, timeline, numbers] = await Promise.all([
      this.standings.scores([campaign]),
      this.timelines.whole(campaign),
      this.pledges.numbers([campaign.id]),
    ]);
    const told = { ...campaign, dare: campaign.dare, state: publicState(campaign) };
    const accounts = this.accountsOf(campaign, scores[0]?.latest ?? NO_READINGS);
    const pledges = numbers.get(campaign.id) ?? NO_PLEDGES;
    const facts = { campaign: told, institution: campaign.institution, accounts, pledges: { ...pledges, names: [], today: 0, wave: null }, ...timeline, now: this.clock.now() };
    return { shareText: this.shareWords(facts, language), pledges };
  }

  /** What posts about the campaign are made of. */
  postFacts(facts: PostSource): PostFacts {
    return postFacts(facts, this.config.publicUrl);
  }

  private shareWords(facts: PostSource, language: Language): string {
    return composePost(this.postFacts(facts), { tone: 'factual', language, mention: false }, POST_RULES.mastodon);
  }

  private accountsOf(campaign: Campaign, latest: Score['latest']): CampaignFacts['accounts'] {
    return {
      fediverse: this.accountFacts(campaign, campaign.fediverseAccount, latest.fediverse),
      x: this.accountFacts(campaign, campaign.xAccount, latest.x),
    };
  }

  private accountFacts(campaign: Campaign, account: Account | null, latest: LatestReading | null): AccountFacts | null {
    return account && accountFacts(account, latest, campaign, (address) => this.outgoing.open(address));
  }
}

const NO_READINGS = { fediverse: null, x: null };
