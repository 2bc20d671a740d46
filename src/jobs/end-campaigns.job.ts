import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CampaignProgress } from '../campaigns/campaign-progress.service.ts';
import { MINUTE } from '../domain/durations.ts';
import { Ticks } from './ticks.ts';

/** Ends the campaigns whose deadline has passed. */
@Injectable()
export class EndCampaignsJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly campaigns: CampaignProgress,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.every(MINUTE, 'end-campaigns', () => this.campaigns.endDue());
  }
}
