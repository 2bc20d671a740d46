import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { STANDING_STATES } from '../domain/pledge-lifecycle.ts';
import { batchSize, WAVE_INTERVAL } from '../domain/wave.ts';
import { Clock } from '../platform/clock.ts';
import { KeyRing } from '../platform/key-ring.ts';
import { Queue } from '../platform/queue.ts';
import { PledgeBlocks } from './pledge-blocks.service.ts';
import { openPerson } from './pledge-person.ts';
import { TellRequest, type TellWay } from './tell-request.entity.ts';
import { waveProgress } from './wave-progress.query.ts';
import { Wave } from './wave.entity.ts';

/** The queue of messages that the account is open, by the id of their request: a job holds no address. */
export const OPENING_MAIL_QUEUE = 'opening-mail';

const NEVER = new AbortController().signal;

/** The account was read, so that following it works, and nobody hides the campaign or stopped the wave. */
const DUE = `
  SELECT wave.campaign_id AS "campaignId", wave.total, wave.batches, campaign.fediverse_account_id AS "accountId"
  FROM wave JOIN campaign ON campaign.id = wave.campaign_id
  WHERE wave.next_at <= $1 AND wave.finished_at IS NULL AND wave.stopped_at IS NULL
    AND campaign.hidden_at IS NULL AND campaign.state IN ('live', 'won', 'agreed', 'ended')
    AND EXISTS (SELECT FROM reading WHERE reading.account_id = campaign.fediverse_account_id AND reading.status = 'counted')`;

/** Who may be told and was not, of this account: those who stand, whom no moderator set aside, and whose address is not forgotten. */
const untold = (campaign: string, account: string, states: string): string => `
  FROM tell_request JOIN pledge ON pledge.id = tell_request.pledge_id
  WHERE pledge.campaign_id = ${campaign} AND tell_request.told_account_id IS DISTINCT FROM ${account}
    AND pledge.state = ANY(${states}) AND pledge.set_aside_id IS NULL
    AND (tell_request.way <> 'mail' OR tell_request.sealed IS NOT NULL)`;

const COUNT = `SELECT count(*)::int AS n ${untold('$1', '$2', '$3')}`;

const NEXT = `
  SELECT tell_request.id, tell_request.way, pledge.id AS "pledgeId", pledge.sealed ${untold('$1', '$2', '$3')}
  ORDER BY tell_request.asked_at, tell_request.id LIMIT $4 FOR UPDATE OF tell_request`;

const TELL = `
  UPDATE tell_request SET told_at = $2, told_account_id = $3, corrects = told_at IS NOT NULL AND (way <> 'direct' OR handed_at IS NOT NULL),
    handed_at = NULL, sent_at = NULL, failure = NULL
  WHERE id = ANY($1)`;

/** Where a moderator let people count again after the last batch. */
const UNFINISH = `
  UPDATE wave SET finished_at = NULL FROM campaign
  WHERE campaign.id = wave.campaign_id AND wave.finished_at IS NOT NULL
    AND EXISTS (SELECT ${untold('campaign.id', 'campaign.fediverse_account_id', '$1')})`;

/** Whoever followed the wrong account has not kept this promise. */
const LAPSE = `
  UPDATE pledge SET state = 'lapsed', changed_at = $2, look_again_at = NULL WHERE campaign_id = $1 AND state = 'kept'`;

interface DueWave {
  campaignId: string;
  total: number | null;
  batches: number;
  accountId: string;
}

interface Untold {
  id: string;
  way: TellWay;
  pledgeId: string;
  sealed: string | null;
}

