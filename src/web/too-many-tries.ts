import { HttpException } from '@nestjs/common';

/** Somebody tried too often: 429 with the seconds to wait (RFC 6585, 4). */
export class TooManyTries extends HttpException {
  readonly retryAfterSeconds: number;

  constructor(retryAt: Date, now: Date) {
    super('Too many tries', 429);
    this.retryAfterSeconds = Math.max(1, Math.ceil((retryAt.getTime() - now.getTime()) / 1_000));
  }
}
