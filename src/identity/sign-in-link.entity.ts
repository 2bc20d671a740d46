import { Column, Entity, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { instant, maybeInstant } from '../platform/columns.ts';
import { Staff } from './staff.entity.ts';

/** A link that lets one person of the staff in once, to choose a password. */
@Entity('sign_in_link')
@Unique('sign_in_link_token', ['tokenHash'])
export class SignInLink {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Staff, { nullable: false, onDelete: 'CASCADE' })
  staff: Staff;

  @Column({ type: 'text' })
  tokenHash: string;

  @Column(instant)
  expiresAt: Date;

  @Column(maybeInstant)
  usedAt: Date | null;
}
