import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import { instant } from '../platform/columns.ts';
import type { Keys } from '../platform/key-ring.ts';
import type { SealedTable } from '../platform/key-rotation.ts';

/** Chiche as another server registered it, once for all who sign in there. Which server that is may name the one person on it. */
@Entity('server_app')
@Unique('server_app_origin', ['originHash'])
export class ServerApp {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'text' })
  originHash: string;

  /** The registration and its origin, sealed. */
  @Column({ type: 'text' })
  sealed: string;

  /** When the server was last seen to know it. */
  @Column(instant)
  knownAt: Date;
}

export function originHashes(keys: Keys, origin: string): string[] {
  return keys.hashes('server_app.origin', origin);
}

/** For a change of keys. */
export const SEALED_APPS: SealedTable = {
  name: 'server_app',
  column: 'sealed',
  hashed: ['origin_hash'],
  hashesOf: (keys, opened) => [originHashes(keys, (JSON.parse(opened) as { origin: string }).origin)[0] ?? null],
};
