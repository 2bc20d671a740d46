import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HOUR } from '../domain/durations.ts';
import { PledgeUpkeep } from '../pledges/pledge-upkeep.service.ts';
import { Ticks } from './ticks.ts';

/** Forgets the pledges that nobody proved in time. */
@Injectable()
export class ExpirePledgesJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly upkeep: PledgeUpkeep,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.every(HOUR, 'expire-pledges', () => this.upkeep.expire());
  }
}
