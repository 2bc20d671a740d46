import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key that the site made for itself once and keeps for good. */
@Entity('secret')
export class Secret {
  @PrimaryColumn({ type: 'text' })
  name: string;

  @Column({ type: 'text' })
  value: string;
}
