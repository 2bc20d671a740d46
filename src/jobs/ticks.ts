import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { LOG } from '../platform/platform.module.ts';

/** `stop` tells work that takes long to end early, because the process stops. */
type Work = (now: Date, stop: AbortSignal) => Promise<unknown>;

/** Repeats work until the process stops: one run at a time, the next one `milliseconds` after the last has ended. */
@Injectable()
export class Ticks implements OnModuleDestroy {
  private readonly stopping = new AbortController();
  private readonly loops: Promise<void>[] = [];

  constructor(
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Runs `work` now and from then on; a run that fails is logged, and the next one comes all the same. */
  every(milliseconds: number, name: string, work: Work): void {
    this.loops.push(this.repeat(milliseconds, name, work));
  }

  /** Starts no more runs and waits for those under way. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.loops);
  }

  private async repeat(milliseconds: number, name: string, work: Work): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await work(this.clock.now(), signal);
      } catch (error) {
        this.log.error({ err: error, job: name }, 'a job failed');
      }
      // Rejects only because it is time to stop, which the loop sees for itself.
      await pause(milliseconds, undefined, { signal }).catch(() => undefined);
    }
  }
}
