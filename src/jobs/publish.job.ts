import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SECOND } from '../domain/durations.ts';
import { PledgesQuery } from '../pledges/pledges.query.ts';
import { Publishing } from '../posts/publishing.service.ts';
import { Ticks } from './ticks.ts';

const INTERVAL = 20 * SECOND;

/** Publishes what bots have to tell when its time has come. */
@Injectable()
export class PublishJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly publishing: Publishing,
    private readonly pledges: PledgesQuery,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.every(INTERVAL, 'publish', (_now, stop) => this.publishing.publishDue((id) => this.pledgesOf(id), stop));
  }

  private async pledgesOf(campaignId: string): Promise<number> {
    return (await this.pledges.numbers([campaignId])).get(campaignId)?.total ?? 0;
  }
}
