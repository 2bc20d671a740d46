import 'reflect-metadata';
import type * as Clocks from '../../src/platform/clock.ts';
import type * as Databases from '../../src/platform/database.ts';
import type * as Https from '../../src/platform/http.ts';
import type * as Logs from '../../src/platform/log.ts';
import type * as Queues from '../../src/platform/queue.ts';
import type * as Hosts from '../../src/readings/reading-hosts.service.ts';
import type * as Rounds from '../../src/readings/reading-rounds.service.ts';
import type * as Writers from '../../src/readings/reading-writer.service.ts';
import type * as Schemas from '../../src/schema.ts';
import { built } from './built.ts';

/** What a worker is told to do, once it is ready. */
export interface WorkerOrder {
  database: { databaseUrl: string | null; dataDirectory: string };
  crowd: { host: string; port: number };
  /** ISO 8601: the clock stands still. */
  now: string;
}
export type WorkerWord = 'ready' | 'begins' | 'done';

const { SCHEMA } = await built<typeof Schemas>('schema');
const { SettableClock } = await built<typeof Clocks>('platform/clock');
const { openDatabase } = await built<typeof Databases>('platform/database');
const { createGuardedHttp } = await built<typeof Https>('platform/http');
const { createLog } = await built<typeof Logs>('platform/log');
const { Queue } = await built<typeof Queues>('platform/queue');
const { ReadingHosts } = await built<typeof Hosts>('readings/reading-hosts.service');
const { ReadingRounds } = await built<typeof Rounds>('readings/reading-rounds.service');
const { READINGS_CHANGED_QUEUE, ReadingWriter } = await built<typeof Writers>('readings/reading-writer.service');

/** A worker that takes one round of readings and nothing else, in a process of its own that may be killed. */
async function work({ database, crowd, now }: WorkerOrder): Promise<void> {
  const opened = await openDatabase(database, SCHEMA, { join: true });
  if (!opened.ok) throw new Error(opened.error.type);
  const { dataSource } = opened.value;
  const queue = new Queue(dataSource, createLog('silent'));
  await queue.start([READINGS_CHANGED_QUEUE]);
  const http = createGuardedHttp({ userAgent: 'Chiche test', privateNetwork: crowd });
  const writer = new ReadingWriter(dataSource, queue);
  const rounds = new ReadingRounds(new ReadingHosts(dataSource), writer, new SettableClock(new Date(now)), http, { xApi: null });
  say('begins');
  await rounds.round();
  say('done');
  process.exit(0);
}

function say(word: WorkerWord): void {
  process.send?.(word);
}

process.once('message', (order: WorkerOrder) => void work(order));
say('ready');
