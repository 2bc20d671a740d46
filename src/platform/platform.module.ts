import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { GuardedHttp } from './http.ts';
import type { Log } from './log.ts';
import { Mailer } from './mailer.ts';
import { PageCache } from './page-cache.ts';
import { Queue } from './queue.ts';

/** Tokens of what has no class of its own; inject with `@Inject(CONFIG) config: Config`. */
export const CONFIG = Symbol('config');
export const GUARDED_HTTP = Symbol('guarded http');
export const LOG = Symbol('log');

export interface Platform {
  config: Config;
  log: Log;
  clock: Clock;
  dataSource: DataSource;
  http: GuardedHttp;
  queue: Queue;
  mailer: Mailer;
  pageCache: PageCache;
}

/** What every room stands on, made before Nest starts and given to all. */
@Module({})
export class PlatformModule {
  static of(platform: Platform): DynamicModule {
    const providers = [
      { provide: CONFIG, useValue: platform.config },
      { provide: LOG, useValue: platform.log },
      { provide: Clock, useValue: platform.clock },
      { provide: DataSource, useValue: platform.dataSource },
      { provide: GUARDED_HTTP, useValue: platform.http },
      { provide: Queue, useValue: platform.queue },
      { provide: Mailer, useValue: platform.mailer },
      { provide: PageCache, useValue: platform.pageCache },
    ];
    return { module: PlatformModule, global: true, providers, exports: providers };
  }
}
