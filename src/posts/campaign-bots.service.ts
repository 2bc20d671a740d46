import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { v7 as newId } from 'uuid';
import { handleText } from '../domain/handle.ts';
import { ServerReturns } from '../identity/server-returns.service.ts';
import type { SignedInPerson } from '../identity/signed-in-person.ts';
import { Clock } from '../platform/clock.ts';
import { KeyRing, placeOf, stillCurrent } from '../platform/key-ring.ts';
import { CampaignBot, type KnownBot } from './campaign-bot.entity.ts';
import { Publishers } from './publishers.service.ts';

/** The accounts that campaigners lend their campaigns to publish from. */
@Injectable()
export class CampaignBots {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly keyRing: KeyRing,
    private readonly publishers: Publishers,
    private readonly returns: ServerReturns,
  ) {}

  /** The bot of a campaign; null: it has none of its own. */
  async of(campaignId: string): Promise<KnownBot | null> {
    const bot = await this.publishers.connected(campaignId);
    return bot && this.publishers.open(bot);
  }

  /** Forgets the bot and gives its token back; false where its server could not be told, or knows no way to (Misskey). */
  async disconnect(campaignId: string): Promise<boolean> {
    const bot = await this.publishers.connected(campaignId);
    if (bot === null) return true;
    const known = await this.publishers.open(bot);
    await this.database.getRepository(CampaignBot).update({ id: bot.id }, { sealed: null, disconnectedAt: this.clock.now() });
    return known !== null && known.flow === 'mastodon' && this.returns.revoke({ ...known, use: 'bots' });
  }

  /** Keeps the account of somebody who came back from its server, in the place of the one before. */
  async keep(campaignId: string, person: SignedInPerson): Promise<void> {
    await this.disconnect(campaignId);
    const id = newId();
    await this.database.transaction(async (manager) => {
      const keys = await stillCurrent(manager, this.keyRing);
      const { origin, flow, token } = await person.keepToken(manager);
      if (flow === 'bluesky') throw new Error('A bot came back from Bluesky, where none is sent to.');
      const known: KnownBot = { origin, flow, token, handle: handleText(person.identity.handle) };
      const sealed = keys.seal(placeOf('campaign_bot', 'sealed', id), JSON.stringify(known));
      const campaign = { id: campaignId };
      // Of two that are connected at once, the later one stays.
      await manager.update(CampaignBot, { campaign, disconnectedAt: IsNull() }, { sealed: null, disconnectedAt: this.clock.now() });
      await manager.insert(CampaignBot, { id, campaign, sealed, connectedAt: this.clock.now(), disconnectedAt: null });
    });
  }
}
