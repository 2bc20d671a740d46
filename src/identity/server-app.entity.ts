import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../platform/columns.ts';

/** Chiche as another server registered it, once for all who sign in there. Which server that is may name the one person on it. */
@Entity('server_app')
export class ServerApp {
  @PrimaryColumn({ type: 'text' })
  originHash: string;

  /** The registration, sealed. */
  @Column({ type: 'text' })
  sealed: string;

  /** When the server was last seen to know it. */
  @Column(instant)
  knownAt: Date;
}
