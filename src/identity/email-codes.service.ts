import { randomInt, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThanOrEqual, MoreThan } from 'typeorm';
import { v7 as newId } from 'uuid';
import { DAY } from '../domain/durations.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { KeyRing, placeOf, stillCurrent } from '../platform/key-ring.ts';
import type { SealedTable } from '../platform/key-rotation.ts';
import { mailOf } from '../platform/letter.ts';
import { Mailer } from '../platform/mailer.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { Queue } from '../platform/queue.ts';
import { newToken, tokenHash } from '../platform/secrets.ts';
import { translator, type Language } from '../platform/text.ts';
import { EmailCode, type EmailPurpose } from './email-code.entity.ts';

/** The queue of codes to send, by the id of their row: a job holds no address. */
export const CODE_MAIL_QUEUE = 'code-mail';

const CODE_LIFE = DAY;
/** Eight digits, so that five guesses come to nothing. */
const CODE_DIGITS = 8;
const MOST_WRONG = 5;

/** Who asks for a code, and for which mailbox. */
export interface CodeRequest {
  purpose: EmailPurpose;
  /** Token of the private page that the code will be typed into. */
  asker: string;
  address: string;
  /** What the mail says that it is about. */
  about: string;
  language: Language;
}

/** Somebody who reads the mailbox of this address. */
export interface ProvenAddress {
  purpose: EmailPurpose;
  asker: string;
  address: string;
  language: Language;
}

export type CodeFailure =
  /** There is none: never asked for, used, over its time, or wrong too often. */
  | { type: 'no-code' }
  | { type: 'wrong-code'; left: number };

interface Sealed {
  address: string;
  code: string;
  asker: string;
  link: string;
  about: string;
}

/**
 * Proof of a mailbox by double opt-in: a code to type, beside a link to open. The address is sealed while the code waits, and
 * forgotten with it.
 */
@Injectable()
export class EmailCodes {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly queue: Queue,
    private readonly keyRing: KeyRing,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Sends a new code; the one that the same page asked for before, for the same purpose, is worth nothing any more. */
  async start({ purpose, asker, address, about, language }: CodeRequest): Promise<void> {
    const [id, link] = [newId(), newToken()];
    const code = String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0');
    const secrets: Sealed = { address, code, asker, link, about };
    await this.database.transaction(async (manager) => {
      const keys = await stillCurrent(manager, this.keyRing);
      await manager.delete(EmailCode, { askerHash: tokenHash(asker), purpose });
      await manager.insert(EmailCode, {
        id,
        purpose,
        askerHash: tokenHash(asker),
        linkHash: tokenHash(link),
        sealed: keys.seal(placeOf('email_code', 'sealed', id), JSON.stringify(secrets)),
        language,
        tries: 0,
        expiresAt: new Date(this.clock.now().getTime() + CODE_LIFE),
      });
      await this.queue.send(CODE_MAIL_QUEUE, { id }, { within: manager });
    });
  }

  /** Uses up the code that was sent for this page; after {@link MOST_WRONG} wrong ones it is gone. */
  async useCode(purpose: EmailPurpose, asker: string, typed: string): Promise<Result<ProvenAddress, CodeFailure>> {
    const row = await this.countTry(purpose, asker);
    const secrets = row && (await this.open(row));
    if (row === null || secrets === null) return fail({ type: 'no-code' });
    if (isSame(typed.replace(/\D/g, ''), secrets.code)) return this.use(row, secrets);
    const left = MOST_WRONG - row.tries;
    if (left === 0) await this.database.getRepository(EmailCode).delete({ id: row.id });
    return fail({ type: 'wrong-code', left });
  }

  /** What a mail's link is for; looking at it uses nothing up, since mail servers open links too. */
  async find(link: string): Promise<{ purpose: EmailPurpose; about: string } | null> {
    const row = await this.byLink(link);
    const secrets = row && (await this.open(row));
    return row && secrets && { purpose: row.purpose, about: secrets.about };
  }

