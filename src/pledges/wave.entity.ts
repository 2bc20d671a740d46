import { Column, Entity, Index, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { instant, maybeInstant } from '../platform/columns.ts';

/** How far the telling is of those who asked, from when a moderator recorded the account. */
@Entity('wave')
@Index('wave_due', ['nextAt'], { where: '"finished_at" IS NULL AND "stopped_at" IS NULL' })
export class Wave {
  @PrimaryColumn({ type: 'uuid' })
  campaignId: string;

  @OneToOne(() => Campaign, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'campaign_id' })
  campaign: Campaign;

  /** Requests that waited when the first batch left; null before. */
  @Column({ type: 'integer', nullable: true })
  total: number | null;

  /** Batches that left. */
  @Column({ type: 'integer' })
  batches: number;

  /** Before when no batch leaves. */
  @Column(instant)
  nextAt: Date;

  /** By a moderator; null: it goes on. */
  @Column(maybeInstant)
  stoppedAt: Date | null;

  /** When nobody was left. */
  @Column(maybeInstant)
  finishedAt: Date | null;
}
