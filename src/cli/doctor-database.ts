import type { Config } from '../platform/config.ts';
import { databaseFacts } from '../platform/database-facts.ts';
import { appliedMigrations, schemaDrift, type OpenDatabase } from '../platform/database.ts';
import type { KeyRingFailure } from '../platform/key-ring.ts';
import type { Platform } from '../platform/platform.module.ts';
import { SCHEMA } from '../schema.ts';
import { failure, warning, well, type Finding } from './finding.ts';

type Database = OpenDatabase['dataSource'];

const OLDEST_POSTGRES = 15;
const SECOND = 1_000;
const CLOCK_SKEW = { odd: 2 * SECOND, wrong: 60 * SECOND };

/** Which database it is, and whether its clock agrees with this machine's. */
export async function* checkDatabase(database: Database, config: Config): AsyncGenerator<Finding> {
  const before = Date.now();
  const { version, major, isVacuumed, now } = await databaseFacts(database);
  const after = Date.now();
  if (major < OLDEST_POSTGRES) yield failure('database', 'old_postgres', { version });
  else if (config.databaseUrl !== null && !isVacuumed) yield warning('database', 'no_vacuum', { version });
  else yield well('database', config.databaseUrl === null ? 'embedded' : 'postgres', { version });
  const skew = Math.max(before - now.getTime(), now.getTime() - after, 0);
  const values = { seconds: Math.round(skew / SECOND) };
  if (skew > CLOCK_SKEW.wrong) yield failure('clock', 'clock_wrong', values);
  else yield skew > CLOCK_SKEW.odd ? warning('clock', 'clock_odd', values) : well('clock', 'clock_right');
}

/** Whether the tables are those of this version. */
export async function checkMigrations(database: Database): Promise<Finding> {
  const applied = await appliedMigrations(database.manager);
  const known = SCHEMA.migrations.map(({ name }) => name);
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length > 0) return failure('tables', 'newer_tables', { migrations: unknown.join(', ') });
  const pending = known.filter((name) => !applied.includes(name));
  if (pending.length > 0) return failure('tables', 'pending_migrations', { migrations: pending.join(', ') });
  const drift = await schemaDrift(database);
  return drift.length > 0 ? failure('tables', 'drift', { sql: drift.join('; ') }) : well('tables', 'good_tables', { count: applied.length });
}

/** Whether what is sealed can be opened, and by what; nothing is made here. */
export async function checkKeys({ dataSource, keyRing }: Platform): Promise<Finding> {
  const { path } = keyRing.file;
  const fits = await keyRing.fits(dataSource.manager);
  if (!fits.ok) return failure('keys', ...keyProblem(fits.error));
  if (await keyRing.file.isOpenToOthers()) return warning('keys', 'keys_open', { path });
  const [known, held] = [await keyRing.known(dataSource.manager), await keyRing.held()];
  const [first] = held.ok ? held.value : [];
  const current = known.find(({ state }) => state === 'current');
  if (known.length > 1 || (current !== undefined && current.id !== first?.id)) return warning('keys', 'keys_unfinished');
  if (known.length === 0) return well('keys', 'keys_none');
  return keyRing.isSecretSet ? well('keys', 'keys_secret') : well('keys', 'keys_file', { path });
}

function keyProblem(error: KeyRingFailure): [string, Record<string, string>] {
  if (error.type === 'missing-key') return [error.secretIsSet ? 'keys_missing_secret' : 'keys_missing_file', { path: error.path }];
  return error.type === 'key-file' ? ['keys_unusable', { path: error.path, code: error.code }] : ['keys_broken', { path: error.path }];
}
