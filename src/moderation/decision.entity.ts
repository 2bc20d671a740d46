import { Column, Entity, Index, ManyToOne, PrimaryColumn } from 'typeorm';
import { Staff } from '../identity/staff.entity.ts';
import { instant, maybeText } from '../platform/columns.ts';

export const DECISION_SUBJECTS = ['campaign', 'report', 'reading', 'flag', 'crowd', 'block', 'post', 'letter', 'bot'] as const;
export type DecisionSubject = (typeof DECISION_SUBJECTS)[number];

/** What a moderator decided, kept for good: a trigger refuses every change and deletion. */
@Entity('decision')
@Index('decision_subject', ['subject', 'subjectId'])
@Index('decision_at', ['at'])
export class Decision {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Staff, { nullable: false })
  staff: Staff;

  @Column({ type: 'text' })
  subject: DecisionSubject;

  @Column({ type: 'uuid' })
  subjectId: string;

  @Column({ type: 'text' })
  action: string;

  @Column(maybeText)
  reason: string | null;

  @Column({ type: 'jsonb' })
  before: Record<string, unknown>;

  @Column({ type: 'jsonb' })
  after: Record<string, unknown>;

  @Column(instant)
  at: Date;
}
