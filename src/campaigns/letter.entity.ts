import { Check, Column, Entity, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { instant, maybeText } from '../platform/columns.ts';
import { Campaign } from './campaign.entity.ts';
import type { LetterParts } from './letter-text.ts';

/** The letter to the institution as whoever leads a campaign keeps it. */
@Entity('letter')
@Check('letter_text', `("text" IS NULL) = ("parts" IS NULL)`)
export class Letter {
  @PrimaryColumn({ type: 'uuid' })
  campaignId: string;

  @OneToOne(() => Campaign, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'campaign_id' })
  campaign: Campaign;

  @Column({ type: 'text' })
  language: 'fr' | 'en';

  /** “Madame la Ministre”; null: the country's usual form, for anyone. */
  @Column(maybeText)
  addressee: string | null;

  /** Who signs; null: those who lead the campaign. */
  @Column(maybeText)
  signature: string | null;

  /** Their own words; null: the template's, with the numbers of the day. */
  @Column(maybeText)
  text: string | null;

  /** Of the text when it was kept: what is renewed in it as long as it is still there. */
  @Column({ type: 'jsonb', nullable: true })
  parts: LetterParts | null;

  @Column(instant)
  changedAt: Date;
}
