import { rm } from 'node:fs/promises';
import { onServer } from './database.ts';
import { TEMPLATE_DATABASE, TEMPLATE_DUMP } from './template.ts';

export default async function removeTemplate(): Promise<void> {
  await rm(TEMPLATE_DUMP, { force: true });
  const server = process.env['TEST_DATABASE_URL'];
  if (server !== undefined && server !== '') await onServer(server, `DROP DATABASE IF EXISTS ${TEMPLATE_DATABASE}`);
}
