import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CampaignProgress } from '../campaigns/campaign-progress.service.ts';
import type { Log } from '../platform/log.ts';
import { LOG } from '../platform/platform.module.ts';
import { Queue } from '../platform/queue.ts';
import { TAKE_READING_QUEUE, type TakeReading } from '../readings/reading-schedule.service.ts';
import { Readings } from '../readings/readings.service.ts';

/** Reads an account that was due; its campaigns follow, and plan the next reading whether this one succeeded or not. */
@Injectable()
export class TakeReadingJob implements OnApplicationBootstrap {
  constructor(
    private readonly queue: Queue,
    private readonly readings: Readings,
    private readonly campaigns: CampaignProgress,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queue.work<TakeReading>(TAKE_READING_QUEUE, (job) => this.run(job));
  }

  async run({ accountId }: TakeReading): Promise<void> {
    const taken = await this.readings.take(accountId);
    if (!taken.ok) this.log.info({ account: accountId, failure: taken.error.type }, 'an account could not be read');
    await this.campaigns.follow([accountId]);
  }
}
