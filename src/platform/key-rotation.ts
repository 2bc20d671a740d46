import type { DataSource, EntityManager } from 'typeorm';
import { fail, ok, type Result } from '../domain/result.ts';
import { quoted } from './backup-tables.ts';
import { runAlone } from './database.ts';
import { placeOf, type KeyRing, type KeyRingFailure, type Keys } from './key-ring.ts';

/** A table with a text that is sealed, and with keyed hashes of what is in it. */
export interface SealedTable {
  readonly name: string;
  /** The column that is sealed, in rows that a column `id` names. */
  readonly column: string;
  /** The columns that are hashes; those that a row leaves empty stay so. */
  readonly hashed: readonly string[];
  /** What these columns hold for an opened text, in their order. */
  hashesOf(keys: Keys, opened: string): (string | null)[];
}

/** `nothing-to-change-to`: SESSION_SECRET is the key in use, so that another one must be set first. */
export type RotationFailure = KeyRingFailure | { type: 'nothing-to-change-to' } | { type: 'busy' };

/** Any constant: the advisory lock under which keys are changed. */
const ROTATION_LOCK = 4_092_027;
const BATCH = 200;
const NO_ID = '00000000-0000-0000-0000-000000000000';

interface SealedRow {
  id: string;
  sealed: string;
}

/**
 * Changes the site to another key while it serves: makes it current, seals everything anew by small transactions, and forgets
 * the old one. Killed at any instant, the next run goes on from there.
 */
export class KeyRotation {
  constructor(
    private readonly database: DataSource,
    private readonly ring: KeyRing,
    private readonly tables: readonly SealedTable[],
  ) {}

  /** Tells how many rows were sealed anew, also while it is at it. */
  async rotate(now: Date, told: (rows: number) => void = () => undefined): Promise<Result<{ rows: number }, RotationFailure>> {
    const loaded = await this.ring.load(now);
    if (!loaded.ok) return loaded;
    const keys = loaded.value.old.length > 0 ? loaded : await this.changeKey(loaded.value, now);
    if (!keys.ok) return keys;
    let rows = 0;
    for (const table of this.tables) {
      for (let after: string | null = NO_ID; after !== null; told(rows)) {
        const done = await this.some(table, keys.value, after);
        if (done === 'busy') return fail({ type: 'busy' });
        rows += done.rows;
        after = done.last;
      }
    }
    const forgotten = await this.forgetOld(keys.value);
    return forgotten.ok ? ok({ rows }) : forgotten;
  }

  /** A key that was made and never used, after a run that was killed there, is as good as a new one. */
  private async changeKey(keys: Keys, now: Date): Promise<Result<Keys, RotationFailure>> {
    const before = await this.ring.held();
    if (!before.ok) return before;
    if (before.value[0]?.id === keys.current.id) {
      if (this.ring.isSecretSet) return fail({ type: 'nothing-to-change-to' });
      const added = await this.ring.file.add();
      if (!added.ok) return added;
    }
    const held = await this.ring.held();
    if (!held.ok) return held;
    const next = held.value[0]?.id ?? keys.current.id;
    const changed = await runAlone(this.database, ROTATION_LOCK, (manager) => this.makeCurrent(manager, next, now));
    return changed ? this.ring.load(now) : fail({ type: 'busy' });
  }

  /** Whoever is writing ends first, so that nothing is written under the old key once the new one is current. */
  private async makeCurrent(manager: EntityManager, id: string, now: Date): Promise<void> {
    // In this order: whoever holds to the current key wants to write next.
    await manager.query(`SELECT id FROM known_key WHERE state = 'current' FOR UPDATE`);
    await manager.query(`LOCK TABLE ${this.tables.map(({ name }) => quoted(name)).join(', ')} IN SHARE ROW EXCLUSIVE MODE`);
    await manager.query(`UPDATE known_key SET state = 'old' WHERE state = 'current' AND id <> $1`, [id]);
    await manager.query(
      `INSERT INTO known_key (id, state, since) VALUES ($1, 'current', $2) ON CONFLICT (id) DO UPDATE SET state = 'current'`,
      [id, now],
    );
  }

  /** The next rows in the order of their ids; none is sealed with an old key any more once all were looked at. */
  private async some(table: SealedTable, keys: Keys, after: string): Promise<'busy' | { rows: number; last: string | null }> {
    const { name, column } = table;
    let done = { rows: 0, last: null as string | null };
    const wasFree = await runAlone(this.database, ROTATION_LOCK, async (manager) => {
      const rows = await manager.query<SealedRow[]>(
        `SELECT id, ${quoted(column)} AS sealed FROM ${quoted(name)}
         WHERE id > $1 AND ${quoted(column)} NOT LIKE $2 ORDER BY id LIMIT ${BATCH} FOR UPDATE`,
        [after, `${keys.current.id}.%`.replaceAll('_', '\\_')],
      );
      for (const row of rows) await this.sealAnew(manager, table, keys, row);
      done = { rows: rows.length, last: rows.at(-1)?.id ?? null };
    });
    return wasFree ? done : 'busy';
  }

  private async sealAnew(manager: EntityManager, { name, column, hashed, hashesOf }: SealedTable, keys: Keys, row: SealedRow): Promise<void> {
    const place = placeOf(name, column, row.id);
    const opened = await this.ring.open(place, row.sealed, manager);
    if (opened === null) throw new Error(`A row of ${name} cannot be opened: ${row.id}.`);
    const hashes = hashed.map((hash, index) => `${quoted(hash)} = CASE WHEN ${quoted(hash)} IS NOT NULL THEN $${index + 3} END`);
    await manager.query(`UPDATE ${quoted(name)} SET ${[`${quoted(column)} = $2`, ...hashes].join(', ')} WHERE id = $1`, [
      ...[row.id, keys.seal(place, opened)],
      ...hashesOf(keys, opened),
    ]);
  }

  private async forgetOld(keys: Keys): Promise<Result<void, RotationFailure>> {
    await this.database.query(`DELETE FROM known_key WHERE state = 'old'`);
    const kept = await this.ring.file.keepOnly(keys.current.id);
    if (!kept.ok) return kept;
    const loaded = await this.ring.load();
    return loaded.ok ? ok(undefined) : loaded;
  }
}
