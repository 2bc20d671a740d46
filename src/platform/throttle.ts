import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { fail, ok, type Result } from '../domain/result.ts';

export type TooMany = { type: 'too-many'; retryAt: Date };

/** So many tries of one key in each window of time, counted in this process alone. */
export class Throttle {
  private readonly counter: RateLimiterMemory;
  private readonly milliseconds: number;

  constructor(limit: { tries: number; milliseconds: number }) {
    this.milliseconds = limit.milliseconds;
    this.counter = new RateLimiterMemory({ points: limit.tries, duration: limit.milliseconds / 1_000 });
  }

  /** Counts one more try, or tells from when the next one is heard. */
  async take(key: string, now: Date): Promise<Result<null, TooMany>> {
    try {
      await this.counter.consume(this.inWindow(key, now));
      return ok(null);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      return fail({ type: 'too-many', retryAt: new Date((this.windowAt(now) + 1) * this.milliseconds) });
    }
  }

  /** Forgets the tries of a key that has shown itself to be honest. */
  async forget(key: string, now: Date): Promise<void> {
    await this.counter.delete(this.inWindow(key, now));
  }

  /** The window is part of the key, so that it ends by the clock of the site. */
  private inWindow(key: string, now: Date): string {
    return `${this.windowAt(now)} ${key}`;
  }

  private windowAt(now: Date): number {
    return Math.floor(now.getTime() / this.milliseconds);
  }
}
