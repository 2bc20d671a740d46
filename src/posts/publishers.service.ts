import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DataSource, IsNull, type EntityManager } from 'typeorm';
import type { Dispatcher } from 'undici';
import { mastodonPublisher } from '../networks/publishing/mastodon-publisher.ts';
import { misskeyPublisher } from '../networks/publishing/misskey-publisher.ts';
import type { BotAccount, Publisher } from '../networks/publishing/publisher.ts';
import { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { createGuardedDispatcher } from '../platform/http-dispatcher.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { KeyRing, placeOf } from '../platform/key-ring.ts';
import { CONFIG, GUARDED_HTTP } from '../platform/platform.module.ts';
import { CampaignBot, type KnownBot } from './campaign-bot.entity.ts';

/** Who publishes: a campaign's own bot, or the site's (null). */
export interface ChosenPublisher {
  readonly publisher: Publisher;
  readonly bot: CampaignBot | null;
}

type SealedBot = Pick<CampaignBot, 'id' | 'sealed'>;

/** The accounts that posts are published from, and how. */
@Injectable()
export class Publishers implements OnModuleDestroy {
  private readonly dispatcher: Dispatcher;

  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly keyRing: KeyRing,
    @Inject(GUARDED_HTTP) private readonly http: GuardedHttp,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.dispatcher = createGuardedDispatcher(config);
  }

  async onModuleDestroy(): Promise<void> {
    await this.dispatcher.destroy();
  }

  /** The campaign's own where there is one, else the site's; null: nobody publishes for this campaign. Its work ends with `until`. */
  async of(campaignId: string, until: AbortSignal): Promise<ChosenPublisher | null> {
    const bot = await this.connected(campaignId);
    const publisher = await this.again(bot, until);
    return publisher && { publisher, bot };
  }

  /** The publisher of a bot, null being the site's; null when there is none any more. */
  async again(bot: CampaignBot | null, until: AbortSignal): Promise<Publisher | null> {
    const account = await this.account(bot);
    if (account === null) return null;
    const asked = { http: this.http, now: this.clock.now(), dispatcher: this.dispatcher, until };
    return account.flow === 'mastodon' ? mastodonPublisher(account, asked) : misskeyPublisher(account, asked);
  }

  /** The bot that a campaigner connected; null: none. */
  async connected(campaignId: string, manager = this.database.manager): Promise<CampaignBot | null> {
    return manager.findOneBy(CampaignBot, { campaign: { id: campaignId }, disconnectedAt: IsNull() });
  }

  /** The account of a bot, null being the site's; null when there is none any more. */
  async account(bot: SealedBot | null, manager?: EntityManager): Promise<BotAccount | KnownBot | null> {
    return bot === null ? this.siteBot() : this.open(bot, manager);
  }

  /** By which two bots of the same account are told, as campaigns may share one; one that is no more is like no other. */
  async accountName(bot: SealedBot | null, manager: EntityManager): Promise<string> {
    return bot === null ? 'site' : ((await this.open(bot, manager))?.handle ?? bot.id);
  }

  /** Null: it was disconnected, or its key is gone. */
  async open({ id, sealed }: SealedBot, manager?: EntityManager): Promise<KnownBot | null> {
    const text = sealed && (await this.keyRing.open(placeOf('campaign_bot', 'sealed', id), sealed, manager));
    return text ? (JSON.parse(text) as KnownBot) : null;
  }

  /** Whether anybody publishes for campaigns that have no bot of their own. */
  siteBot(): BotAccount | null {
    const { bot } = this.config;
    return bot && { origin: bot.url, flow: 'mastodon', token: bot.accessToken };
  }
}
