import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, LessThan, MoreThanOrEqual } from 'typeorm';
import { WINDOW } from '../domain/corroboration.ts';
import { DAY } from '../domain/durations.ts';
import { subscriberOf } from '../platform/address-keys.ts';
import { Clock } from '../platform/clock.ts';
import { keyedHash } from '../platform/secrets.ts';
import { ReaderKey } from './reader-key.entity.ts';

/** How long a reader of a number that waits is told apart from others. */
const REMEMBERED = 3 * DAY;

/** A household may hold a whole /48 of IPv6 (RFC 6177); to take neighbours for one person only makes them wait. */
const HOUSEHOLD_BITS = 48;
/** Of 256: as many as tell apart the few who report on one account. */
const NAME_LENGTH = 16;

/** What is left of the reader's names: see `readers.ts`. */
const FORGET = `
  UPDATE reading SET reader = split_part(reader, ' ', 1) || ' forgotten ' || id
  WHERE reader LIKE '%#%' AND (
    created_at <= $1
    OR status = 'counted' AND created_at <= $2
    OR status IN ('rejected', 'replaced', 'struck'))`;

/** Telling the people apart who read numbers, for as long as that decides anything. */
@Injectable()
export class Readers {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /**
   * The names of whoever comes from a network address: one under the key of each of the last days, so that someone of
   * yesterday shares one with themselves of today, in whatever process.
   */
  async namesOf(address: string): Promise<string[]> {
    const now = this.clock.now();
    const keys = this.database.getRepository(ReaderKey);
    const today = { day: dayOf(now), value: randomBytes(32).toString('base64url') };
    await keys.createQueryBuilder().insert().values(today).orIgnore().execute();
    const live = await keys.find({ where: { day: MoreThanOrEqual(oldestDay(now)) }, order: { day: 'DESC' } });
    const household = subscriberOf(address, HOUSEHOLD_BITS);
    return live.map(({ value }) => keyedHash(value, household).slice(0, NAME_LENGTH));
  }

  /** Takes the names off readings that wait no more, or waited for three days; forgets the keys that made them. */
  async forget(now: Date): Promise<void> {
    const [longAgo, windowAgo] = [REMEMBERED, WINDOW].map((age) => new Date(now.getTime() - age));
    await this.database.query(FORGET, [longAgo, windowAgo]);
    await this.database.getRepository(ReaderKey).delete({ day: LessThan(oldestDay(now)) });
  }
}

function oldestDay(now: Date): string {
  return dayOf(new Date(now.getTime() - REMEMBERED));
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
