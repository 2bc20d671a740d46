import { Check, Column, Entity, Index, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { Campaign } from '../campaigns/campaign.entity.ts';
import type { OccasionKind } from '../domain/publishing-rules.ts';
import { count, instant, maybeInstant, maybeText } from '../platform/columns.ts';
import { CampaignBot } from './campaign-bot.entity.ts';

/**
 * `sending`: handed to the server, which has not said yet what became of it. `unclear`: it never said, and only a person can
 * look.
 */
export type PublicationState = 'planned' | 'sending' | 'sent' | 'skipped' | 'failed' | 'unclear';

/** The ledger of what bots published: one row for each occasion of a campaign, whatever becomes of it. */
@Entity('publication')
@Unique('publication_once', ['campaign', 'occasion'])
@Index('publication_due', ['dueAt'], { where: `"state" IN ('planned', 'sending') OR "kind" = 'gap'` })
@Check('publication_state', `"state" IN ('planned', 'sending', 'sent', 'skipped', 'failed', 'unclear')`)
export class Publication {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Campaign, { nullable: false, onDelete: 'CASCADE' })
  campaign: Campaign;

  /** From which bot it went out, or may have; null: from the site's, or from none yet. */
  @ManyToOne(() => CampaignBot, { nullable: true, onDelete: 'SET NULL' })
  bot: CampaignBot | null;

  /** As domain/publishing-rules.ts names it; also the fragment of the link in the post, by which it is found again. */
  @Column({ type: 'text' })
  occasion: string;

  @Column({ type: 'text' })
  kind: OccasionKind;

  /** When it happened. */
  @Column(instant)
  at: Date;

  /** As in a milestone. */
  @Column({ ...count, nullable: true })
  value: number | null;

  @Column({ type: 'text' })
  state: PublicationState;

  /** A word for why it was skipped, failed or has to wait; null: nothing is wrong. */
  @Column(maybeText)
  reason: string | null;

  /** When it is to be looked at next. */
  @Column(instant)
  dueAt: Date;

  /** Those that came to nothing. */
  @Column({ type: 'integer' })
  attempts: number;

  /** Of whoever is at work on it; another one may begin when that was long ago. */
  @Column({ type: 'uuid', nullable: true })
  claim: string | null;

  @Column(maybeInstant)
  claimedAt: Date | null;

  /** Idempotency-Key; a new one when a person wants it sent again. */
  @Column({ type: 'uuid' })
  key: string;

  /** When the server was first asked to publish it under this key: from then on it may exist. */
  @Column(maybeInstant)
  askedAt: Date | null;

  /** What was or would have been sent. */
  @Column(maybeText)
  text: string | null;

  /** The picture on its server, once it is there. */
  @Column(maybeText)
  pictureId: string | null;

  /** A word for why it goes without a picture; null: it does not. */
  @Column(maybeText)
  withoutPicture: string | null;

  @Column(maybeText)
  remoteId: string | null;

  @Column(maybeText)
  remoteUrl: string | null;

  @Column(maybeInstant)
  sentAt: Date | null;

  /** When a post that was out already was changed last. */
  @Column(maybeInstant)
  editedAt: Date | null;
}
