import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { instant, maybeInstant, maybeText } from '../platform/columns.ts';

/** Somebody who is on their way to their server and back, to say who they are; used once, for ten minutes at most. */
@Entity('server_sign_in')
@Unique('server_sign_in_state', ['stateHash'])
@Index('server_sign_in_browser', ['browserHash'])
@Index('server_sign_in_expiry', ['expiresAt'])
export class ServerSignIn {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  /** Of what the server sends back: OAuth's `state`, MiAuth's session. */
  @Column({ type: 'text' })
  stateHash: string;

  /** Of what the browser that began keeps in a cookie. */
  @Column({ type: 'text' })
  browserHash: string;

  /** A {@link SignInAttempt}, sealed; null once it ended. */
  @Column(maybeText)
  sealed: string | null;

  /** A {@link HeldToken}, sealed, and here only while the act for which it was given goes on: it is revoked even if the process dies. */
  @Column(maybeText)
  token: string | null;

  @Column(instant)
  expiresAt: Date;

  @Column(maybeInstant)
  usedAt: Date | null;
}
