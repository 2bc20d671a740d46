import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import { instant, maybeInstant, maybeText } from '../platform/columns.ts';

export const STAFF_ROLES = ['moderator', 'admin'] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

/** Someone who may sign in: moderators decide, admins manage staff too. */
@Entity('staff')
@Unique('staff_name', ['name'])
@Check('staff_role', `"role" IN ('moderator', 'admin')`)
export class Staff {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text' })
  role: StaffRole;

  /** Argon2id; null until the person has chosen a password through a sign-in link. */
  @Column(maybeText)
  passwordHash: string | null;

  @Column(instant)
  createdAt: Date;

  @Column(maybeInstant)
  disabledAt: Date | null;
}
