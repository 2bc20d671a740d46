import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, LessThanOrEqual, Not, type EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { nextReadingAt } from '../domain/cadence.ts';
import { TRACKED_STATES } from '../domain/campaign-lifecycle.ts';
import { countsSeries, isWon, remaining, type CountsPoint, type Point } from '../domain/gap.ts';
import { milestonesOf, type Milestone as Happening } from '../domain/milestones.ts';
import { Account } from '../institutions/account.entity.ts';
import { network } from '../networks/networks.ts';
import { ReadingsQuery } from '../readings/readings.query.ts';
import { ReadingSchedule } from '../readings/reading-schedule.service.ts';
import { Clock } from '../platform/clock.ts';
import { Campaign } from './campaign.entity.ts';
import { CampaignLifecycle } from './campaign-lifecycle.service.ts';
import { dayIn } from './local-day.ts';
import { Milestone } from './milestone.entity.ts';

/** Points of a series that milestones are looked for in, whatever lies behind it. */
const POINTS = 1_000;

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
  ) {}

  /** Brings the campaigns of these accounts up to date with their readings, and plans the accounts' next ones. */
  async follow(accountIds: readonly string[]): Promise<void> {
    for (const id of accountIds) {
      const campaigns = await this.database.getRepository(Campaign).find({
        where: [
          { state: In(TRACKED_STATES), fediverseAccount: { id } },
          { state: In(TRACKED_STATES), xAccount: { id } },
        ],
        relations: WITH_ACCOUNTS,
      });
      const wishes = await Promise.all(campaigns.map((campaign) => this.update(campaign, id)));
      await this.planReading(id, wishes.filter((at) => at !== null));
    }
  }

  /** Plans the accounts of tracked campaigns that nobody planned: those that only people could read until today, say. */
  async planUnplanned(): Promise<void> {
    await this.database.query(
      `UPDATE account SET next_reading_at = $1 FROM campaign
       WHERE account.id IN (campaign.fediverse_account_id, campaign.x_account_id) AND account.next_reading_at IS NULL
         AND campaign.state = ANY($2)`,
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

  /** When the campaign wants the account to be read next. */
  private async update(campaign: Campaign, accountId: string): Promise<Date | null> {
    const series = await this.series(campaign);
    if (campaign.state === 'live' && campaign.launchedAt !== null) {
      const happened = milestonesOf(campaign.dare, series, campaign.launchedAt, dayIn(campaign.timeZone));
      await this.database.transaction((manager) => this.keep(manager, campaign, happened));
      await this.winIfWon(campaign, series, happened);
    }
    const account = [campaign.fediverseAccount, campaign.xAccount].find((each) => each?.id === accountId);
    return account ? this.wishOf(campaign, account, series.at(-1)) : null;
  }

  private async series(campaign: Campaign): Promise<CountsPoint[]> {
    const range = { from: null, to: this.clock.now(), points: POINTS };
    const seriesOf = async (account: Account | null): Promise<Point[]> =>
      account === null ? [] : this.readings.series(account.id, range);
    const [fediverse, x] = await Promise.all([seriesOf(campaign.fediverseAccount), seriesOf(campaign.xAccount)]);
    return countsSeries(fediverse, x);
  }

  private async winIfWon(campaign: Campaign, series: readonly CountsPoint[], happened: readonly Happening[]): Promise<void> {
    const latest = series.at(-1);
    if (latest === undefined || !isWon(campaign.dare, latest)) return;
    const crossing = happened.find((milestone) => milestone.kind === 'crossed');
    await this.database.transaction((manager) =>
      this.lifecycle.apply(manager, campaign.id, 'win', 'system', { at: crossing?.at ?? latest.at }),
    );
  }

  /**
   * Stores what happened. Series are thinned, so that the same event may show later in a longer one: an earlier
   * instant stays as long as the reading that showed it counts.
   */
  private async keep(manager: EntityManager, campaign: Campaign, happened: readonly Happening[]): Promise<void> {
    const stored = await manager.findBy(Milestone, { campaign: { id: campaign.id } });
    const valid = await this.stillShown(manager, campaign, stored);
    const stays = (milestone: Milestone): boolean =>
      valid.has(milestone.at.getTime()) && happened.some((now) => now.kind === milestone.kind && now.at >= milestone.at);
    const gone = stored.filter((milestone) => !stays(milestone));
    const kept = stored.filter(stays);
    const isNew = (now: Happening): boolean =>
      !kept.some((milestone) => milestone.kind === now.kind && (isOnce(now) || milestone.at.getTime() === now.at.getTime()));
    if (gone.length > 0) await manager.remove(gone);
    await manager.insert(
      Milestone,
      happened.filter(isNew).map(({ kind, at, value }) => ({ id: newId(), campaign, kind, at, value })),
    );
  }

  /** The instants of stored milestones at which a counted reading, or the launch, still stands. */
  private async stillShown(manager: EntityManager, campaign: Campaign, stored: Milestone[]): Promise<Set<number>> {
    const accounts = [campaign.fediverseAccount?.id, campaign.xAccount?.id].filter((id) => id !== undefined);
    const rows = await manager.query<{ at: Date }[]>(
      `SELECT at FROM reading WHERE account_id = ANY($1) AND status = 'counted' AND at = ANY($2)`,
      [accounts, stored.map((milestone) => milestone.at)],
    );
    return new Set([campaign.launchedAt ?? new Date(0), ...rows.map((row) => row.at)].map((at) => at.getTime()));
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

  /** The most eager campaign of an account decides; one that no campaign tracks is read no more. */
  private async planReading(accountId: string, wishes: readonly Date[]): Promise<void> {
    // An account that people read has no next reading, and gets none.
    const account = await this.database.getRepository(Account).findOneBy({ id: accountId, nextReadingAt: Not(IsNull()) });
    if (account === null) return;
    const soonest = wishes.toSorted((a, b) => a.getTime() - b.getTime())[0];
    await this.schedule.plan(accountId, soonest ?? null);
  }
}

/** Kinds that come once; the others are told apart by their instant. */
function isOnce({ kind }: Happening): boolean {
  return kind !== 'fell-back' && kind !== 'record-day';
}
