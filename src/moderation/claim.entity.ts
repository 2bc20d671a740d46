import { Column, Entity, ManyToOne, PrimaryColumn } from 'typeorm';
import { Staff } from '../identity/staff.entity.ts';
import { instant } from '../platform/columns.ts';

/** Who is looking at an entry of the queue, so that two moderators do not do the same work. */
@Entity('claim')
export class Claim {
  @PrimaryColumn({ type: 'uuid' })
  subjectId: string;

  @ManyToOne(() => Staff, { nullable: false, onDelete: 'CASCADE' })
  staff: Staff;

  @Column(instant)
  at: Date;
}
