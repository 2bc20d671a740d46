import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HOUR, MINUTE } from '../domain/durations.ts';
import { CrowdWatch } from '../pledges/crowd-watch.service.ts';
import { Ticks } from './ticks.ts';

/** Looks whether pledges come in a way that a moderator should see. */
@Injectable()
export class WatchCrowdsJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly crowds: CrowdWatch,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.every(5 * MINUTE, 'watch-crowds', () => this.crowds.look());
    this.ticks.every(HOUR, 'forget-crowds', () => this.crowds.forgetOld());
  }
}
