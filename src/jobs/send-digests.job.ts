import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HOUR } from '../domain/durations.ts';
import { Mailer } from '../platform/mailer.ts';
import { Queue } from '../platform/queue.ts';
import { DIGEST_QUEUE, Digests } from '../posts/digests.service.ts';
import { Ticks } from './ticks.ts';

/** Sends a campaign's news of the week to whoever asked for it. */
@Injectable()
export class SendDigestsJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly queue: Queue,
    private readonly mailer: Mailer,
    private readonly digests: Digests,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queue.work<{ id: string }>(DIGEST_QUEUE, ({ id }) => this.digests.deliver(id, this.mailer));
    this.ticks.every(HOUR, 'send-digests', (_now, stop) => this.digests.sendDue(stop));
  }
}
