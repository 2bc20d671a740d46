import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, Unique } from 'typeorm';
import { count } from '../platform/columns.ts';
import { Pledge } from './pledge.entity.ts';

/** A supporter's own link. It counts how many pledged who came by it, and nothing tells who they are or when. */
@Entity('pledge_invitation')
@Unique('pledge_invitation_code', ['codeHash'])
export class PledgeInvitation {
  @PrimaryColumn({ type: 'uuid' })
  pledgeId: string;

  @OneToOne(() => Pledge, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'pledge_id' })
  pledge: Pledge;

  /** Keyed: a link that somebody posted does not lead to its row in a stolen database. */
  @Column({ type: 'text' })
  codeHash: string;

  @Column(count)
  brought: number;
}
