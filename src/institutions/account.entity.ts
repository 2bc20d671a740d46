import { Check, Column, Entity, Index, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { instant, maybeInstant, maybeText } from '../platform/columns.ts';
import { Institution } from './institution.entity.ts';

export const ACCOUNT_STATES = [
  'ok',
  'limited',
  'renamed',
  'moved',
  'hidden',
  'suspended',
  'gone',
  'deleted',
  'opted-out',
  'unreachable',
] as const;
/** What the last look at the account's server told: of the first four, `moved` as well may have a count. */
export type AccountState = (typeof ACCOUNT_STATES)[number];

/** An institution's presence on one network. */
@Entity('account')
@Unique('account_handle', ['network', 'handleKey'])
@Index('account_due', ['nextReadingAt'], { where: '"next_reading_at" IS NOT NULL' })
@Check('account_state', `"state" IN (${ACCOUNT_STATES.map((state) => `'${state}'`).join(', ')})`)
@Index('account_home', ['home', 'nextReadingAt'], { where: '"next_reading_at" IS NOT NULL' })
export class Account {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Institution, { nullable: false })
  institution: Institution;

  @Column({ type: 'text' })
  network: string;

  /** Canonical: `user@host` with the host as an A-label in the fediverse, `user` on X. */
  @Column({ type: 'text' })
  handle: string;

  /** The handle in lower case: what makes an account the same. */
  @Column({ type: 'text' })
  handleKey: string;

  @Column({ type: 'text' })
  url: string;

  @Column(maybeText)
  actorUri: string | null;

  /** Its id in its server's own API, for calls that ask for many accounts at once. */
  @Column(maybeText)
  remoteId: string | null;

  /** The host that is asked for its count. */
  @Column({ type: 'text' })
  home: string;

  /** The handle that it goes by since it moved or was renamed; null: its own. */
  @Column(maybeText)
  newHandle: string | null;

  @Column({ type: 'text' })
  displayName: string;

  /** A small PNG drawn anew from what the server gave; fetched only where it is asked for by name. */
  @Column({ type: 'bytea', nullable: true, select: false })
  picture: Buffer | null;

  /** The institution's website and this account name each other. */
  @Column({ type: 'boolean' })
  linksBack: boolean;

  @Column({ type: 'text' })
  state: AccountState;

  /** When a worker reads it next; null: not read by Chiche. */
  @Column(maybeInstant)
  nextReadingAt: Date | null;

  @Column(maybeInstant)
  triedAt: Date | null;

  /** Failed attempts since the last good one. */
  @Column({ type: 'integer' })
  failures: number;

  /** Before when its server asked not to be called again. */
  @Column(maybeInstant)
  retryAt: Date | null;

  @Column(maybeText)
  lastFailure: string | null;

  @Column(instant)
  createdAt: Date;
}
