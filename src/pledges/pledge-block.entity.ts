import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import { instant } from '../platform/columns.ts';

export const BLOCK_KINDS = ['server', 'handle'] as const;
export type BlockKind = (typeof BLOCK_KINDS)[number];

/** A server, with those under its name, or a handle in whose name no pledge counts; a trigger of `pledge` heeds it. */
@Entity('pledge_block')
@Unique('pledge_block_hash', ['hash'])
@Check('pledge_block_kind', `"kind" IN ('server', 'handle')`)
export class PledgeBlock {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'text' })
  kind: BlockKind;

  /** As pledges hash their server or handle. */
  @Column({ type: 'text' })
  hash: string;

  /** The server's name or the handle, with its kind. */
  @Column({ type: 'text' })
  sealed: string;

  @Column(instant)
  createdAt: Date;
}
