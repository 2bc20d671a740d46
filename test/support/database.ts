import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Config } from '../../src/platform/config.ts';
import { openDatabase, type OpenDatabase } from '../../src/platform/database.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { SCHEMA } from '../../src/schema.ts';
import { TEMPLATE_DATABASE, TEMPLATE_DUMP } from './template.ts';

export interface TestDatabase extends OpenDatabase {
  /** What a process of its own needs to reach the same database. */
  where: Pick<Config, 'databaseUrl' | 'dataDirectory'>;
}

/** A database with all tables and no rows: embedded, or a fresh one on the server of `TEST_DATABASE_URL`. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const server = process.env['TEST_DATABASE_URL'];
  return server === undefined || server === '' ? openEmbedded() : openOnServer(server);
}

async function openEmbedded(): Promise<TestDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'chiche-'));
  const embedded = await startEmbeddedPostgres(directory, { inMemory: true, template: TEMPLATE_DUMP });
  if (!embedded.ok) throw new Error(embedded.error.type);
  const where = { databaseUrl: null, dataDirectory: directory };
  const opened = await openDatabase(where, SCHEMA, { join: true });
  if (!opened.ok) throw new Error(opened.error.type);
  return {
    where,
    dataSource: opened.value.dataSource,
    close: async () => {
      await opened.value.close();
      await embedded.value.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function openOnServer(server: string): Promise<TestDatabase> {
  const name = `chiche_test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE_DATABASE}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const where = { databaseUrl: url.href, dataDirectory: '' };
  const opened = await openDatabase(where, SCHEMA);
  if (!opened.ok) throw new Error(opened.error.type);
  return {
    where,
    dataSource: opened.value.dataSource,
    close: async () => {
      await opened.value.close();
      await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

export async function onServer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(statement);
  await client.end();
}
