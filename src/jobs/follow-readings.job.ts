import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CampaignProgress } from '../campaigns/campaign-progress.service.ts';
import { Queue } from '../platform/queue.ts';
import { READINGS_CHANGED_QUEUE, type ReadingsChanged } from '../readings/reading-writer.service.ts';

/** Following twice changes nothing. */
const TOGETHER = 10;

/** Brings campaigns up to date with what was read, and with what was not: both decide when it is read again. */
@Injectable()
export class FollowReadingsJob implements OnApplicationBootstrap {
  constructor(
    private readonly queue: Queue,
    private readonly campaigns: CampaignProgress,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const follow = ({ accountIds }: ReadingsChanged): Promise<void> => this.campaigns.follow(accountIds);
    await this.queue.work<ReadingsChanged>(READINGS_CHANGED_QUEUE, follow, TOGETHER);
  }
}
