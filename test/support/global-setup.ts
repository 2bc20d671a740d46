import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { migrate, openDatabase } from '../../src/platform/database.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { Queue } from '../../src/platform/queue.ts';
import { SCHEMA } from '../../src/schema.ts';
import { unpackBrowser } from './browser.ts';
import { onServer } from './database.ts';
import { TEMPLATE_DATABASE, TEMPLATE_DUMP } from './template.ts';

/** Unpacks the browser, and prepares one empty database, with its tables and those of the queue, from which each suite's own starts in under a second. */
export default async function prepare(): Promise<void> {
  await Promise.all([unpackBrowser(), prepareTemplate()]);
}

async function prepareTemplate(): Promise<void> {
  const server = process.env['TEST_DATABASE_URL'];
  if (server !== undefined && server !== '') {
    await onServer(server, `CREATE DATABASE ${TEMPLATE_DATABASE}`);
    const url = new URL(server);
    url.pathname = `/${TEMPLATE_DATABASE}`;
    await migrateAt({ databaseUrl: url.href, dataDirectory: '' });
    return;
  }
  const directory = await mkdtemp(join(tmpdir(), 'chiche-'));
  const embedded = await startEmbeddedPostgres(directory, { inMemory: true });
  if (!embedded.ok) throw new Error(embedded.error.type);
  await migrateAt({ databaseUrl: null, dataDirectory: directory });
  await embedded.value.dump(TEMPLATE_DUMP);
  await embedded.value.stop();
  await rm(directory, { recursive: true, force: true });
}

async function migrateAt(where: { databaseUrl: string | null; dataDirectory: string }): Promise<void> {
  const opened = await openDatabase(where, SCHEMA, { join: true });
  if (!opened.ok) throw new Error(opened.error.type);
  const { dataSource } = opened.value;
  await migrate(dataSource);
  const queue = new Queue(dataSource, pino({ level: 'silent' }));
  await queue.start([]);
  await queue.stop();
  // Suites empty tables between tests; the product never may.
  await dataSource.query('ALTER TABLE reading DISABLE TRIGGER reading_is_never_emptied');
  await dataSource.query('ALTER TABLE reading_thinned DISABLE TRIGGER reading_thinned_is_never_emptied');
  await opened.value.close();
}
