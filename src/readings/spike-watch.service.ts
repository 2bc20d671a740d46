import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as newId } from 'uuid';
import { DAY } from '../domain/durations.ts';
import { FEWEST_TO_FLAG, spikesSince, type Spike } from '../domain/spikes.ts';
import { network } from '../networks/networks.ts';
import { Clock } from '../platform/clock.ts';
import { Queue } from '../platform/queue.ts';
import { NEW_FOLLOWERS_QUEUE, type NewFollowersAsked } from './new-followers.service.ts';

/** What happened longer ago was looked at when it did. */
const LOOK_BACK = 2 * DAY;
/** Readings that tell what is usual for an account. */
const HISTORY = 300;
/** Readings that may have come since it was looked last. */
const NEWEST = 12;

/** Accounts whose last readings differ at all, so that the history of the others need not be read. */
const RESTLESS = `
  SELECT account.id, account.network, account.actor_uri AS "actorUri" FROM account CROSS JOIN LATERAL (
    SELECT max(abs(gained)) AS change FROM (
      SELECT count - lag(count) OVER (ORDER BY at) AS gained FROM (
        SELECT at, count FROM reading WHERE account_id = account.id AND status = 'counted'
        ORDER BY at DESC LIMIT ${NEWEST}) newest) step) largest
  WHERE account.id = ANY($1) AND largest.change > ${FEWEST_TO_FLAG}
  ORDER BY account.id`;

const SERIES = `
  SELECT at, count::float8 AS count FROM (
    SELECT at, count FROM reading WHERE account_id = $1 AND status = 'counted' ORDER BY at DESC LIMIT ${HISTORY}) newest
  ORDER BY at`;

const HONEST = `SELECT at FROM reading_flag WHERE account_id = $1 AND state = 'dismissed'`;

/**
 * Once for each change, also when one of its readings was taken out since, and one at a time for each account and kind.
 */
const FLAG = `
  INSERT INTO reading_flag (id, account_id, kind, from_at, from_count, at, count, most, state, created_at)
  SELECT $1, $2, $3, $4, $5, $6, $7, $8, 'open', $9
  WHERE NOT EXISTS (
    SELECT FROM reading_flag known WHERE known.account_id = $2 AND known.kind = $3 AND known.at > $4 AND known.at <= $6)
  ON CONFLICT DO NOTHING
  RETURNING id`;

type Watched = { id: string; network: string; actorUri: string | null };

/** Flags what is unusual among the newest readings, for a moderator. */
@Injectable()
export class SpikeWatch {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly queue: Queue,
  ) {}

  /** Looks at the newest changes of these accounts; doing so again flags nothing twice. */
  async look(accountIds: readonly string[]): Promise<void> {
    const restless = await this.database.query<Watched[]>(RESTLESS, [accountIds]);
    const since = new Date(this.clock.now().getTime() - LOOK_BACK);
    for (const account of restless) {
      const points = await this.database.query<{ at: Date; count: number }[]>(SERIES, [account.id]);
      const honest = await this.database.query<{ at: Date }[]>(HONEST, [account.id]);
      for (const spike of spikesSince(points, since, honest.map(({ at }) => at))) await this.flag(account, spike);
    }
  }

  /** Where the new followers are to be found is asked in the same transaction. */
  private async flag(account: Watched, { kind, from, to, most }: Spike): Promise<void> {
    await this.database.transaction(async (manager) => {
      const facts = [newId(), account.id, kind, from.at, from.count, to.at, to.count, most, this.clock.now()];
      const [flagged] = await manager.query<{ id: string }[]>(FLAG, facts);
      if (flagged === undefined || kind !== 'spike' || !network(account.network).fediverse || account.actorUri === null) return;
      const asked: NewFollowersAsked = { flagId: flagged.id };
      await this.queue.send(NEW_FOLLOWERS_QUEUE, asked, { within: manager, key: flagged.id });
    });
  }
}
