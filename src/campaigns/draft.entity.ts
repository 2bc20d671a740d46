import { Column, Entity, Index, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { instant } from '../platform/columns.ts';
import { Campaign } from './campaign.entity.ts';

/** What a campaigner has typed so far, kept as typed; behind a private link, gone after a week. */
@Entity('draft')
@Unique('draft_token', ['tokenHash'])
@Index('draft_changed', ['changedAt'])
export class Draft {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'text' })
  tokenHash: string;

  /** The campaign that this draft amends; null: a new one. */
  @ManyToOne(() => Campaign, { nullable: true, onDelete: 'CASCADE' })
  campaign: Campaign | null;

  /** Form fields by name, exactly as typed. */
  @Column({ type: 'jsonb' })
  fields: Record<string, string>;

  /** What the networks told about the accounts, by network kind. */
  @Column({ type: 'jsonb' })
  found: Record<string, unknown>;

  @Column(instant)
  createdAt: Date;

  @Column(instant)
  changedAt: Date;
}
