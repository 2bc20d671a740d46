import { Injectable } from '@nestjs/common';
import { DataSource, In, LessThanOrEqual } from 'typeorm';
import { v7 as newId } from 'uuid';
import { nextReadingAt } from '../domain/cadence.ts';
import { TRACKED_STATES } from '../domain/campaign-lifecycle.ts';
import { DAY } from '../domain/durations.ts';
import { countsSeries, isWon, remaining, type Counts, type CountsPoint, type Point } from '../domain/gap.ts';
import { milestonesOf, type Milestone as Happening } from '../domain/milestones.ts';
import { Account } from '../institutions/account.entity.ts';
import { network } from '../networks/networks.ts';
import { settleAll, waitedFor } from '../readings/claims.ts';
import { lockAccount } from '../readings/reading-lock.ts';
import { ReadingsQuery } from '../readings/readings.query.ts';
import { ReadingSchedule } from '../readings/reading-schedule.service.ts';
import { Clock } from '../platform/clock.ts';
import { Queue } from '../platform/queue.ts';
import { Campaign } from './campaign.entity.ts';
import { CampaignLifecycle } from './campaign-lifecycle.service.ts';
import { dayIn } from './local-day.ts';
import { Milestone } from './milestone.entity.ts';
import { ofAccounts } from './of-accounts.ts';

/** The queue of campaigns in which something happened. */
export const MILESTONES_QUEUE = 'milestones';

export interface MilestonesChanged {
  campaignId: string;
}

/** Points of a series that milestones are looked for in, whatever lies behind it. */
const POINTS = 400;

/** Accounts that are followed together. */
const TOGETHER = 100;
/** What is told of the time before the launch. */
const BEFORE_LAUNCH = 7 * DAY;

/** With the counts of the readings that show them. */
const STORED_MILESTONES = `
  SELECT milestone.id, milestone.kind, milestone.at, campaign.id AS "campaignId",
    milestone.at = campaign.launched_at OR fediverse.count IS NOT NULL OR x.count IS NOT NULL AS "isShown",
    fediverse.count::float8 AS fediverse, x.count::float8 AS x
  FROM milestone JOIN campaign ON campaign.id = milestone.campaign_id
  LEFT JOIN LATERAL (SELECT count FROM reading WHERE account_id = campaign.fediverse_account_id
    AND status = 'counted' AND at = milestone.at LIMIT 1) fediverse ON true
  LEFT JOIN LATERAL (SELECT count FROM reading WHERE account_id = campaign.x_account_id
    AND status = 'counted' AND at = milestone.at LIMIT 1) x ON true
  WHERE campaign.id = ANY($1)`;

/** A moderator may have taken the account back since it was read. */
const STILL_ITS_ACCOUNT = 'SELECT FROM campaign WHERE id = $1 AND fediverse_account_id = $2 FOR UPDATE';

type StoredMilestone = Pick<Milestone, 'id' | 'kind' | 'at'> & Counts & { campaignId: string; isShown: boolean };

const WITH_ACCOUNTS = { fediverseAccount: true, xAccount: true } as const;

