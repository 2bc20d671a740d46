import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Language } from '../platform/text.ts';
import { instant } from '../platform/columns.ts';

/** Somebody who asked, by a mail that they answered, to be written to once; the row goes with that mail. */
@Entity('reminder')
@Unique('reminder_address', ['addressHash'])
@Index('reminder_due', ['dueAt'])
export class Reminder {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  /** Keyed: one reminder for each address. */
  @Column({ type: 'text' })
  addressHash: string;

  /** The address. */
  @Column({ type: 'text' })
  sealed: string;

  @Column({ type: 'text' })
  language: Language;

  @Column(instant)
  dueAt: Date;
}
