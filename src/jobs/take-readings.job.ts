import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CampaignProgress } from '../campaigns/campaign-progress.service.ts';
import { SECOND } from '../domain/durations.ts';
import { ReadingRounds } from '../readings/reading-rounds.service.ts';
import { Ticks } from './ticks.ts';

/** Reads the accounts that are due. */
@Injectable()
export class TakeReadingsJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly campaigns: CampaignProgress,
    private readonly rounds: ReadingRounds,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.campaigns.planUnplanned();
    this.ticks.every(2 * SECOND, 'take-readings', (_, stop) => this.rounds.round(stop));
  }
}
