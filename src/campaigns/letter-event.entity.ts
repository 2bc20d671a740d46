import { Check, Column, Entity, Index, ManyToOne, PrimaryColumn } from 'typeorm';
import type { LetterStanding, LetterStep, LetterWay } from '../domain/correspondence.ts';
import { instant, maybeInstant, maybeText } from '../platform/columns.ts';
import { Campaign } from './campaign.entity.ts';

/**
 * Something that happened to the letter. Append-only but for its standing and since when that is known: a correction is a new row
 * that replaces exactly one, and one with the step `withdrawn` says that it did not happen.
 */
@Entity('letter_event')
@Index('letter_event_of', ['campaign', 'day'])
@Index('letter_event_replaces', ['replacesId'], { unique: true, where: '"replaces_id" IS NOT NULL' })
@Index('letter_event_waiting', ['createdAt'], { where: `"standing" = 'reported' AND "step" NOT IN ('sent', 'withdrawn')` })
@Check('letter_event_step', `"step" IN ('sent', 'acknowledged', 'answered', 'agreed', 'refused', 'withdrawn')`)
@Check('letter_event_way', `("way" IS NULL OR "way" IN ('email', 'post', 'form', 'hand')) AND ("step" = 'sent') = ("way" IS NOT NULL)`)
@Check('letter_event_standing', `"standing" IN ('reported', 'confirmed', 'hidden', 'broken')`)
@Check(
  'letter_event_known',
  `"known_since" IS NOT NULL OR "step" = 'withdrawn' OR "standing" = 'hidden' OR ("standing" = 'reported' AND "step" <> 'sent')`,
)
@Check('letter_event_recorder', `"recorder" IN ('campaigner', 'moderator')`)
export class LetterEvent {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Campaign, { nullable: false })
  campaign: Campaign;

  @Column({ type: 'text' })
  step: LetterStep | 'withdrawn';

  /** On the campaign's calendar, `yyyy-mm-dd`. */
  @Column({ type: 'date' })
  day: string;

  /** The day that was written down before any correction: links and posts call it by that. */
  @Column({ type: 'date' })
  firstDay: string;

  /** How it was sent; null for all that came back. */
  @Column(maybeText)
  way: LetterWay | null;

  /** What came back, for the public, once a moderator has confirmed it. */
  @Column(maybeText)
  summary: string | null;

  /** Where it can be read. */
  @Column(maybeText)
  link: string | null;

  @Column({ type: 'text' })
  standing: LetterStanding;

  /** Since when the public is told: that a letter was sent, what a moderator confirmed, or that it was broken. Null: it is not. */
  @Column(maybeInstant)
  knownSince: Date | null;

  @Column({ type: 'text' })
  recorder: 'campaigner' | 'moderator';

  /** Of the owner or the member of the staff who wrote it down. */
  @Column({ type: 'uuid' })
  recorderId: string;

  /** What this one corrects. */
  @Column({ type: 'uuid', nullable: true })
  replacesId: string | null;

  @Column(instant)
  createdAt: Date;
}
