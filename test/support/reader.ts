import type { DataSource } from 'typeorm';
import type { XApi } from '../../src/networks/network.ts';
import type { Clock } from '../../src/platform/clock.ts';
import type { GuardedHttp } from '../../src/platform/http.ts';
import { createLog } from '../../src/platform/log.ts';
import { Queue } from '../../src/platform/queue.ts';
import { ReadingHosts } from '../../src/readings/reading-hosts.service.ts';
import { ReadingRounds } from '../../src/readings/reading-rounds.service.ts';
import { READINGS_CHANGED_QUEUE, ReadingWriter } from '../../src/readings/reading-writer.service.ts';

/** Makes workers that read, and nothing else: what they read waits in the queue. */
export interface TestReaders {
  /** A worker of its own, as every process has one. */
  worker(http: GuardedHttp, xApi?: XApi | null): ReadingRounds;
  close(): Promise<void>;
}

export async function startReaders(database: DataSource, clock: Clock): Promise<TestReaders> {
  const queue = new Queue(database, createLog('silent'));
  await queue.start([READINGS_CHANGED_QUEUE]);
  return {
    worker(http, xApi = null) {
      return new ReadingRounds(new ReadingHosts(database), new ReadingWriter(database, queue), clock, http, { xApi });
    },
    close: () => queue.stop(),
  };
}
