import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { StandingReadings } from '../campaigns/standing-readings.query.ts';
import { HOUR } from '../domain/durations.ts';
import { Thinning } from '../readings/thinning.service.ts';
import { Ticks } from './ticks.ts';

/** Keeps of old readings one for each day. */
@Injectable()
export class ThinReadingsJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly thinning: Thinning,
    private readonly standing: StandingReadings,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.every(HOUR, 'thin-readings', (now, stop) =>
      this.thinning.thin(now, (manager, accountIds) => this.standing.of(manager, accountIds), stop),
    );
  }
}
