import type { Type } from '@nestjs/common';
import { startChiche, type RunningChiche } from '../../src/app.ts';
import { startSimulatedFediverse, type SimulatedFediverse } from '../../src/cli/demo/simulated-fediverse.ts';
import { SettableClock } from '../../src/platform/clock.ts';
import { readConfig, type Config } from '../../src/platform/config.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';
import { TEST_SECRET } from './key-ring.ts';
import { freePort } from './process.ts';

export interface TestSite {
  /** Origin of the site, which is also its public URL. */
  url: string;
  config: Config;
  clock: SettableClock;
  database: TestDatabase;
  fediverse: SimulatedFediverse;
  get<T>(service: Type<T>): T;
  close(): Promise<void>;
}

/** The morning of the day on which the first campaign had three days left. */
export const DEFAULT_NOW = new Date('2023-09-02T07:30:00Z');

/**
 * A whole site on loopback: real database, simulated fediverse, a clock that stands still. Jobs run only where a test
 * asks for the role `worker`; others call the services that jobs call.
 */
export async function startTestSite(
  { at = DEFAULT_NOW, roles = 'web', env = {} }: { at?: Date; roles?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<TestSite> {
  const clock = new SettableClock(at);
  const [database, fediverse] = await Promise.all([openTestDatabase(), startSimulatedFediverse({ now: () => clock.now() })]);
  const port = await freePort();
  const { host, port: simulatedPort } = fediverse.address;
  const config = readConfig({
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    ROLES: roles,
    LOG_LEVEL: 'silent',
    SESSION_SECRET: TEST_SECRET,
    ALLOW_PRIVATE_NETWORK: `${host}:${simulatedPort}`,
    ...env,
  });
  if (!config.ok) throw new Error(config.error.problems.join('; '));
  const started = await startChiche(config.value, { clock, database });
  if (!started.ok) throw new Error(started.error.type);
  const site: RunningChiche = started.value;
  return {
    url: config.value.publicUrl,
    config: config.value,
    clock,
    database,
    fediverse,
    get: (service) => site.get(service),
    close: async () => {
      await site.close();
      await fediverse.close();
      await database.close();
    },
  };
}
