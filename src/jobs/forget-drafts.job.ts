import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Drafts } from '../campaigns/drafts.service.ts';
import { HOUR } from '../domain/durations.ts';
import { Ticks } from './ticks.ts';

/** Forgets the drafts that nobody came back to. */
@Injectable()
export class ForgetDraftsJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly drafts: Drafts,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.every(HOUR, 'forget-drafts', () => this.drafts.forgetOld());
  }
}
