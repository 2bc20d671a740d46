import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { MILESTONES_QUEUE, type MilestonesChanged } from '../campaigns/campaign-progress.service.ts';
import { WebhookDeliveries } from '../campaigns/webhook-deliveries.service.ts';
import { WEBHOOK_QUEUE, Webhooks } from '../campaigns/webhooks.service.ts';
import { MINUTE } from '../domain/durations.ts';
import { Queue } from '../platform/queue.ts';
import { Publications } from '../posts/publications.service.ts';
import { Ticks } from './ticks.ts';

/** Has bots and webhooks tell what happened, and delivers what webhooks are told. */
@Injectable()
export class AnnounceMilestonesJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly queue: Queue,
    private readonly publications: Publications,
    private readonly webhooks: Webhooks,
    private readonly deliveries: WebhookDeliveries,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queue.work<MilestonesChanged>(MILESTONES_QUEUE, ({ campaignId }) => this.announce(campaignId));
    await this.queue.work<{ id: string }>(WEBHOOK_QUEUE, ({ id }) => this.deliveries.deliver(id));
    this.ticks.every(5 * MINUTE, 'mend-webhooks', () => this.deliveries.handOverAgain());
  }

  private async announce(campaignId: string): Promise<void> {
    await this.publications.plan(campaignId);
    await this.webhooks.plan(campaignId);
  }
}
