import { Check, Column, Entity, Index, ManyToOne, PrimaryColumn } from 'typeorm';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { instant, maybeInstant, maybeText } from '../platform/columns.ts';
import type { PostLanguage } from '../platform/text.ts';

/** A template in the campaigner's own words, for everyone to share. */
@Entity('own_post')
@Index('own_post_campaign', ['campaign', 'createdAt'])
@Check('own_post_language', `"language" IN ('fr', 'en', 'de', 'es', 'it')`)
@Check('own_post_removed', `("removed_at" IS NULL) = ("removal_reason" IS NULL)`)
export class OwnPost {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Campaign, { nullable: false, onDelete: 'CASCADE' })
  campaign: Campaign;

  @Column({ type: 'text' })
  language: PostLanguage;

  /** As it was written, with its placeholders. */
  @Column({ type: 'text' })
  text: string;

  @Column(instant)
  createdAt: Date;

  /** When a moderator took it down; null: offered. */
  @Column(maybeInstant)
  removedAt: Date | null;

  /** For the campaigner to read. */
  @Column(maybeText)
  removalReason: string | null;
}