/** What new readings mean for campaigns: milestones, victory, and when to read next. */
@Injectable()
export class CampaignProgress {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly readings: ReadingsQuery,
    private readonly schedule: ReadingSchedule,
    private readonly lifecycle: CampaignLifecycle,
    private readonly queue: Queue,
  ) {}

  /**
   * Lets the numbers count that waited for what these accounts' readings now tell, brings their campaigns up to date, and
   * plans the accounts' next readings.
   */
  async follow(accountIds: readonly string[]): Promise<void> {
    await this.settleWaiting(accountIds);
    for (let start = 0; start < accountIds.length; start += TOGETHER) {
      await this.followSome(accountIds.slice(start, start + TOGETHER));
    }
  }

  /** Plans the accounts of tracked campaigns that nobody planned: those that only people could read until today, say. */
  async planUnplanned(): Promise<void> {
    await this.database.query(
      `WITH held AS (
         SELECT id FROM account WHERE next_reading_at IS NULL AND id IN (
           SELECT unnest(ARRAY[fediverse_account_id, x_account_id]) FROM campaign WHERE state = ANY($2))
         ORDER BY id FOR NO KEY UPDATE)
       UPDATE account SET next_reading_at = $1 FROM held WHERE account.id = held.id`,
      [this.clock.now(), TRACKED_STATES],
    );
  }

  /** The counts that an account on X is measured against in dares that run. */
  async rivalCounts(xAccountId: string): Promise<number[]> {
    const campaigns = await this.database.getRepository(Campaign).find({
      where: { state: 'live', dareKind: 'overtake', xAccount: { id: xAccountId } },
      relations: WITH_ACCOUNTS,
    });
    const latest = await this.readings.latest(campaigns.flatMap(({ fediverseAccount }) => fediverseAccount?.id ?? []));
    return [...latest.values()].map(({ count }) => count);
  }

  /** Ends the campaigns whose deadline has passed. */
  async endDue(): Promise<void> {
    const due = await this.database
      .getRepository(Campaign)
      .find({ where: { state: 'live', deadline: LessThanOrEqual(this.clock.now()) }, relations: WITH_ACCOUNTS });
    for (const campaign of due) {
      await this.database.transaction((manager) =>
        this.lifecycle.apply(manager, campaign.id, 'end', 'system', { at: campaign.deadline ?? this.clock.now() }),
      );
    }
  }

  private async settleWaiting(accountIds: readonly string[]): Promise<void> {
    for (const id of await waitedFor(this.database.manager, accountIds)) {
      const rivals = await this.rivalCounts(id);
      await this.database.transaction(async (manager) => {
        await lockAccount(manager, id);
        await settleAll(manager, id, rivals);
      });
    }
  }

  private async followSome(accountIds: string[]): Promise<void> {
    const campaigns = await this.database.getRepository(Campaign).find({
      where: { id: ofAccounts(accountIds), state: In(TRACKED_STATES) },
      relations: WITH_ACCOUNTS,
    });
    const shown = await this.stillShown(campaigns);
    const series = await this.seriesOf(campaigns, shown);
    for (const [index, campaign] of campaigns.entries()) {
      await this.happen(campaign, series[index] ?? [], shown.get(campaign.id) ?? []);
    }
    await this.planReadings(accountIds, campaigns, series);
  }

  private async happen(campaign: Campaign, series: readonly CountsPoint[], stored: readonly StoredMilestone[]): Promise<void> {
    if (campaign.state !== 'live' || campaign.launchedAt === null) return;
    const happened = milestonesOf(campaign.dare, series, campaign.launchedAt, dayIn(campaign.timeZone));
    await this.keep(campaign, happened, stored);
    await this.winIfWon(campaign, series, happened);
  }

  /**
   * What each campaign's accounts counted, as far as it matters for milestones; one question for all. What a milestone
   * stands on is in it, however much lies between.
   */
  private async seriesOf(campaigns: readonly Campaign[], shown: ReadonlyMap<string, StoredMilestone[]>): Promise<CountsPoint[][]> {
    const to = this.clock.now();
    const sides = campaigns.flatMap((campaign) => {
      const from = campaign.launchedAt === null ? null : new Date(campaign.launchedAt.getTime() - BEFORE_LAUNCH);
      const range = { from, to, points: POINTS };
      return (['fediverse', 'x'] as const).flatMap((side) => {
        const account = side === 'x' ? campaign.xAccount : campaign.fediverseAccount;
        return account === null ? [] : [{ accountId: account.id, ...range, of: `${campaign.id} ${side}` }];
      });
    });
    const found = await this.readings.seriesOf(sides);
    const bySide = new Map<string, Point[]>(sides.map(({ of }, index) => [of, found[index] ?? []]));
    const points = ({ id }: Campaign, side: 'fediverse' | 'x'): Point[] => {
      const milestones = (shown.get(id) ?? []).flatMap(({ at, [side]: count }) => (count === null ? [] : [{ at, count }]));
      return [...(bySide.get(`${id} ${side}`) ?? []), ...milestones];
    };
    return campaigns.map((campaign) => countsSeries(points(campaign, 'fediverse'), points(campaign, 'x')));
  }

  private async winIfWon(campaign: Campaign, series: readonly CountsPoint[], happened: readonly Happening[]): Promise<void> {
    const latest = series.at(-1);
    if (latest === undefined || !isWon(campaign.dare, latest)) return;
    const crossing = happened.find((milestone) => milestone.kind === 'crossed');
    await this.database.transaction(async (manager) => {
      const held = await manager.query<unknown[]>(STILL_ITS_ACCOUNT, [campaign.id, campaign.fediverseAccount?.id]);
      if (held.length === 1) await this.lifecycle.apply(manager, campaign.id, 'win', 'system', { at: crossing?.at ?? latest.at });
    });
  }

  /**
   * Stores what happened. Series are thinned, so that the same event may show later in a longer one: an earlier
   * instant stays as long as the reading that showed it counts.
   */
  private async keep(campaign: Campaign, happened: readonly Happening[], stored: readonly StoredMilestone[]): Promise<void> {
    const stays = (milestone: StoredMilestone): boolean =>
      milestone.isShown && happened.some((now) => now.kind === milestone.kind && now.at >= milestone.at);
    const kept = stored.filter(stays);
    const dayOf = dayIn(campaign.timeZone);
    const isNew = (now: Happening): boolean => !kept.some((milestone) => isSame(milestone, now, dayOf));
    const gone = stored.filter((milestone) => !stays(milestone)).map(({ id }) => id);
    const added = happened.filter(isNew).map(({ kind, at, value }) => ({ id: newId(), campaign, kind, at, value }));
    if (gone.length === 0 && added.length === 0) return;
    await this.database.transaction(async (manager) => {
      if (gone.length > 0) await manager.delete(Milestone, gone);
      // Another worker may follow the same campaign at this moment, and sees the same.
      if (added.length > 0) await manager.createQueryBuilder().insert().into(Milestone).values(added).orIgnore().execute();
      if (added.length > 0) await this.queue.send(MILESTONES_QUEUE, { campaignId: campaign.id } satisfies MilestonesChanged, { within: manager, key: campaign.id });
    });
  }

  /** The stored milestones by campaign; shown are those at whose instant a counted reading, or the launch, still stands. */
  private async stillShown(campaigns: readonly Campaign[]): Promise<Map<string, StoredMilestone[]>> {
    const rows = await this.database.query<StoredMilestone[]>(STORED_MILESTONES, [campaigns.map(({ id }) => id)]);
    return Map.groupBy(rows, ({ campaignId }) => campaignId);
  }

  private wishOf(campaign: Campaign, account: Account, latest: CountsPoint | undefined): Date | null {
    const { state, deadline, endedAt } = campaign;
    const { failures, retryAt } = account;
    const { onceADay } = network(account.network);
    const goal = campaign.dareKind === 'reach' ? campaign.target : (latest?.x ?? null);
    const left = latest === undefined ? null : remaining(campaign.dare, latest);
    const now = this.clock.now();
    return nextReadingAt({ account: account.id, failures, retryAt, onceADay, state, deadline, endedAt, goal, remaining: left, now });
  }

  /**
   * The most eager campaign of an account decides; one that no campaign tracks is read no more. An account that people
   * read has no next reading, and gets none.
   */
  private async planReadings(
    accountIds: readonly string[],
    campaigns: readonly Campaign[],
    series: readonly (readonly CountsPoint[])[],
  ): Promise<void> {
    const wishes = new Map<string, number>();
    for (const [index, campaign] of campaigns.entries()) {
      for (const account of [campaign.fediverseAccount, campaign.xAccount]) {
        const wish = account && this.wishOf(campaign, account, series[index]?.at(-1));
        if (account && wish) wishes.set(account.id, Math.min(wish.getTime(), wishes.get(account.id) ?? Infinity));
      }
    }
    const times = accountIds.map((id) => wishes.get(id)).map((time) => (time === undefined ? null : new Date(time)));
    await this.schedule.planAll(accountIds, times);
  }
}

type Event = Pick<Happening, 'kind' | 'at'>;

/** Most kinds come once; a record belongs to its day. */
function isSame(a: Event, b: Event, dayOf: (moment: Date) => string): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === 'fell-back') return a.at.getTime() === b.at.getTime();
  return a.kind !== 'record-day' || dayOf(a.at) === dayOf(b.at);
}
