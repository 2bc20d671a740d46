import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SECOND } from '../domain/durations.ts';
import { withLastSeconds } from '../platform/last-seconds.ts';
import { OpeningDirect } from '../pledges/opening-direct.service.ts';
import { PublicationLedger } from '../posts/publication-ledger.service.ts';
import { Publishers } from '../posts/publishers.service.ts';
import { Ticks } from './ticks.ts';

/** More often than anybody's turn comes, so that none is missed. */
const INTERVAL = 20 * SECOND;
/** For all that is done for one person; less than a turn lasts (domain/wave.ts), so that no two are at it. */
const PATIENCE = 40 * SECOND;
const LAST_SECONDS = 5 * SECOND;

/** Tells by direct messages of the site's account that another one is open, unless moderators paused all bots. */
@Injectable()
export class TellDirectlyJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly publishers: Publishers,
    private readonly ledger: PublicationLedger,
    private readonly messages: OpeningDirect,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.every(INTERVAL, 'tell-directly', (_now, stop) => withLastSeconds(stop, LAST_SECONDS, (end) => this.tell(end)));
  }

  private async tell(end: AbortSignal): Promise<void> {
    if ((await this.ledger.pausedSince()) !== null) return;
    const bot = await this.publishers.again(null, AbortSignal.any([end, AbortSignal.timeout(PATIENCE)]));
    if (bot !== null) await this.messages.tellNext(bot);
  }
}
