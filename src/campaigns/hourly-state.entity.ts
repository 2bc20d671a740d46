import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { instant } from '../platform/columns.ts';
import { Campaign } from './campaign.entity.ts';

/** What is told of a campaign for a whole hour: the first process that is asked writes it down, the others read it. */
@Entity('hourly_state')
export class HourlyState {
  @PrimaryColumn({ type: 'uuid' })
  campaignId: string;

  @OneToOne(() => Campaign, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'campaign_id' })
  campaign: Campaign;

  /** The beginning of the hour. */
  @Column(instant)
  hour: Date;

  /** As it is sent, to the letter. */
  @Column({ type: 'text' })
  body: string;
}
