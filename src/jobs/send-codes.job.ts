import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HOUR, MINUTE } from '../domain/durations.ts';
import { CODE_MAIL_QUEUE, EmailCodes } from '../identity/email-codes.service.ts';
import { REMINDER_QUEUE, Reminders } from '../identity/reminders.service.ts';
import { Mailer } from '../platform/mailer.ts';
import { Queue } from '../platform/queue.ts';
import { Ticks } from './ticks.ts';

/** Sends codes and reminders to addresses that only their row knows, and forgets those that nobody confirmed. */
@Injectable()
export class SendCodesJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly queue: Queue,
    private readonly mailer: Mailer,
    private readonly codes: EmailCodes,
    private readonly reminders: Reminders,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queue.work<{ id: string }>(CODE_MAIL_QUEUE, ({ id }) => this.codes.deliver(id, this.mailer));
    await this.queue.work<{ id: string }>(REMINDER_QUEUE, ({ id }) => this.reminders.deliver(id, this.mailer));
    this.ticks.every(10 * MINUTE, 'forget-codes', () => this.codes.forgetOld());
    this.ticks.every(HOUR, 'send-reminders', () => this.reminders.sendDue());
  }
}
