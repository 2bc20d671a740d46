import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key that every process shares for a few days to tell readers apart by, and that is then forgotten. */
@Entity('reader_key')
export class ReaderKey {
  /** UTC, `2023-09-02`. */
  @PrimaryColumn({ type: 'text' })
  day: string;

  @Column({ type: 'text' })
  value: string;
}
