import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { instant } from './columns.ts';

/** A key that something in this database is sealed with: its name alone. The key itself is never in the database. */
@Entity('known_key')
@Index('known_key_current', ['state'], { unique: true, where: `"state" = 'current'` })
@Check('known_key_state', `"state" IN ('current', 'old')`)
export class KnownKey {
  @PrimaryColumn({ type: 'text' })
  id: string;

  /** What is new is sealed with the current one; old ones are being replaced. */
  @Column({ type: 'text' })
  state: 'current' | 'old';

  @Column(instant)
  since: Date;
}
