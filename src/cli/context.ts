import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { destination, pino } from 'pino';
import { ok, type Result } from '../domain/result.ts';
import { SystemClock, type Clock } from '../platform/clock.ts';
import { readConfig, type Config } from '../platform/config.ts';
import { migrate, openDatabase, type DatabaseFailure, type OpenDatabase } from '../platform/database.ts';
import type { Log } from '../platform/log.ts';
import { createPlatform, PlatformModule, type Platform } from '../platform/platform.module.ts';
import { SCHEMA } from '../schema.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/** Services of the features that a command asked for, on an open database. */
export interface Services {
  readonly platform: Platform;
  get<T>(service: Type<T>): T;
  close(): Promise<void>;
}

@Module({})
class CommandModule {
  static of(platform: Platform, features: Type[]): DynamicModule {
    return { module: CommandModule, imports: [PlatformModule.of(platform), ...features] };
  }
}

/** Features without any entrance, on a database that its opener closes. */
export async function openServices(
  config: Config,
  { dataSource }: OpenDatabase,
  features: Type[],
  clock: Clock = new SystemClock(),
): Promise<Services> {
  const platform = createPlatform(config, dataSource, clock, errorLog());
  // What a command changes may tell people by mail, through the queue.
  await platform.queue.start([]);
  const module = CommandModule.of(platform, features);
  const context = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  return {
    platform,
    get: (service) => context.get(service, { strict: false }),
    close: async () => {
      await context.close();
      await platform.queue.stop();
      await platform.http.close();
    },
  };
}

/** Runs a command with services, beside a running server or without one; says what is wrong when there is no database. */
export async function withServices(
  terminal: Terminal,
  features: Type[],
  work: (services: Services) => Promise<ExitCode>,
): Promise<ExitCode> {
  return withDatabase(terminal, async (database, config) => {
    const services = await openServices(config, database, features);
    try {
      return await work(services);
    } finally {
      await services.close();
    }
  });
}

/** As {@link withServices}, for commands that need nothing but the tables. */
export async function withDatabase(
  terminal: Terminal,
  work: (database: OpenDatabase, config: Config) => Promise<ExitCode>,
): Promise<ExitCode> {
  const opened = await openConfigured(terminal.environment);
  if (!opened.ok) {
    for (const problem of problemsOf(terminal, opened.error)) terminal.complain(problem);
    return 1;
  }
  const { config, database } = opened.value;
  try {
    await migrate(database.dataSource);
    return await work(database, config);
  } finally {
    await database.close();
  }
}

type OpenFailure = DatabaseFailure | { type: 'invalid-configuration'; problems: string[] };

async function openConfigured(
  environment: NodeJS.ProcessEnv,
): Promise<Result<{ config: Config; database: OpenDatabase }, OpenFailure>> {
  const config = readConfig(environment);
  if (!config.ok) return config;
  const database = await openDatabase(config.value, SCHEMA, { join: true });
  return database.ok ? ok({ config: config.value, database: database.value }) : database;
}

/** A failure for the person at the terminal; each line names the variable to look at. */
export function problemsOf(terminal: Terminal, failure: OpenFailure): string[] {
  switch (failure.type) {
    case 'invalid-configuration':
      return failure.problems;
    case 'in-use':
      return [terminal.t('database_in_use', { directory: failure.directory })];
    case 'path-too-long':
      return [terminal.t('database_path_too_long', { path: failure.path })];
    case 'unreachable':
      return [terminal.t('database_unreachable', { detail: failure.detail })];
  }
}

/** Standard output belongs to results. */
function errorLog(): Log {
  return pino({ level: 'error', base: null }, destination(2));
}
