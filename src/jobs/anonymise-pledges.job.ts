import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HOUR } from '../domain/durations.ts';
import { PledgeAnonymising } from '../pledges/pledge-anonymising.service.ts';
import { Ticks } from './ticks.ts';

/** Forgets who pledged to campaigns that have been over for long. */
@Injectable()
export class AnonymisePledgesJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly anonymising: PledgeAnonymising,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.every(HOUR, 'anonymise-pledges', (now, stop) => this.anonymising.anonymise(now, stop));
  }
}
