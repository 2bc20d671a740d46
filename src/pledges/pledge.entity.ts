import { Check, Column, Entity, Index, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { Campaign } from '../campaigns/campaign.entity.ts';
import type { PledgeState } from '../domain/pledge-lifecycle.ts';
import { instant, maybeInstant, maybeText } from '../platform/columns.ts';

export const FOLLOW_STATES = ['unknown', 'found', 'missing', 'unreachable'] as const;
/** What the supporter's own server told when it was asked where to follow. */
export type FollowState = (typeof FOLLOW_STATES)[number];

/** A supporter's promise to follow. A withdrawn or expired one keeps its dates and loses everything personal. */
@Entity('pledge')
@Unique('pledge_once', ['campaign', 'handleKey'])
@Unique('pledge_token', ['tokenHash'])
@Index('pledge_by_state', ['campaign', 'state', 'host'])
@Index('pledge_changed', ['changedAt'])
@Check('pledge_state', `"state" IN ('pending', 'confirmed', 'kept', 'withdrawn', 'expired')`)
@Check('pledge_follow_state', `"follow_state" IN ('unknown', 'found', 'missing', 'unreachable')`)
export class Pledge {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Campaign, { nullable: false })
  campaign: Campaign;

  @Column({ type: 'text' })
  state: PledgeState;

  /** `user@host`; null once erased. */
  @Column(maybeText)
  handle: string | null;

  /** The handle in lower case; null for a repeated pledge, which has a page like any other and is not counted. */
  @Column(maybeText)
  handleKey: string | null;

  @Column(maybeText)
  host: string | null;

  /** Of the private page's token; null once erased. */
  @Column(maybeText)
  tokenHash: string | null;

  /** A second, separate consent. */
  @Column({ type: 'boolean' })
  showHandle: boolean;

  @Column({ type: 'text' })
  consentVersion: string;

  @Column({ type: 'text' })
  followState: FollowState;

  @Column(maybeText)
  followUrl: string | null;

  @Column(instant)
  createdAt: Date;

  /** When its state last changed: what the counting looks at. */
  @Column(instant)
  changedAt: Date;

  /** When the person proved to hold the handle: nobody is shown by name before. */
  @Column(maybeInstant)
  confirmedAt: Date | null;

  @Column(maybeInstant)
  keptAt: Date | null;
}
