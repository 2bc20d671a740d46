import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CampaignProgress } from '../campaigns/campaign-progress.service.ts';
import { Queue } from '../platform/queue.ts';
import { Pictures, PICTURES_QUEUE } from '../posts/pictures.service.ts';
import { READINGS_CHANGED_QUEUE, type ReadingsChanged } from '../readings/reading-writer.service.ts';
import { SpikeWatch } from '../readings/spike-watch.service.ts';

/** Following twice changes nothing. */
const TOGETHER = 10;

/** Brings campaigns up to date with what was read, and with what was not: both decide when it is read again. Flags what is unusual, and has pictures drawn. */
@Injectable()
export class FollowReadingsJob implements OnApplicationBootstrap {
  constructor(
    private readonly queue: Queue,
    private readonly campaigns: CampaignProgress,
    private readonly spikes: SpikeWatch,
    private readonly pictures: Pictures,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queue.work<ReadingsChanged>(READINGS_CHANGED_QUEUE, ({ accountIds }) => this.follow(accountIds), TOGETHER);
  }

  private async follow(accountIds: readonly string[]): Promise<void> {
    await this.campaigns.follow(accountIds);
    await this.spikes.look(accountIds);
    for (const slug of await this.pictures.wantedOf(accountIds)) await this.queue.send(PICTURES_QUEUE, { slug }, { key: slug });
  }
}
