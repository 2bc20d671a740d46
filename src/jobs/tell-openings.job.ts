import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HOUR, MINUTE } from '../domain/durations.ts';
import { Mailer } from '../platform/mailer.ts';
import { Queue } from '../platform/queue.ts';
import { OpeningMail } from '../pledges/opening-mail.service.ts';
import { OPENING_MAIL_QUEUE, Waves } from '../pledges/waves.service.ts';
import { Ticks } from './ticks.ts';

/** Tells those who asked that an account is open, batch after batch, and forgets their addresses. */
@Injectable()
export class TellOpeningsJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly queue: Queue,
    private readonly mailer: Mailer,
    private readonly waves: Waves,
    private readonly mails: OpeningMail,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queue.work<{ id: string }>(OPENING_MAIL_QUEUE, ({ id }) => this.mails.deliver(id, this.mailer));
    this.ticks.every(MINUTE, 'tell-openings', (now, stop) => this.waves.tellDue(now, stop));
    this.ticks.every(HOUR, 'mend-openings', () => this.mend());
  }

  private async mend(): Promise<void> {
    await this.waves.unfinish();
    await this.mails.handOverAgain();
    await this.mails.forgetTold();
  }
}
