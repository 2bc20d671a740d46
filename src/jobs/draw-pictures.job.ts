import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
import { DAY } from '../domain/durations.ts';
import { Queue } from '../platform/queue.ts';
import { PledgesQuery } from '../pledges/pledges.query.ts';
import { Pictures, PICTURES_QUEUE, type PicturesToDraw } from '../posts/pictures.service.ts';
import { Ticks } from './ticks.ts';

/** Draws the pictures that people want as soon as what they show has changed, and forgets those that nobody wants. */
@Injectable()
export class DrawPicturesJob implements OnApplicationBootstrap {
  constructor(
    private readonly queue: Queue,
    private readonly ticks: Ticks,
    private readonly campaigns: CampaignsQuery,
    private readonly pledges: PledgesQuery,
    private readonly pictures: Pictures,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queue.work<PicturesToDraw>(PICTURES_QUEUE, ({ slug }) => this.draw(slug));
    this.ticks.every(DAY, 'forget-pictures', () => this.pictures.forget());
  }

  private async draw(slug: string): Promise<void> {
    const campaign = await this.campaigns.bySlug(slug);
    if (campaign === null) return;
    const numbers = await this.pledges.numbers([campaign.id]);
    await this.pictures.drawWanted(campaign, numbers.get(campaign.id)?.total ?? 0);
  }
}
