import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PledgeCounting } from '../pledges/pledge-counting.service.ts';
import { Ticks } from './ticks.ts';

const INTERVAL = 3_000;

/** Counts pledges often enough for a page that is at most ten seconds old. */
@Injectable()
export class CountPledgesJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly counting: PledgeCounting,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.every(INTERVAL, 'count-pledges', () => this.counting.count());
  }
}
