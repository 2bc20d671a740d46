import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { MAIL_QUEUE } from '../campaigns/campaign-mail.service.ts';
import { Mailer, type Mail } from '../platform/mailer.ts';
import { Queue } from '../platform/queue.ts';

/** Hands mails over to the mail server; one that it does not take now is tried again later. */
@Injectable()
export class SendMailJob implements OnApplicationBootstrap {
  constructor(
    private readonly queue: Queue,
    private readonly mailer: Mailer,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queue.work<Mail>(MAIL_QUEUE, async (mail) => {
      // Where there is no mailbox, the job is done: its private link can be asked for again, at an address that is right.
      await this.mailer.send(mail);
    });
  }
}
