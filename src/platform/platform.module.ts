import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from './clock.ts';
import { isReachable, type Config } from './config.ts';
import { signatureHeaders } from './http-signatures.ts';
import { createGuardedHttp, type GuardedHttp, type Sign } from './http.ts';
import { KeyRing } from './key-ring.ts';
import { createLog, type Log } from './log.ts';
import { Mailer } from './mailer.ts';
import { PageCache } from './page-cache.ts';
import { Queue } from './queue.ts';
import { siteActor, SiteKey } from './site-key.ts';
import { negotiate } from './text.ts';
import { userAgentOf } from './version.ts';

/** Tokens of what has no class of its own; inject with `@Inject(CONFIG) config: Config`. */
export const CONFIG = Symbol('config');
export const GUARDED_HTTP = Symbol('guarded http');
export const LOG = Symbol('log');

export interface Platform {
  config: Config;
  log: Log;
  clock: Clock;
  dataSource: DataSource;
  siteKey: SiteKey;
  keyRing: KeyRing;
  http: GuardedHttp;
  queue: Queue;
  mailer: Mailer;
  pageCache: PageCache;
}

/** Makes the platform of a process on an open database; the guarded client and the queue are closed by its owner. */
export function createPlatform(
  config: Config,
  dataSource: DataSource,
  clock: Clock,
  log: Log = createLog(config.logLevel),
): Platform {
  const siteKey = new SiteKey(dataSource);
  return {
    config,
    log,
    clock,
    dataSource,
    siteKey,
    keyRing: new KeyRing(dataSource, config),
    http: createGuardedHttp({
      userAgent: userAgentOf(config.publicUrl),
      privateNetwork: config.privateNetwork,
      // Nobody could fetch the key of a site that only this machine reaches, and would look for it in vain.
      ...(isReachable(config.publicUrl) && { signer: signerOf(config, siteKey, clock) }),
    }),
    queue: new Queue(dataSource, log),
    mailer: new Mailer(config),
    pageCache: new PageCache(clock, (header) => negotiate(header, undefined, config.defaultLanguage)),
  };
}

function signerOf({ publicUrl }: Config, siteKey: SiteKey, clock: Clock): () => Promise<Sign> {
  const id = siteActor(publicUrl).keyId;
  return async () => {
    const key = { id, privateKey: await siteKey.privateKey() };
    return (request) => signatureHeaders({ ...request, at: clock.now() }, key);
  };
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
      { provide: SiteKey, useValue: platform.siteKey },
      { provide: KeyRing, useValue: platform.keyRing },
      { provide: GUARDED_HTTP, useValue: platform.http },
      { provide: Queue, useValue: platform.queue },
      { provide: Mailer, useValue: platform.mailer },
      { provide: PageCache, useValue: platform.pageCache },
    ];
    return { module: PlatformModule, global: true, providers, exports: providers };
  }
}
