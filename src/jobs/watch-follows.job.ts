import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HOUR } from '../domain/durations.ts';
import { FollowWatch } from '../pledges/follow-watch.service.ts';
import { Ticks } from './ticks.ts';

/** Looks again whether kept promises still are. */
@Injectable()
export class WatchFollowsJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly watch: FollowWatch,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.every(HOUR, 'watch-follows', (now, stop) => this.watch.lookAgain(now, stop));
  }
}
