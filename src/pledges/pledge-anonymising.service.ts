import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DAY } from '../domain/durations.ts';
import { COUNTED_STATES, REMEMBERED_DAYS } from '../domain/pledge-lifecycle.ts';
import { runAlone } from '../platform/database.ts';
import { PledgeCounting } from './pledge-counting.service.ts';

/** Any constant: the advisory lock under which pledges are made anonymous. */
const ANONYMISING_LOCK = 4_092_028;
/** What one transaction forgets. */
const BATCH = 500;
const NEVER = new AbortController().signal;

/** What was counted and tells nothing of anybody: the shape that anonymous pledges have, and no others. */
const IS_ANONYMOUS = 'pledge.sealed IS NULL AND pledge.counts AND pledge.state = ANY($2)';

/** One can promise for as long as one likes once the institution agreed: each promise has its own time, too. */
const IS_DUE = `pledge.changed_at <= $1 AND NOT (${IS_ANONYMOUS})`;

const DUE = `
  SELECT id FROM campaign
  WHERE ended_at <= $1 AND EXISTS (SELECT FROM pledge WHERE campaign_id = campaign.id AND ${IS_DUE})
  ORDER BY id LIMIT 1`;

/**
 * What counts stays as a new row with the day of what happened: not even an id or an instant leads from what was known of a
 * person to what is left. All else goes.
 */
const FORGET = `
  WITH gone AS (
    DELETE FROM pledge WHERE id IN (
      SELECT id FROM pledge WHERE campaign_id = $3 AND ${IS_DUE} ORDER BY id LIMIT ${BATCH} FOR UPDATE)
    RETURNING *),
  kept AS (
    INSERT INTO pledge (id, campaign_id, state, counts, consent_version, follow_state, proof, kept_how,
                        consented_at, created_at, changed_at, confirmed_at, kept_at)
    SELECT gen_random_uuid(), campaign_id, state, counts, consent_version, 'unknown', proof, kept_how,
      date_trunc('day', consented_at, 'UTC'), date_trunc('day', created_at, 'UTC'), date_trunc('day', changed_at, 'UTC'),
      date_trunc('day', confirmed_at, 'UTC'), date_trunc('day', kept_at, 'UTC')
    FROM gone WHERE counts AND state = ANY($2))
  SELECT count(*)::int AS gone FROM gone`;

/** Forgets who pledged once a campaign has been over, and their pledge as it is, for long, and keeps how many did. */
@Injectable()
export class PledgeAnonymising {
  constructor(
    private readonly database: DataSource,
    private readonly counting: PledgeCounting,
  ) {}

  /** By small transactions: killed at any instant, the next run goes on from there. Ends early when it is told to. */
  async anonymise(now: Date, stop: AbortSignal = NEVER): Promise<void> {
    const before = new Date(now.getTime() - REMEMBERED_DAYS * DAY);
    while (!stop.aborted) {
      const [due] = await this.database.query<{ id: string }[]>(DUE, [before, COUNTED_STATES]);
      if (due === undefined) return;
      await this.counting.settle(due.id);
      if (!(await this.forget(due.id, before, stop))) return;
    }
  }

  /** False when another process is at it. */
  private async forget(campaignId: string, before: Date, stop: AbortSignal): Promise<boolean> {
    for (let gone = BATCH; gone === BATCH && !stop.aborted; ) {
      const wasFree = await runAlone(this.database, ANONYMISING_LOCK, async (manager) => {
        const [row] = await manager.query<{ gone: number }[]>(FORGET, [before, COUNTED_STATES, campaignId]);
        gone = row?.gone ?? 0;
      });
      if (!wasFree) return false;
    }
    return true;
  }
}
