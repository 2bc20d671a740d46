import { Column, Entity, Index, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { instant, maybeInstant } from '../platform/columns.ts';
import type { Language } from '../platform/text.ts';

/** Somebody who asked, by a mail that they answered, for a campaign's news once a week; the row goes when they have enough of it. */
@Entity('digest_reader')
@Unique('digest_reader_address', ['campaign', 'addressHash'])
@Unique('digest_reader_leave', ['leaveHash'])
@Index('digest_reader_due', ['nextAt'])
export class DigestReader {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Campaign, { nullable: false, onDelete: 'CASCADE' })
  campaign: Campaign;

  /** Keyed: one digest a week for each address. */
  @Column({ type: 'text' })
  addressHash: string;

  /** Of the token in the link that ends it. */
  @Column({ type: 'text' })
  leaveHash: string;

  /** The address and that token. */
  @Column({ type: 'text' })
  sealed: string;

  @Column({ type: 'text' })
  language: Language;

  @Column(instant)
  nextAt: Date;

  /** How often in a row the mail server did not take what was sent. */
  @Column({ type: 'integer', default: 0 })
  tries: number;

  /** Since when; null: it took the last one. */
  @Column(maybeInstant)
  failingSince: Date | null;
}
