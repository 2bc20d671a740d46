import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { SECOND } from '../domain/durations.ts';
import { CampaignBot } from './campaign-bot.entity.ts';
import { Publishers } from './publishers.service.ts';

/**
 * `sealed`: its token cannot be opened any more; `refused`: its server does not take it; `no-answer`: that does not answer as it
 * should.
 */
export type BotStanding = 'works' | 'refused' | 'no-answer' | 'sealed';

/** How one bot is, without its name. */
export interface CheckedBot {
  /** Null: sealed. */
  readonly host: string | null;
  /** Whether it publishes for every campaign without a bot of its own. */
  readonly isSite: boolean;
  readonly standing: BotStanding;
}

/** Most bots of campaigns that are tried, those first that were connected last. */
const MOST = 100;
const HOSTS_AT_ONCE = 8;
const PATIENCE = 10 * SECOND;

/** Tries the accounts that posts are published from. */
@Injectable()
export class BotChecks {
  constructor(
    private readonly database: DataSource,
    private readonly publishers: Publishers,
  ) {}

  /** `untried`: how many more there are. One server after the other is asked by a lane, and of one that is silent nothing more. */
  async run(): Promise<{ bots: CheckedBot[]; untried: number }> {
    const where = { disconnectedAt: IsNull() };
    const [lent, total] = await this.database.getRepository(CampaignBot).findAndCount({ where, order: { connectedAt: 'DESC', id: 'DESC' }, take: MOST });
    const all = [...(this.publishers.siteBot() === null ? [] : [null]), ...lent];
    const homes = await Promise.all(all.map(async (bot) => ({ bot, origin: (await this.publishers.account(bot))?.origin ?? null })));
    const waiting = [...Map.groupBy(homes, ({ origin }) => origin)];
    const bots: CheckedBot[] = [];
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [origin, ofHost] = next;
        bots.push(...(await this.ofHost(origin, ofHost.map(({ bot }) => bot))));
      }
    };
    await Promise.all(Array.from({ length: HOSTS_AT_ONCE }, lane));
    return { bots, untried: total - lent.length };
  }

  private async ofHost(origin: string | null, bots: readonly (CampaignBot | null)[]): Promise<CheckedBot[]> {
    const host = origin === null ? null : new URL(origin).host;
    const checked: CheckedBot[] = [];
    for (const bot of bots) {
      const isSilent = checked.some(({ standing }) => standing === 'no-answer');
      checked.push({ host, isSite: bot === null, standing: isSilent ? 'no-answer' : await this.standingOf(bot) });
    }
    return checked;
  }

  private async standingOf(bot: CampaignBot | null): Promise<BotStanding> {
    const publisher = await this.publishers.again(bot, AbortSignal.timeout(PATIENCE));
    if (publisher === null) return 'sealed';
    const checked = await publisher.check();
    if (checked.ok) return 'works';
    return checked.error.type === 'refused' || checked.error.type === 'gone' ? 'refused' : 'no-answer';
  }
}