  /** Uses up the code by its link. */
  async useLink(link: string): Promise<Result<ProvenAddress, CodeFailure>> {
    const row = await this.byLink(link);
    const secrets = row && (await this.open(row));
    return row === null || secrets === null ? fail({ type: 'no-code' }) : this.use(row, secrets);
  }

  /** Whoever got the mail without having asked for it has the address forgotten at once. */
  async forget(link: string): Promise<void> {
    await this.database.getRepository(EmailCode).delete({ linkHash: tokenHash(link) });
  }

  /** Forgets the addresses whose code nobody used in time. */
  async forgetOld(): Promise<void> {
    await this.database.getRepository(EmailCode).delete({ expiresAt: LessThanOrEqual(this.clock.now()) });
  }

  /** Sends the mail of a code; one that is gone already needs none. Throws when the mail server does not take it now. */
  async deliver(id: string, mailer: Mailer): Promise<void> {
    const row = await this.database.getRepository(EmailCode).findOneBy({ id });
    const secrets = row && (await this.open(row));
    if (row === null || secrets === null) return;
    const { t } = translator(row.language);
    const code = `${secrets.code.slice(0, CODE_DIGITS / 2)} ${secrets.code.slice(CODE_DIGITS / 2)}`;
    const { about } = secrets;
    const sent = await mailer.send(
      mailOf({
        to: secrets.address,
        subject: t(`mail.code_subject_${row.purpose}`, { code }),
        paragraphs: [t(`mail.code_${row.purpose}`, { about }), code, t('mail.code_or_link')],
        link: `${this.config.publicUrl}/mail/${secrets.link}`,
        closing: [t('mail.code_way_out')],
      }),
    );
    if (!sent.ok) await this.database.getRepository(EmailCode).delete({ id });
  }

  private async byLink(link: string): Promise<EmailCode | null> {
    const where = { linkHash: tokenHash(link), expiresAt: MoreThan(this.clock.now()) };
    return this.database.getRepository(EmailCode).findOneBy(where);
  }

  /** Counted before it is compared, so that guesses at the same moment are no more than guesses in a row. */
  private async countTry(purpose: EmailPurpose, asker: string): Promise<EmailCode | null> {
    const rows = await this.database
      .getRepository(EmailCode)
      .createQueryBuilder()
      .update()
      .set({ tries: () => 'tries + 1' })
      .where('asker_hash = :hash AND purpose = :purpose AND expires_at > :now AND tries < :most', {
        hash: tokenHash(asker),
        purpose,
        now: this.clock.now(),
        most: MOST_WRONG,
      })
      .returning('id')
      .execute();
    const [counted] = rows.raw as { id: string }[];
    return counted === undefined ? null : this.database.getRepository(EmailCode).findOneBy({ id: counted.id });
  }

  /** Of two who come with the same code, one is too late. */
  private async use(row: EmailCode, { asker, address }: Sealed): Promise<Result<ProvenAddress, CodeFailure>> {
    const used = await this.database.getRepository(EmailCode).delete({ id: row.id });
    const { purpose, language } = row;
    return used.affected === 1 ? ok({ purpose, asker, address, language }) : fail({ type: 'no-code' });
  }

  /** Null: its key is gone. */
  private async open({ id, sealed }: EmailCode): Promise<Sealed | null> {
    const opened = await this.keyRing.open(placeOf('email_code', 'sealed', id), sealed);
    return opened === null ? null : (JSON.parse(opened) as Sealed);
  }
}

/** For a change of keys: whoever waits for a mail is not made to ask again. */
export const SEALED_CODES: SealedTable = { name: 'email_code', column: 'sealed', hashed: [], hashesOf: () => [] };

function isSame(typed: string, code: string): boolean {
  return typed.length === code.length && timingSafeEqual(Buffer.from(typed), Buffer.from(code));
}
