import { resolve } from 'node:path';
import { DataSource, MigrationExecutor, type EntityManager, type MixedList } from 'typeorm';
import type { Pool } from 'pg';
import { fail, ok, type Result } from '../domain/result.ts';
import { SnakeCaseNaming } from './columns.ts';
import type { Config } from './config.ts';
import {
  isEmbeddedPostgresRunning,
  startEmbeddedPostgres,
  type EmbeddedPostgresFailure,
} from './embedded-postgres.ts';

export interface Schema {
  entities: Function[];
  migrations: Function[];
}

export type DatabaseFailure = EmbeddedPostgresFailure | { type: 'unreachable'; detail: string };

export interface OpenDatabase {
  dataSource: DataSource;
  /** Closes the connections, and the embedded database where this process started it. */
  close(): Promise<void>;
}

/** Any constant: the advisory lock under which migrations run. */
const MIGRATION_LOCK = 4_092_023;
const POOL_SIZE = 10;
/** Where the names of the migrations that ran are kept. */
export const MIGRATION_TABLE = 'migration';

/**
 * Opens the database of the configuration. A `DATABASE_URL` that cannot be reached is a failure, never a reason to use
 * the embedded one. With `join`, a command uses an embedded database that a running server holds.
 */
export async function openDatabase(
  config: Pick<Config, 'databaseUrl' | 'dataDirectory'>,
  schema: Schema,
  options: { join?: boolean } = {},
): Promise<Result<OpenDatabase, DatabaseFailure>> {
  if (config.databaseUrl !== null) return connect({ url: config.databaseUrl }, schema, async () => undefined);
  if (options.join && (await isEmbeddedPostgresRunning(config.dataDirectory))) {
    return connect(embeddedAt(resolve(config.dataDirectory)), schema, async () => undefined);
  }
  const embedded = await startEmbeddedPostgres(config.dataDirectory);
  if (!embedded.ok) return embedded;
  return connect(embeddedAt(embedded.value.host), schema, () => embedded.value.stop());
}

function embeddedAt(host: string): { host: string; username: string; database: string } {
  return { host, username: 'postgres', database: 'postgres' };
}

async function connect(
  where: { url: string } | { host: string; username: string; database: string },
  { entities, migrations }: Schema,
  stop: () => Promise<void>,
): Promise<Result<OpenDatabase, DatabaseFailure>> {
  const dataSource = new DataSource({
    type: 'postgres',
    ...where,
    entities: entities as MixedList<Function>,
    migrations: migrations as MixedList<Function>,
    migrationsTableName: MIGRATION_TABLE,
    namingStrategy: new SnakeCaseNaming(),
    // Ids are made in the program: no extension is asked of the database.
    installExtensions: false,
    extra: { max: POOL_SIZE, connectionTimeoutMillis: 10_000 },
  });
  try {
    await dataSource.initialize();
  } catch (error) {
    await stop();
    return fail({ type: 'unreachable', detail: (error as Error).message });
  }
  return ok({
    dataSource,
    close: async () => {
      await dataSource.destroy();
      await stop();
    },
  });
}

/** The `pg` pool under the data source, for libraries that bring their own SQL. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { master: Pool }).master;
}

/** Brings the tables up to date; processes that start together wait for the first of them. */
export async function migrate(dataSource: DataSource): Promise<void> {
  await dataSource.transaction(async (manager) => {
    await lockUntilCommit(manager, MIGRATION_LOCK);
    const executor = new MigrationExecutor(dataSource, manager.queryRunner);
    executor.transaction = 'none';
    await executor.executePendingMigrations();
  });
}

/** The migrations that ran on this database, in their order; none on an empty one. */
export async function appliedMigrations(manager: EntityManager): Promise<string[]> {
  const [table] = await manager.query<{ exists: boolean }[]>('SELECT to_regclass($1) IS NOT NULL AS exists', [MIGRATION_TABLE]);
  if (!table?.exists) return [];
  const rows = await manager.query<{ name: string }[]>(`SELECT name FROM ${MIGRATION_TABLE} ORDER BY id`);
  return rows.map((row) => row.name);
}

/** SQL that would bring the tables to what the entities say; empty when they agree. */
export async function schemaDrift(dataSource: DataSource): Promise<string[]> {
  const sql = await dataSource.driver.createSchemaBuilder().log();
  return sql.upQueries.map((query) => query.query);
}

/** Waits for whoever else holds this lock, and holds it until the transaction ends. */
export async function lockUntilCommit(manager: EntityManager, key: number): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [key]);
}

/** Runs `work` in a transaction unless another process is at it; tells whether it ran. */
export async function runAlone(
  dataSource: DataSource,
  key: number,
  work: (manager: EntityManager) => Promise<void>,
): Promise<boolean> {
  return dataSource.transaction(async (manager) => {
    const [row] = await manager.query<{ free: boolean }[]>('SELECT pg_try_advisory_xact_lock($1) AS free', [key]);
    if (!row?.free) return false;
    await work(manager);
    return true;
  });
}
