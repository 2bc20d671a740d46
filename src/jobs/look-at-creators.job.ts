import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CampaignCreators } from '../campaigns/campaign-creators.service.ts';
import { HOUR } from '../domain/durations.ts';
import { Ticks } from './ticks.ts';

/** Looks whether the accounts that links to campaigns credit still allow it. */
@Injectable()
export class LookAtCreatorsJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly creators: CampaignCreators,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.every(HOUR, 'look-at-creators', (now, stop) => this.creators.lookAgain(now, stop));
  }
}
