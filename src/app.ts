import 'reflect-metadata';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.ts';
import { ok, type Result } from './domain/result.ts';
import { JOB_QUEUES } from './jobs/job-queues.ts';
import { SystemClock, type Clock } from './platform/clock.ts';
import type { Config } from './platform/config.ts';
import { migrate, openDatabase, type DatabaseFailure, type OpenDatabase } from './platform/database.ts';
import type { KeyRingFailure } from './platform/key-ring.ts';
import { serveMetrics } from './platform/metrics.ts';
import { createPlatform, type Platform } from './platform/platform.module.ts';
import { SCHEMA } from './schema.ts';
import { configureWeb } from './web/configure.ts';

export interface RunningChiche {
  /** Where it listens; null without the role `web`. */
  address: AddressInfo | null;
  /** A service of a room, for tests and the demo. */
  get<T>(service: Type<T>): T;
  close(): Promise<void>;
}

export interface ChicheParts {
  clock?: Clock;
  /** An open database; its opener closes it. */
  database?: OpenDatabase;
}

export type StartFailure = DatabaseFailure | KeyRingFailure;

/** Starts what the configuration asks for: database, tables, keys, queue, entrances. */
export async function startChiche(config: Config, parts: ChicheParts = {}): Promise<Result<RunningChiche, StartFailure>> {
  const database = parts.database === undefined ? await openDatabase(config, SCHEMA) : ok(parts.database);
  if (!database.ok) return database;
  await migrate(database.value.dataSource);
  const platform = createPlatform(config, database.value.dataSource, parts.clock ?? new SystemClock());
  const closeDatabase = parts.database === undefined ? database.value.close : async () => undefined;
  const keys = await platform.keyRing.load(platform.clock.now());
  if (!keys.ok) {
    await platform.http.close();
    await closeDatabase();
    return keys;
  }
  return ok(await open(platform, closeDatabase));
}

async function open(platform: Platform, closeDatabase: () => Promise<void>): Promise<RunningChiche> {
  const { config } = platform;
  await platform.queue.start(JOB_QUEUES);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.of(platform), new ExpressAdapter(), {
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  const server = config.roles.includes('web') ? await listen(app, platform) : null;
  if (server === null) await app.init();
  const metrics = config.metricsPort === null ? null : await serveMetrics(config.host, config.metricsPort);
  return {
    address: server === null ? null : (server.address() as AddressInfo),
    get: (service) => app.get(service, { strict: false }),
    close: async () => {
      await Promise.all([server, metrics].map(closeServer));
      await app.close();
      await platform.queue.stop();
      await platform.http.close();
      await closeDatabase();
    },
  };
}

/** Opens the port: kept pages are answered ahead of the router. */
async function listen(app: INestApplication & NestExpressApplication, platform: Platform): Promise<Server> {
  await configureWeb(app, platform);
  await app.init();
  const router = app.getHttpAdapter().getInstance() as RequestListener;
  const server = createServer((request, response) => {
    platform.pageCache.serve(request, response, () => router(request, response));
  });
  const { host, port } = platform.config;
  await new Promise<void>((settle, reject) => server.once('error', reject).listen(port, host, settle));
  return server;
}

async function closeServer(server: Server | null): Promise<void> {
  if (server === null) return;
  server.closeIdleConnections();
  await new Promise((settle) => {
    server.close(settle);
    server.closeAllConnections();
  });
}
