import type { DataSource } from 'typeorm';

export interface DatabaseFacts {
  /** Of PostgreSQL, as it tells it. */
  version: string;
  major: number;
  /** False: nobody cleans up behind changes, and tables grow for ever. */
  isVacuumed: boolean;
  /** The database's own clock. */
  now: Date;
}

/** What a database tells about itself. */
export async function databaseFacts(database: DataSource): Promise<DatabaseFacts> {
  const [facts] = await database.query<DatabaseFacts[]>(
    `SELECT current_setting('server_version') AS version,
            current_setting('server_version_num')::int / 10000 AS major,
            current_setting('autovacuum')::boolean AS "isVacuumed", clock_timestamp() AS now`,
  );
  if (facts === undefined) throw new Error('The database tells nothing about itself.');
  return facts;
}
