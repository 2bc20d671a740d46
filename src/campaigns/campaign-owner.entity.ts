import { Column, Entity, Index, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { instant, maybeInstant, maybeText } from '../platform/columns.ts';
import { Campaign } from './campaign.entity.ts';

/** Who holds a private link to a campaign; a row without `acceptedAt` is an invitation still open. */
@Entity('campaign_owner')
@Unique('campaign_owner_token', ['tokenHash'])
@Index('campaign_owner_email', ['email'])
export class CampaignOwner {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Campaign, { nullable: false, onDelete: 'CASCADE' })
  campaign: Campaign;

  @Column({ type: 'text' })
  tokenHash: string;

  @Column(maybeText)
  email: string | null;

  @Column({ type: 'text' })
  language: 'fr' | 'en';

  @Column(instant)
  createdAt: Date;

  @Column(maybeInstant)
  acceptedAt: Date | null;
}
