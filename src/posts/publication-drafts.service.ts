import { Inject, Injectable } from '@nestjs/common';
import { CampaignStandings } from '../campaigns/campaign-standing.query.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { currentCount } from '../campaigns/current-count.ts';
import { Timelines } from '../campaigns/timelines.query.ts';
import { publicState } from '../domain/campaign-lifecycle.ts';
import { postLength, type PostRules } from '../domain/post-length.ts';
import { momentsOf } from '../domain/post-moments.ts';
import { isOfLetter } from '../domain/publishing-rules.ts';
import { presentAccount } from '../institutions/present-account.ts';
import { network } from '../networks/networks.ts';
import { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { translator, type PostLanguage } from '../platform/text.ts';
import { milestoneValue, milestoneWords } from './milestone-words.ts';
import { postFacts, type PostSource } from './post-facts.ts';
import { composePost, type PostFacts } from './posts.ts';
import type { Publication } from './publication.entity.ts';

/** What a post is about. */
export type Occasion = Pick<Publication, 'occasion' | 'kind' | 'at' | 'value'>;

/** What came back of a letter; the words for that send people to the page where it can be read. */
const ANSWERS: readonly Occasion['kind'][] = ['letter-answered', 'letter-agreed', 'letter-refused'];

/** Writes what a bot publishes. */
@Injectable()
export class PublicationDrafts {
  constructor(
    private readonly standings: CampaignStandings,
    private readonly timelines: Timelines,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The link of a post, which no other post has: by it, a post is found again. */
  linkOf({ slug }: Pick<Campaign, 'slug'>, { occasion }: Pick<Occasion, 'occasion'>): string {
    return `${this.config.publicUrl}/c/${slug}#${occasion}`;
  }

  /** What happened, then where the campaign stands now; it mentions nobody. `pledges`: how many promised to follow. */
  async text(campaign: Campaign, about: Occasion, language: PostLanguage, rules: PostRules, pledges: number): Promise<string> {
    const facts = { ...(await this.facts(campaign, pledges)), url: this.linkOf(campaign, about) };
    const beginning = beginningOf(campaign, about, language);
    const room = { ...rules, limit: rules.limit - postLength(beginning, rules).length };
    // One wording for all days: a text that only reads differently is not worth an edit.
    const moment = ANSWERS.includes(about.kind) ? 'answered' : standingMoment(facts);
    const wishes = { tone: 'factual', language, mention: false, moment, wording: 0 } as const;
    return beginning + composePost(facts, wishes, room);
  }

  private async facts(campaign: Campaign, pledges: number): Promise<PostFacts> {
    const [standing, timeline] = await Promise.all([this.standings.of(campaign), this.timelines.whole(campaign)]);
    const { fediverseAccount, xAccount, institution } = campaign;
    const { fediverse, x } = standing.latest;
    const source: PostSource = {
      campaign: { ...campaign, dare: campaign.dare, state: publicState(campaign) },
      institution,
      accounts: {
        fediverse: fediverseAccount && {
          networkName: network(fediverseAccount.network).name,
          handle: presentAccount(fediverseAccount).handle,
          count: currentCount(campaign, fediverseAccount, fediverse),
        },
        x: { count: currentCount(campaign, xAccount, x) },
      },
      pledges: { total: pledges },
      ...timeline,
      now: this.clock.now(),
    };
    return postFacts(source, this.config.publicUrl);
  }
}

/** What was new is told before: then how far it is, where that can be said. */
function standingMoment(facts: PostFacts): ReturnType<typeof momentsOf>[number] {
  const moments = momentsOf(facts);
  return moments.find((moment) => moment === 'progress') ?? moments[0];
}

/** Victory, an answer and the standing speak for themselves. */
function beginningOf({ dare }: Campaign, { kind, at, value }: Occasion, language: PostLanguage): string {
  if (kind === 'gap' || kind === 'crossed' || kind === 'letter-answered') return '';
  const text = translator(language);
  const number = kind === 'launched' || isOfLetter(kind) ? null : milestoneValue(dare, { kind, at, value }, text);
  return `${[milestoneWords(dare, kind, text), ...(number === null ? [] : [number])].join(' · ')}\n\n`;
}
