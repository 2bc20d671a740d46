import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PledgeReleasing } from '../pledges/pledge-releasing.service.ts';
import { Ticks } from './ticks.ts';

/** With the count before it, which is as often, within ten seconds. */
const INTERVAL = 3_000;

/** Releases the pledges that waited for others, once enough have promised. */
@Injectable()
export class ReleasePledgesJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly releasing: PledgeReleasing,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.every(INTERVAL, 'release-pledges', (_now, stop) => this.releasing.release(stop));
  }
}
