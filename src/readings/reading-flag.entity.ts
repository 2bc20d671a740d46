import { Check, Column, Entity, Index, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import type { HostCount } from '../domain/concentration.ts';
import { Account } from '../institutions/account.entity.ts';
import { count, instant, maybeInstant } from '../platform/columns.ts';
import type { Language } from '../platform/text.ts';

export const FLAG_KINDS = ['spike', 'drop'] as const;
export type FlagKind = (typeof FLAG_KINDS)[number];

export const FLAG_STATES = ['open', 'confirmed', 'dismissed'] as const;
export type FlagState = (typeof FLAG_STATES)[number];

/** What the public is told, in each language that a moderator wrote it in: one at least. */
export type FlagNote = Partial<Record<Language, string>>;

/**
 * On which servers the newest followers are, and those before them, or why that is not known. `concentrated` are servers
 * that bring more of them than enthusiasm explains; null: too few were seen to tell.
 */
export type NewFollowers =
  | { known: true; newest: SampledHosts; before: SampledHosts; concentrated: string[] | null }
  | { known: false; why: string };

/** How many followers were looked at, and the servers of so many of them that they say nothing about anybody. */
export interface SampledHosts {
  total: number;
  hosts: HostCount[];
}

/** A change of a count that is so unusual for its account that a person should look at it. */
@Entity('reading_flag')
@Unique('reading_flag_once', ['account', 'kind', 'at'])
@Index('reading_flag_open', ['account', 'kind'], { unique: true, where: `"state" = 'open'` })
@Check('reading_flag_kind', `"kind" IN ('spike', 'drop')`)
@Check('reading_flag_state', `"state" IN ('open', 'confirmed', 'dismissed')`)
@Check('reading_flag_note', `("state" = 'confirmed') = ("note" IS NOT NULL)`)
export class ReadingFlag {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Account, { nullable: false })
  account: Account;

  @Column({ type: 'text' })
  kind: FlagKind;

  /** The two readings that it rests on, as they were: one of them may be corrected since. */
  @Column(instant)
  fromAt: Date;

  @Column(count)
  fromCount: number;

  @Column(instant)
  at: Date;

  @Column(count)
  count: number;

  /** Followers that this account may well have gained, or lost, in that time. */
  @Column(count)
  most: number;

  /** Null: not looked at yet, or nothing to look at. */
  @Column({ type: 'jsonb', nullable: true })
  followers: NewFollowers | null;

  @Column({ type: 'text' })
  state: FlagState;

  @Column({ type: 'jsonb', nullable: true })
  note: FlagNote | null;

  @Column(instant)
  createdAt: Date;

  @Column(maybeInstant)
  decidedAt: Date | null;
}
