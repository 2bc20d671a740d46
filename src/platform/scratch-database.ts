import type { DataSource } from 'typeorm';
import { quoted } from './backup-tables.ts';
import { MIGRATION_TABLE } from './database.ts';

/** Written on a table, because every role that could create it may. */
const MARK = 'scratch: emptied at the next start';

/** `scratch`: was marked as one that may be emptied; `in-use`: holds tables that nobody said so of. */
export type ScratchState = 'empty' | 'scratch' | 'in-use';

export async function scratchState(database: DataSource): Promise<ScratchState> {
  const [found] = await database.query<{ tables: number; mark: string | null }[]>(
    `SELECT count(*)::int AS tables, max(obj_description(oid, 'pg_class')) FILTER (WHERE relname = $1) AS mark
     FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace`,
    [MIGRATION_TABLE],
  );
  if (found === undefined || found.tables === 0) return 'empty';
  return found.mark === MARK ? 'scratch' : 'in-use';
}

/** Allows a migrated database to be emptied later. */
export async function markScratch(database: DataSource): Promise<void> {
  await database.query(`COMMENT ON TABLE ${quoted(MIGRATION_TABLE)} IS '${MARK}'`);
}

/** Drops all that the program made: its tables, its functions, the queue. Refuses a database without the mark. */
export async function emptyScratch(database: DataSource): Promise<void> {
  if ((await scratchState(database)) !== 'scratch') throw new Error('This database may not be emptied.');
  await database.transaction(async (manager) => {
    const tables = await manager.query<{ name: string }[]>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace`,
    );
    const functions = await manager.query<{ signature: string }[]>(
      `SELECT oid::regprocedure::text AS signature FROM pg_proc
       WHERE pronamespace = current_schema()::regnamespace AND proowner = current_user::regrole
         AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')`,
    );
    await manager.query('DROP SCHEMA IF EXISTS pgboss CASCADE');
    await manager.query(`DROP TABLE ${tables.map(({ name }) => quoted(name)).join(', ')} CASCADE`);
    for (const { signature } of functions) await manager.query(`DROP ROUTINE ${signature}`);
  });
}
