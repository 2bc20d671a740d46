import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { released, type Waiting } from '../domain/conditional-release.ts';
import { COUNTED_STATES } from '../domain/pledge-lifecycle.ts';
import { Clock } from '../platform/clock.ts';
import { runAlone } from '../platform/database.ts';

/** Any constant: the advisory lock under which pledges are released. */
const RELEASING_LOCK = 4_092_032;
/** What one transaction releases. */
const BATCH = 5_000;
const NEVER = new AbortController().signal;

/** Of a pledge that waits no longer: what was proven meanwhile holds. */
export const STATE_AFTER_WAITING = `CASE WHEN confirmed_at IS NULL THEN 'pending' ELSE 'confirmed' END`;

/** Where somebody waits for no more than were counted last, a few seconds ago. */
const DUE = `
  SELECT campaign.id FROM campaign JOIN pledge_tally tally ON tally.campaign_id = campaign.id
  WHERE campaign.state IN ('live', 'agreed') AND campaign.hidden_at IS NULL AND EXISTS (
    SELECT FROM pledge WHERE pledge.campaign_id = campaign.id AND pledge.state = 'waiting' AND when_others <= tally.total)`;

const PROMISED = 'SELECT count(*)::int AS n FROM pledge WHERE campaign_id = $1 AND counts AND state = ANY($2)';

/**
 * In the order of their release; ids are in the order of time. Within a batch, nobody can be released who waits for more than
 * this. Whoever is being proven or withdrawn at this moment is passed over until the next time, and counts for nobody.
 */
const FIRST = `
  SELECT id, when_others AS "whenOthers", counts FROM pledge
  WHERE campaign_id = $1 AND state = 'waiting' AND when_others < $2 + ${BATCH}
  ORDER BY when_others, id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`;

const RELEASE = `UPDATE pledge SET state = ${STATE_AFTER_WAITING}, released_at = $2, changed_at = $2 WHERE id = ANY($1)`;

/** Releases the pledges that waited for others. Whether they count is not changed by it: what is held or set aside stays so. */
@Injectable()
export class PledgeReleasing {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** By small transactions, in order: killed at any instant, the next run goes on from there. Ends early when it is told to. */
  async release(stop: AbortSignal = NEVER): Promise<void> {
    const due = await this.database.query<{ id: string }[]>(DUE);
    for (const { id } of due) {
      for (let free = BATCH; free === BATCH && !stop.aborted; ) free = await this.releaseSome(id);
    }
  }

  /** How many were released; none when another process is at it. */
  private async releaseSome(campaignId: string): Promise<number> {
    let free: string[] = [];
    await runAlone(this.database, RELEASING_LOCK, async (manager) => {
      free = await this.due(manager, campaignId);
      if (free.length > 0) await manager.query(RELEASE, [free, this.clock.now()]);
    });
    return free.length;
  }

  /** Counted anew, since whoever was counted last may have left. */
  private async due(manager: EntityManager, campaignId: string): Promise<string[]> {
    const [{ n } = { n: 0 }] = await manager.query<{ n: number }[]>(PROMISED, [campaignId, COUNTED_STATES]);
    const waiting = await manager.query<(Waiting & { id: string })[]>(FIRST, [campaignId, n]);
    return released(n, waiting).map(({ id }) => id);
  }
}