/** Telling those who asked that the account is open: each once, by batches, so that no server is stormed. */
@Injectable()
export class Waves {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly ring: KeyRing,
    private readonly queue: Queue,
    private readonly blocks: PledgeBlocks,
  ) {}

  /** Within the decision that records the account: the wave leaves once that was read. */
  async begin(manager: EntityManager, campaignId: string): Promise<void> {
    const values = { campaignId, total: null, batches: 0, nextAt: this.clock.now(), stoppedAt: null, finishedAt: null };
    await manager.insert(Wave, values);
  }

  /** Within the decision that takes the account back: who was told is told again, of the right one. */
  async takeBack(manager: EntityManager, campaignId: string): Promise<void> {
    await manager.delete(Wave, { campaignId });
    await manager.query(LAPSE, [campaignId, this.clock.now()]);
  }

  /** Within a decision: stops the wave, or lets it go on; false when there is none to stop or let go on. */
  async setStopped(manager: EntityManager, campaignId: string, stopped: boolean): Promise<boolean> {
    await manager.findOne(Wave, { where: { campaignId }, lock: { mode: 'pessimistic_write' } });
    const { state } = await waveProgress(manager, campaignId);
    if (state === 'none' || state === 'finished' || (state === 'stopped') === stopped) return false;
    await manager.update(Wave, { campaignId }, { stoppedAt: stopped ? this.clock.now() : null });
    return true;
  }

  /** Sends the batches that are due, one for each wave. Killed at any instant, the next run goes on from there. */
  async tellDue(now: Date, stop: AbortSignal = NEVER): Promise<void> {
    const due = await this.database.query<DueWave[]>(`${DUE} ORDER BY wave.next_at`, [now]);
    const errors: unknown[] = [];
    for (const { campaignId } of due) {
      if (stop.aborted) break;
      await this.database.transaction((manager) => this.tellBatch(manager, campaignId, now)).catch((error: unknown) => errors.push(error));
    }
    // One campaign's batch does not keep the others from being told.
    if (errors.length > 0) throw new AggregateError(errors, 'Batches failed.');
  }

  /** Goes on where somebody may be told after all. */
  async unfinish(): Promise<void> {
    await this.database.query(UNFINISH, [[...STANDING_STATES]]);
  }

  /** All of a batch or nothing of it: the queue keeps its jobs in the same database. */
  private async tellBatch(manager: EntityManager, campaignId: string, now: Date): Promise<void> {
    const held = `${DUE} AND wave.campaign_id = $2 FOR UPDATE OF wave SKIP LOCKED`;
    const [wave] = await manager.query<DueWave[]>(held, [now, campaignId]);
    if (wave === undefined) return;
    const total = wave.total ?? (await this.countUntold(manager, wave));
    const size = batchSize(total, wave.batches);
    const next = await manager.query<Untold[]>(NEXT, [campaignId, wave.accountId, STANDING_STATES, size]);
    await this.tell(manager, await this.withoutBlocked(manager, next), wave.accountId, now);
    const left = await this.countUntold(manager, wave);
    await manager.update(Wave, { campaignId }, {
      total,
      batches: wave.batches + 1,
      nextAt: new Date(now.getTime() + WAVE_INTERVAL),
      finishedAt: left === 0 ? now : null,
    });
  }

  private async countUntold(manager: EntityManager, { campaignId, accountId }: DueWave): Promise<number> {
    const [row] = await manager.query<{ n: number }[]>(COUNT, [campaignId, accountId, STANDING_STATES]);
    return row?.n ?? 0;
  }

  /** A pledge in a blocked name looks like any other to its author, and nobody is told by it. */
  private async withoutBlocked(manager: EntityManager, untold: readonly Untold[]): Promise<Untold[]> {
    const kept: Untold[] = [];
    for (const request of untold) {
      const person = await openPerson(this.ring, { id: request.pledgeId, sealed: request.sealed }, manager);
      if (person !== null && !(await this.blocks.blocksHandle(manager, person.handle))) kept.push(request);
      else await manager.delete(TellRequest, { id: request.id });
    }
    return kept;
  }

  private async tell(manager: EntityManager, requests: readonly Untold[], accountId: string, now: Date): Promise<void> {
    await manager.query(TELL, [requests.map(({ id }) => id), now, accountId]);
    for (const { id, way } of requests) {
      // The feed shows it from now on, and direct messages leave one by one (opening-direct.service.ts).
      if (way === 'mail') await this.queue.send(OPENING_MAIL_QUEUE, { id }, { within: manager, key: id });
    }
  }
}
