import { PgBoss, type SendOptions } from 'pg-boss';
import type { DataSource, EntityManager } from 'typeorm';
import { NIL, v7 as newId } from 'uuid';
import { poolOf } from './database.ts';
import type { Log } from './log.ts';

export interface JobOptions {
  /** Sent only if this transaction commits: the queue is the outbox. */
  within?: EntityManager;
  /** One waiting job of this key at most. */
  key?: string;
  startAfter?: Date;
}

/** Done jobs go after a day: mails hold addresses and private links. */
const QUEUE = { policy: 'short', retryLimit: 5, retryDelay: 5, retryBackoff: true, deleteAfterSeconds: 86_400 } as const;
const NEVER = new AbortController().signal;

/** Work to be done later, by any process with the role `worker`; kept in the same database as what asked for it. */
export class Queue {
  private readonly boss: PgBoss;

  constructor(dataSource: DataSource, log: Log) {
    const pool = poolOf(dataSource);
    this.boss = new PgBoss({
      db: { executeSql: (text, values) => pool.query(text, values as unknown[]) },
      // PGlite knows no REINDEX CONCURRENTLY, and these queues stay small.
      reindex: false,
    });
    this.boss.on('error', (error) => log.error({ err: error }, 'queue'));
  }

  async start(names: readonly string[]): Promise<void> {
    await this.boss.start();
    for (const name of names) {
      await this.boss.createQueue(name, QUEUE);
      // pg-boss looks a queue up at its first use, and a job sent within a transaction must not: the embedded database
      // has no second session to answer in.
      await this.boss.findJobs(name, { id: NIL });
    }
  }

  async send(name: string, data: object, options: JobOptions = {}): Promise<void> {
    await this.boss.send(name, data, {
      // A queue of policy `short` takes jobs without a key for one and the same.
      singletonKey: options.key ?? newId(),
      ...(options.startAfter === undefined ? {} : { startAfter: options.startAfter }),
      ...(options.within === undefined ? {} : { db: inTransaction(options.within) }),
    });
  }

  /**
   * Sends a job for each row that waits, one at most by its id. `after` finds the next rows by their ids, and none at the end. All of
   * them are sent in the end, so that those which fail again and again keep none from its turn.
   */
  async sendEach(name: string, after: (id: string) => Promise<readonly { readonly id: string }[]>, stop: AbortSignal = NEVER): Promise<void> {
    for (let rows = await after(NIL); rows.length > 0 && !stop.aborted; rows = await after(rows.at(-1)?.id ?? NIL)) {
      for (const { id } of rows) await this.send(name, { id }, { key: id });
    }
  }

  /**
   * Handles a few jobs at a time; a job whose handler throws is tried again later. With `together`, up to so many are
   * fetched in one go, and all of them are tried again: for what may be done twice.
   */
  async work<T extends object>(name: string, handle: (data: T) => Promise<void>, together = 1): Promise<void> {
    const options = { pollingIntervalSeconds: 1, localConcurrency: 4, batchSize: together };
    await this.boss.work<T>(name, options, async (jobs) => {
      for (const job of jobs) await handle(job.data);
    });
  }

  async stop(): Promise<void> {
    await this.boss.stop({ graceful: true, timeout: 10_000 });
  }
}

function inTransaction(manager: EntityManager): NonNullable<SendOptions['db']> {
  return {
    executeSql: async (text, values) => {
      const result = await manager.queryRunner?.query(text, values as unknown[], true);
      return { rows: result?.records ?? [] };
    },
  };
}
