import { Column, Entity, OneToOne, JoinColumn, PrimaryColumn } from 'typeorm';
import { Campaign } from '../campaigns/campaign.entity.ts';
import type { NextRelease } from '../domain/conditional-release.ts';
import { count, instant, maybeInstant } from '../platform/columns.ts';

/** How many pledges a campaign has, counted by batch so that a pledge never waits for another's counter. */
@Entity('pledge_tally')
export class PledgeTally {
  @PrimaryColumn({ type: 'uuid' })
  campaignId: string;

  @OneToOne(() => Campaign, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'campaign_id' })
  campaign: Campaign;

  /** Pledges that stand. */
  @Column(count)
  total: number;

  /** Those whose authors proved to hold their handle. */
  @Column(count)
  verified: number;

  /** Those whose authors were seen among the followers. */
  @Column(count)
  kept: number;

  /** Servers from which people pledged. */
  @Column(count)
  serverCount: number;

  /** Servers with five supporters or more, most first. */
  @Column({ type: 'jsonb' })
  servers: { host: string; count: number }[];

  /** How many of those who wait for others join at the next number of pledges. */
  @Column({ type: 'jsonb', nullable: true })
  nextRelease: NextRelease | null;

  @Column(instant)
  countedAt: Date;

  /** Since when nobody's server is known any more: what was told of servers stays as it was then. */
  @Column(maybeInstant)
  anonymisedAt: Date | null;
}
