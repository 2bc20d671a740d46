import { Check, Column, Entity, Index, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { Account } from '../institutions/account.entity.ts';
import { instant, maybeInstant, maybeText } from '../platform/columns.ts';
import type { Language } from '../platform/text.ts';
import { Pledge } from './pledge.entity.ts';

/** In which a supporter can be told that the account is open. */
export const TELL_WAYS = ['mail', 'feed', 'direct'] as const;
export type TellWay = (typeof TELL_WAYS)[number];

/**
 * Why a direct message came to nothing: the bot's server does not find this person or does not write to them, or it is not known
 * whether it arrived, so that it is not sent again.
 */
export const TELL_FAILURES = ['refused', 'unclear'] as const;
export type TellFailed = (typeof TELL_FAILURES)[number];

/** A supporter's wish to be told when the account opens; it goes with the pledge, by a trigger where that is erased. */
@Entity('tell_request')
@Unique('tell_request_once', ['pledge', 'way'])
@Unique('tell_request_address', ['addressHash'])
@Unique('tell_request_leave', ['leaveHash'])
@Index('tell_request_known', ['toldAt'], { where: '"sealed" IS NOT NULL' })
@Index('tell_request_unsent', ['toldAt'], { where: `"way" = 'direct' AND "sent_at" IS NULL AND "failure" IS NULL` })
@Check('tell_request_way', `"way" IN (${TELL_WAYS.map((way) => `'${way}'`).join(', ')})`)
@Check('tell_request_failure', `"failure" IN (${TELL_FAILURES.map((failure) => `'${failure}'`).join(', ')})`)
@Check('tell_request_told', `("told_at" IS NULL) = ("told_account_id" IS NULL)`)
@Check('tell_request_sealed', `("sealed" IS NULL) = ("address_hash" IS NULL)`)
export class TellRequest {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Pledge, { nullable: false, onDelete: 'CASCADE' })
  pledge: Pledge;

  @Column({ type: 'text' })
  way: TellWay;

  /** Of a mail: the address and what its link is made of; null once forgotten, and for a way that needs neither. */
  @Column(maybeText)
  sealed: string | null;

  /** Of campaign and mailbox: one mailbox is told once. */
  @Column(maybeText)
  addressHash: string | null;

  /** Of the token by which a mail program ends it; null: no mail left yet. */
  @Column(maybeText)
  leaveHash: string | null;

  @Column({ type: 'text' })
  language: Language;

  @Column(instant)
  askedAt: Date;

  /** When it was their turn; null: not yet. */
  @Column(maybeInstant)
  toldAt: Date | null;

  /** The account that they were told of. */
  @ManyToOne(() => Account, { nullable: true })
  toldAccount: Account | null;

  /** They had been told of another one before, which was the wrong one. */
  @Column({ type: 'boolean', default: false })
  corrects: boolean;

  /**
   * Of a direct message: since when the bot's server may have it; null: it was not asked, or certainly did not take it. Of a mail: when the
   * queue got it again, since the mail server had not taken it.
   */
  @Column(maybeInstant)
  handedAt: Date | null;

  /** When the mail server took the message, or the bot's. */
  @Column(maybeInstant)
  sentAt: Date | null;

  /** Of a direct message that is not sent any more. */
  @Column(maybeText)
  failure: TellFailed | null;
}
