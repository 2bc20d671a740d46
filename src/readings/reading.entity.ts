import { Check, Column, Entity, Index, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { Account } from '../institutions/account.entity.ts';
import { count, instant, maybeText } from '../platform/columns.ts';
import { Evidence } from './evidence.entity.ts';

export const READING_SOURCES = ['network', 'manual', 'import', 'archive'] as const;
export type ReadingSource = (typeof READING_SOURCES)[number];

/** `rejected` never counted; `replaced` was put right by another, or by a second look; `struck` counted and does no more. */
export const READING_STATUSES = ['counted', 'pending', 'rejected', 'replaced', 'struck'] as const;
export type ReadingStatus = (typeof READING_STATUSES)[number];

/**
 * One follower count of one account at one instant. Append-only: a correction is a new reading that replaces exactly one.
 * What is read twice is kept once, but a correction may well say what an older reading said (docs/adr/0013).
 */
@Entity('reading')
@Unique('reading_chain', ['account', 'number'])
@Index('reading_once', ['account', 'at', 'source', 'reader', 'count'], { unique: true, where: '"replaces_id" IS NULL' })
@Index('reading_counted', ['account', 'at'], { where: `"status" = 'counted'` })
@Index('reading_pending', ['at'], { where: `"status" = 'pending'` })
@Index('reading_replaces', ['replacesId'], { unique: true, where: '"replaces_id" IS NOT NULL' })
@Index('reading_struck', ['account', 'at'], { where: `"status" = 'struck'` })
@Index('reading_named', ['createdAt'], { where: `"reader" LIKE '%#%'` })
@Index('reading_evidence', ['evidence'], { where: '"evidence_id" IS NOT NULL' })
@Check('reading_count', '"count" >= 0')
@Check('reading_source', `"source" IN ('network', 'manual', 'import', 'archive')`)
@Check('reading_status', `"status" IN ('counted', 'pending', 'rejected', 'replaced', 'struck')`)
@Check('reading_checksum', 'octet_length("checksum") = 32')
export class Reading {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Account, { nullable: false })
  account: Account;

  /** 1, 2, 3 … for each account. Number and checksum are the database's own to write. */
  @Column({ type: 'integer', insert: false, update: false })
  number: number;

  @Column(count)
  count: number;

  @Column(instant)
  at: Date;

  @Column({ type: 'text' })
  source: ReadingSource;

  @Column(maybeText)
  evidenceUrl: string | null;

  /** A screenshot that shows it. */
  @ManyToOne(() => Evidence, { nullable: true, onDelete: 'SET NULL' })
  evidence: Evidence | null;

  /** Who read it, as {@link readerText} writes it: empty for a program, names that mean nothing for a person. */
  @Column({ type: 'text' })
  reader: string;

  @Column({ type: 'text' })
  status: ReadingStatus;

  /** The reading that this one corrects. */
  @Column({ type: 'uuid', nullable: true })
  replacesId: string | null;

  @Column(instant)
  createdAt: Date;

  /** Of this reading and of all before it, as docs/readings-file.md says. */
  @Column({ type: 'bytea', insert: false, update: false, select: false })
  checksum: Buffer;
}
