import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ReadingSchedule } from '../readings/reading-schedule.service.ts';
import { Ticks } from './ticks.ts';

const INTERVAL = 15_000;
/** A transaction that claims more would hold its accounts for long. */
const BATCH = 50;

/** Sends the accounts that are due to the queue. */
@Injectable()
export class TakeDueReadingsJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly schedule: ReadingSchedule,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.every(INTERVAL, 'take-due-readings', (now) => this.run(now));
  }

  async run(now: Date): Promise<void> {
    while ((await this.schedule.claimDue(now, BATCH)) === BATCH);
  }
}
