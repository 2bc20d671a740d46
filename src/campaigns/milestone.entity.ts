import { Column, Entity, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import type { MilestoneKind } from '../domain/milestones.ts';
import { count, instant } from '../platform/columns.ts';
import { Campaign } from './campaign.entity.ts';

/** Something that happened in a campaign's series. */
@Entity('milestone')
@Unique('milestone_once', ['campaign', 'kind', 'at'])
export class Milestone {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Campaign, { nullable: false, onDelete: 'CASCADE' })
  campaign: Campaign;

  @Column({ type: 'text' })
  kind: MilestoneKind;

  @Column(instant)
  at: Date;

  /** As domain/milestones.ts says for each kind; null: not known. */
  @Column({ ...count, nullable: true })
  value: number | null;
}
