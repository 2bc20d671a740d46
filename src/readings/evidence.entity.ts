import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import { instant } from '../platform/columns.ts';

/** A screenshot that shows a number, drawn anew; the same picture is kept once, whoever sends it. */
@Entity('evidence')
@Unique('evidence_once', ['sha256'])
@Check('evidence_type', `"type" IN ('webp')`)
export class Evidence {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  /** Of `bytes`, in hexadecimal. */
  @Column({ type: 'text' })
  sha256: string;

  /** Also the end of its file's name. */
  @Column({ type: 'text' })
  type: 'webp';

  /** Pixels. */
  @Column({ type: 'integer' })
  width: number;

  /** Pixels. */
  @Column({ type: 'integer' })
  height: number;

  /** Loaded only where it is asked for by name. */
  @Column({ type: 'bytea', select: false })
  bytes: Buffer;

  /** When it was last sent in. */
  @Column(instant)
  createdAt: Date;
}
