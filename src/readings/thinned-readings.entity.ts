import { Check, Column, Entity, ManyToOne, PrimaryColumn } from 'typeorm';
import { Account } from '../institutions/account.entity.ts';

/** What is left of readings that were thinned; the database writes it whenever a reading is deleted. */
@Entity('reading_thinned')
@Check('reading_thinned_digests', 'octet_length("digests") > 0 AND octet_length("digests") % 32 = 0')
export class ThinnedReadings {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId: string;

  @ManyToOne(() => Account, { nullable: false })
  account: Account;

  /** The number of the first of them. */
  @PrimaryColumn({ type: 'integer' })
  number: number;

  /** 32 bytes for each, in order of number, without holes. */
  @Column({ type: 'bytea' })
  digests: Buffer;
}
