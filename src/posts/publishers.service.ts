import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
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

  /** The campaign's own where there is one, else the site's; null: nobody publishes for this campaign. */
  async of(campaignId: string): Promise<ChosenPublisher | null> {
    const bot = await this.connected(campaignId);
    const publisher = await this.again(bot);
    return publisher && { publisher, bot };
  }

  /** The publisher of a bot, null being the site's; null when there is none any more. */
  async again(bot: CampaignBot | null): Promise<Publisher | null> {
    const account = bot === null ? this.siteBot() : await this.open(bot);
    if (account === null) return null;
    const asked = { http: this.http, now: this.clock.now(), dispatcher: this.dispatcher };
    return account.flow === 'mastodon' ? mastodonPublisher(account, asked) : misskeyPublisher(account, asked);
  }

  /** The bot that a campaigner connected; null: none. */
  async connected(campaignId: string): Promise<CampaignBot | null> {
    return this.database.getRepository(CampaignBot).findOneBy({ campaign: { id: campaignId }, disconnectedAt: IsNull() });
  }

  /** Null: it was disconnected, or its key is gone. */
  async open({ id, sealed }: CampaignBot): Promise<KnownBot | null> {
    const text = sealed && (await this.keyRing.open(placeOf('campaign_bot', 'sealed', id), sealed));
    return text ? (JSON.parse(text) as KnownBot) : null;
  }

  /** Whether anybody publishes for campaigns that have no bot of their own. */
  siteBot(): BotAccount | null {
    const { bot } = this.config;
    return bot && { origin: bot.url, flow: 'mastodon', token: bot.accessToken };
  }
}
