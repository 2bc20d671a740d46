import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SECOND } from '../domain/durations.ts';
import { PledgesQuery } from '../pledges/pledges.query.ts';
import { Publishing } from '../posts/publishing.service.ts';
import { Ticks } from './ticks.ts';

const INTERVAL = 20 * SECOND;
/** How many publications are under way at once: a server that takes its time holds up one of them. */
const SIDE_BY_SIDE = 5;

/** Publishes what bots have to tell when its time has come. */
@Injectable()
export class PublishJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly publishing: Publishing,
    private readonly pledges: PledgesQuery,
  ) {}

  onApplicationBootstrap(): void {
    for (let lane = 0; lane < SIDE_BY_SIDE; lane += 1) {
      this.ticks.every(INTERVAL, 'publish', (_now, stop) => this.publishing.publishDue((id) => this.pledgesOf(id), stop));
    }
  }

  private async pledgesOf(campaignId: string): Promise<number> {
    return (await this.pledges.numbers([campaignId])).get(campaignId)?.total ?? 0;
  }
}
