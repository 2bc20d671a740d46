import { Check, Column, Entity, Index, ManyToOne, PrimaryColumn } from 'typeorm';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { instant, maybeText } from '../platform/columns.ts';

export const REPORT_KINDS = ['wrong-number', 'wrong-account', 'impersonation', 'harassment', 'illegal', 'opened', 'other', 'reply'] as const;
/** Why someone objects; `opened` tells that the account of an `open` dare is there; `reply` is the institution's right of reply. */
export type ReportKind = (typeof REPORT_KINDS)[number];

/** Someone objects to a campaign, or answers it. */
@Entity('report')
@Index('report_open', ['createdAt'], { where: `"state" = 'open'` })
@Check('report_state', `"state" IN ('open', 'upheld', 'dismissed')`)
export class Report {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Campaign, { nullable: false })
  campaign: Campaign;

  @Column({ type: 'text' })
  kind: ReportKind;

  @Column({ type: 'text' })
  text: string;

  /** How to reach the person, if they wish. */
  @Column(maybeText)
  contact: string | null;

  @Column({ type: 'text' })
  state: 'open' | 'upheld' | 'dismissed';

  @Column(instant)
  createdAt: Date;
}
