import { Column, Entity, PrimaryColumn } from 'typeorm';
import { maybeInstant, maybeText } from '../platform/columns.ts';

/** A server that accounts are read from. Whoever holds its lease is the only one who asks it anything. */
@Entity('host')
export class Host {
  @PrimaryColumn({ type: 'text' })
  name: string;

  /** Whose turn it is: an opaque name of one visit. */
  @Column({ type: 'uuid', nullable: true })
  leaseId: string | null;

  /** A visit that was cut off is over after this. */
  @Column(maybeInstant)
  leasedUntil: Date | null;

  /** Not asked before: it said so, or it failed too often. */
  @Column(maybeInstant)
  closedUntil: Date | null;

  /** Visits in a row that it failed in. */
  @Column({ type: 'integer' })
  failures: number;

  @Column(maybeText)
  lastFailure: string | null;

  /** Its robots.txt; null: not asked for yet, or there is none. */
  @Column(maybeText)
  robots: string | null;

  @Column(maybeInstant)
  robotsAt: Date | null;

  /** Since when it is not read at all, because its people asked for that. */
  @Column(maybeInstant)
  optedOutAt: Date | null;
}
