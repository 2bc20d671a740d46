import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { parseFediverseHandle } from '../domain/handle.ts';
import { lockUntilCommit } from '../platform/database.ts';
import { KeyRing, stillCurrent, type Keys } from '../platform/key-ring.ts';
import { handleHash, hostHash, sealPerson } from './pledge-person.ts';

/** Any constant: the advisory lock under which these are sealed. */
const UNSEALED_LOCK = 4_092_029;
/** What one transaction seals. */
const BATCH = 200;

interface Unsealed {
  id: string;
  handle: string;
  counts: boolean;
}

/**
 * Seals the handles that were there before keys were: the migration, which has no keys, left them in a table of their own. It
 * goes as soon as it is empty; killed at any instant, the next start goes on from there.
 */
@Injectable()
export class UnsealedPledges implements OnApplicationBootstrap {
  constructor(
    private readonly database: DataSource,
    private readonly ring: KeyRing,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    while (await this.sealSome());
  }

  /** Whether there may be more. */
  private sealSome(): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      if (!(await isThere(manager))) return false;
      // Processes that start together do so one after the other, and the last one finds nothing.
      await lockUntilCommit(manager, UNSEALED_LOCK);
      if (!(await isThere(manager))) return false;
      const keys = await stillCurrent(manager, this.ring);
      const some = await manager.query<Unsealed[]>(
        `SELECT id, handle, counts FROM pledge_unsealed JOIN pledge USING (id) ORDER BY id LIMIT ${BATCH}`,
      );
      for (const pledge of some) await this.seal(manager, keys, pledge);
      if (some.length === 0) await manager.query('DROP TABLE pledge_unsealed');
      return some.length > 0;
    });
  }

  private async seal(manager: EntityManager, keys: Keys, { id, handle: text, counts }: Unsealed): Promise<void> {
    const handle = parseFediverseHandle(text);
    if (!handle.ok) throw new Error(`Pledge ${id} holds something else than a handle.`);
    const sealed = sealPerson(keys, id, { handle: handle.value, actorUri: null, followUrl: null });
    await manager.query('UPDATE pledge SET sealed = $2, handle_hash = $3, host_hash = $4 WHERE id = $1', [
      ...[id, sealed, counts ? handleHash(keys, handle.value) : null],
      hostHash(keys, handle.value),
    ]);
    await manager.query('DELETE FROM pledge_unsealed WHERE id = $1', [id]);
  }
}

/** By the catalogue's rows: what `to_regclass` knows of them may be older than the lock. */
async function isThere(manager: EntityManager): Promise<boolean> {
  const tables = await manager.query<unknown[]>(
    `SELECT FROM pg_class WHERE relname = 'pledge_unsealed' AND relnamespace = current_schema()::regnamespace`,
  );
  return tables.length > 0;
}
