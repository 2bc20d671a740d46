import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the global setup leaves the migrated database from which each suite starts; one name for each run, which workers inherit. */
const run = (process.env['CHICHE_TEST_RUN'] ??= String(process.pid));
export const TEMPLATE_DUMP = join(tmpdir(), `chiche-template-${run}.tar`);
export const TEMPLATE_DATABASE = `chiche_template_${run}`;
