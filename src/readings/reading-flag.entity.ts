import { Check, Column, Entity, Index, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { Account } from '../institutions/account.entity.ts';
import { count, instant, maybeInstant, maybeText } from '../platform/columns.ts';

export const FLAG_KINDS = ['spike', 'concentration'] as const;
export type FlagKind = (typeof FLAG_KINDS)[number];

export const FLAG_STATES = ['open', 'confirmed', 'dismissed'] as const;
export type FlagState = (typeof FLAG_STATES)[number];

/** A change that an account's own history makes unlikely: a question to a moderator, never an accusation. */
@Entity('reading_flag')
@Unique('reading_flag_once', ['account', 'kind', 'day'])
@Index('reading_flag_open', ['openedAt'], { where: `"state" = 'open'` })
@Check('reading_flag_kind', `"kind" IN ('spike', 'concentration')`)
@Check('reading_flag_state', `"state" IN ('open', 'confirmed', 'dismissed')`)
@Check('reading_flag_note', `("state" = 'confirmed') = ("note_fr" IS NOT NULL OR "note_en" IS NOT NULL)`)
@Check(
  'reading_flag_host',
  `"kind" <> 'concentration' OR ("host" IS NOT NULL AND "of_host" IS NOT NULL AND "sampled" IS NOT NULL)`,
)
export class ReadingFlag {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Account, { nullable: false })
  account: Account;

  @Column({ type: 'text' })
  kind: FlagKind;

  /** The day of `until` (UTC), as yyyy-mm-dd: there is one flag of a kind for each. */
  @Column({ type: 'date' })
  day: string;

  /** The readings between which the count changed. */
  @Column(instant)
  since: Date;

  @Column(instant)
  until: Date;

  /** Followers gained, or lost when negative. */
  @Column(count)
  change: number;

  /** What the account gains in as much time otherwise. */
  @Column({ ...count, nullable: true })
  usual: number | null;

  /** The server that most of the newest followers are on. */
  @Column(maybeText)
  host: string | null;

  /** How many of those that were looked at are on it. */
  @Column({ type: 'integer', nullable: true })
  ofHost: number | null;

  /** How many were looked at. */
  @Column({ type: 'integer', nullable: true })
  sampled: number | null;

  @Column({ type: 'text' })
  state: FlagState;

  @Column(instant)
  openedAt: Date;

  @Column(maybeInstant)
  decidedAt: Date | null;

  /** What everyone is told when a moderator confirms it, in either language or both. */
  @Column(maybeText)
  noteFr: string | null;

  @Column(maybeText)
  noteEn: string | null;
}
