import { Column, Entity, Index, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { instant } from '../platform/columns.ts';
import { Campaign } from './campaign.entity.ts';

/** Whom links to a campaign credit: an account of the fediverse that allowed it to this site, by the campaigner's wish. */
@Entity('campaign_creator')
@Index('campaign_creator_tried', ['triedAt'])
export class CampaignCreator {
  @PrimaryColumn({ type: 'uuid' })
  campaignId: string;

  @OneToOne(() => Campaign, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'campaign_id' })
  campaign: Campaign;

  /** Canonical: `user@host`. */
  @Column({ type: 'text' })
  handle: string;

  /** When its profile was last seen to allow it. */
  @Column(instant)
  provenAt: Date;

  /** When its profile was last asked for. */
  @Column(instant)
  triedAt: Date;
}
