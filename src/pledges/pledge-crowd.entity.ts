import { Check, Column, Entity, Index, ManyToOne, PrimaryColumn } from 'typeorm';
import { Campaign } from '../campaigns/campaign.entity.ts';
import type { CrowdKind } from '../domain/crowds.ts';
import { count, instant, maybeInstant } from '../platform/columns.ts';

export const CROWD_STATES = ['open', 'set-aside', 'dismissed'] as const;
export type CrowdState = (typeof CROWD_STATES)[number];

/** Pledges that came together in a way that a person should look at. Nothing follows from it by itself. */
@Entity('pledge_crowd')
@Index('pledge_crowd_recent', ['campaign', 'kind', 'toAt'])
@Check('pledge_crowd_kind', `"kind" IN ('burst', 'throw-away', 'one-actor')`)
@Check('pledge_crowd_state', `"state" IN ('open', 'set-aside', 'dismissed')`)
export class PledgeCrowd {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Campaign, { nullable: false })
  campaign: Campaign;

  @Column({ type: 'text' })
  kind: CrowdKind;

  /** The servers' names and what each brought: a server may name its one person. */
  @Column({ type: 'text' })
  sealed: string;

  @Column(instant)
  fromAt: Date;

  @Column(instant)
  toAt: Date;

  @Column(count)
  pledges: number;

  @Column(count)
  unproven: number;

  @Column({ type: 'text' })
  state: CrowdState;

  @Column(instant)
  createdAt: Date;

  @Column(maybeInstant)
  decidedAt: Date | null;
}
