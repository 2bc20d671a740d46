import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In, LessThanOrEqual, MoreThan } from 'typeorm';
import { v7 as newId } from 'uuid';
import { DAY } from '../domain/durations.ts';
import { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { KeyRing, placeOf } from '../platform/key-ring.ts';
import type { SealedTable } from '../platform/key-rotation.ts';
import { mailOf } from '../platform/letter.ts';
import { Mailer } from '../platform/mailer.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { Queue } from '../platform/queue.ts';
import { translator, type Language } from '../platform/text.ts';
import { Reminder } from './reminder.entity.ts';

/** The queue of reminders to send, by the id of their row: a job holds no address. */
export const REMINDER_QUEUE = 'reminder';

/** Time enough to open an account, and not yet to forget why. */
const REMIND_AFTER = 3 * DAY;
/** A mail that could not be sent for so long is not sent any more. */
const GIVE_UP_AFTER = 2 * DAY;
const AT_ONCE = 500;
const HASHED_FOR = 'reminder.address';

/** One mail to whoever is not on the fediverse yet, who asked for it and confirmed it; then they are forgotten. */
@Injectable()
export class Reminders {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly queue: Queue,
    private readonly keyRing: KeyRing,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Asking again moves the one mail further away. */
  async plan(address: string, language: Language): Promise<void> {
    const id = newId();
    const keys = await this.keyRing.keys();
    const dueAt = new Date(this.clock.now().getTime() + REMIND_AFTER);
    const [addressHash, ...before] = keys.hashes(HASHED_FOR, address.toLowerCase());
    await this.database.transaction(async (manager) => {
      await manager.delete(Reminder, { addressHash: In([addressHash, ...before]) });
      const sealed = keys.seal(placeOf('reminder', 'sealed', id), address);
      await manager.createQueryBuilder().insert().into(Reminder).values({ id, addressHash: addressHash ?? '', sealed, language, dueAt }).orIgnore().execute();
    });
  }

  /** Hands over those whose day has come, and forgets those that could not be sent for two days. */
  async sendDue(): Promise<void> {
    const now = this.clock.now().getTime();
    const reminders = this.database.getRepository(Reminder);
    await reminders.delete({ dueAt: LessThanOrEqual(new Date(now - GIVE_UP_AFTER)) });
    const dueAt = LessThanOrEqual(new Date(now));
    await this.queue.sendEach(REMINDER_QUEUE, (id) =>
      reminders.find({ select: { id: true }, where: { dueAt, id: MoreThan(id) }, order: { id: 'ASC' }, take: AT_ONCE }),
    );
  }

  /** Sends one and forgets its address, whether there is a mailbox or not. Throws when the mail server does not take it now. */
  async deliver(id: string, mailer: Mailer): Promise<void> {
    const reminders = this.database.getRepository(Reminder);
    const row = await reminders.findOneBy({ id });
    if (row === null) return;
    const to = await this.keyRing.open(placeOf('reminder', 'sealed', id), row.sealed);
    const { t } = translator(row.language);
    if (to !== null) {
      const paragraphs = [t('mail.reminder')];
      const link = `${this.config.publicUrl}/campaigns?lang=${row.language}`;
      await mailer.send(mailOf({ to, subject: t('mail.reminder_subject'), paragraphs, link, closing: [t('mail.reminder_way_out')] }));
    }
    await reminders.delete({ id });
  }
}

/** For whoever changes the site's keys. */
export const SEALED_REMINDERS: SealedTable = {
  name: 'reminder',
  column: 'sealed',
  hashed: ['address_hash'],
  hashesOf: (keys, opened) => [keys.hash(HASHED_FOR, opened.toLowerCase())],
};
