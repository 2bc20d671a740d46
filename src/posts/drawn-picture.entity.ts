import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { instant } from '../platform/columns.ts';

/** A picture of a campaign as it was last drawn; the program can draw it again at any time. */
@Entity('drawn_picture')
@Index('drawn_picture_asked', ['askedAt'])
export class DrawnPicture {
  @PrimaryColumn({ type: 'uuid' })
  campaignId: string;

  @ManyToOne(() => Campaign, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'campaign_id' })
  campaign: Campaign;

  /** What it is called whatever its version: `graph-en-square-dark.svg`. */
  @PrimaryColumn({ type: 'text' })
  name: string;

  /** Of what it was drawn from. */
  @Column({ type: 'text' })
  digest: string;

  @Column({ type: 'bytea' })
  body: Buffer;

  /** When somebody last wanted it, to the hour. */
  @Column(instant)
  askedAt: Date;
}
