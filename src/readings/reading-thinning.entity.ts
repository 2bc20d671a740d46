import { Column, Entity, ManyToOne, PrimaryColumn } from 'typeorm';
import { Account } from '../institutions/account.entity.ts';

/** How far the readings of an account were looked at for thinning. */
@Entity('reading_thinning')
export class ReadingThinning {
  @PrimaryColumn({ name: 'account_id', type: 'uuid' })
  accountId: string;

  @ManyToOne(() => Account, { nullable: false })
  account: Account;

  /** Of the last reading that was. */
  @Column({ type: 'integer' })
  number: number;
}
