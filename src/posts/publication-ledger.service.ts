import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { Timelines, type ToldOccasion } from '../campaigns/timelines.query.ts';
import { DAY, MINUTE } from '../domain/durations.ts';
import type { PublishedPost } from '../networks/publishing/publisher.ts';
import { Clock } from '../platform/clock.ts';
import { lockUntilCommit } from '../platform/database.ts';
import { CampaignBot } from './campaign-bot.entity.ts';
import { Publication } from './publication.entity.ts';
import { Publishers } from './publishers.service.ts';
import { defaultWishes, PublishingWishes, type Wishes } from './publishing-wishes.entity.ts';
import { SitePause } from './site-pause.entity.ts';

/** A publication that one worker is at work on, with all that decides about it. */
export interface ClaimedPublication {
  readonly publication: Publication;
  readonly claim: string;
  readonly wishes: Wishes;
  /** All that happened in its campaign and is told. */
  readonly happened: readonly ToldOccasion[];
  /** When posts of its campaign went out in the last day. */
  readonly sent: readonly Date[];
  /** The same of the account that it goes out from, whatever other campaigns that publishes for. */
  readonly sentByAccount: readonly Date[];
}

/** Any constant: the advisory lock under which publications are claimed, so that no two of one campaign go out at once. */
const CLAIM_LOCK = 4_092_031;
/** Longer than everything that is done with one takes: whoever claimed it before is dead. */
const CLAIM_LIFE = 10 * MINUTE;

/** What may have to be done yet; also what the index of due ones holds. */
const OPEN = `(state IN ('planned', 'sending') OR kind = 'gap')`;
/** From which bot it goes out, or may have gone; none: from the site's. */
const WITH_BOT = `publication
  LEFT JOIN campaign_bot own ON own.campaign_id = publication.campaign_id AND own.disconnected_at IS NULL
  LEFT JOIN campaign_bot bot ON bot.id = CASE publication.state WHEN 'planned' THEN own.id ELSE publication.bot_id END`;
/** The first one that is due of each bot, of campaigns that nobody is at work on. */
const NEXT = `
  SELECT * FROM (
    SELECT DISTINCT ON (bot.id) publication.id, publication.due_at, bot.id AS "botId", bot.sealed FROM ${WITH_BOT}
    WHERE due_at <= $1 AND ${OPEN} AND state IN ('planned', 'sending', 'sent')
      AND NOT EXISTS (SELECT FROM publication other WHERE other.campaign_id = publication.campaign_id AND other.claimed_at > $2)
    ORDER BY bot.id, due_at, publication.id) first
  ORDER BY due_at, id`;
const AT_WORK = `SELECT bot.id AS "botId", bot.sealed FROM ${WITH_BOT} WHERE ${OPEN} AND claimed_at > $1`;

/** What went out since a moment, or may have. */
const SENT = `SELECT publication.campaign_id AS "campaignId", publication.asked_at AS "askedAt", bot.id AS "botId", bot.sealed FROM publication
  LEFT JOIN campaign_bot bot ON bot.id = publication.bot_id
  WHERE publication.state IN ('sent', 'sending', 'unclear') AND publication.asked_at > $1 AND publication.id <> $2`;

type BotRow = { readonly botId: string | null; readonly sealed: string | null };
type SentRow = BotRow & { readonly campaignId: string; readonly askedAt: Date };

/** Writes down what happens to publications, before and after it does; of what it is not sure that it happens, before. */
@Injectable()
export class PublicationLedger {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly publishers: Publishers,
    private readonly timelines: Timelines,
  ) {}

  /** The next one that is due, for one worker alone, of a campaign and a bot's server that no other is at; null: there is none. */
  async claim(): Promise<ClaimedPublication | null> {
    const [now, claim] = [this.clock.now(), newId()];
    return this.database.transaction(async (manager) => {
      await lockUntilCommit(manager, CLAIM_LOCK);
      const id = await this.next(manager, now);
      if (id === null) return null;
      await manager.update(Publication, { id }, { claim, claimedAt: now });
      return this.load(manager, id, claim);
    });
  }

  /** What will be sent, before anything is. */
  async write({ publication, claim }: ClaimedPublication, text: string): Promise<boolean> {
    return this.change(publication.id, claim, { text });
  }

  /** That its picture is on the server, or why it goes without. */
  async keepPicture({ publication, claim }: ClaimedPublication, picture: { pictureId: string } | { withoutPicture: string }): Promise<boolean> {
    return this.change(publication.id, claim, picture);
  }

  /** That the server is about to be asked; false: somebody else is at work on it by now, and nothing may be sent. */
  async ask({ publication, claim }: ClaimedPublication, bot: CampaignBot | null): Promise<boolean> {
    const askedAt = publication.askedAt ?? this.clock.now();
    return this.change(publication.id, claim, { state: 'sending', askedAt, bot });
  }

  async sent({ publication, claim }: ClaimedPublication, post: PublishedPost): Promise<void> {
    const now = this.clock.now();
    const fields = { state: 'sent', reason: null, remoteId: post.id, remoteUrl: post.url, sentAt: publication.askedAt ?? now } as const;
    await this.release(publication.id, claim, { ...fields, dueAt: new Date(now.getTime() + DAY) });
  }

  /** That a post that is out was changed, or did not need to be. */
  async edited({ publication, claim }: ClaimedPublication, text: string, nextAt: Date): Promise<void> {
    const isChanged = text !== publication.text;
    await this.release(publication.id, claim, { text, reason: null, attempts: 0, dueAt: nextAt, ...(isChanged && { editedAt: this.clock.now() }) });
  }

  /** To be looked at again; `failed` counts as an attempt that came to nothing. */
  async wait({ publication, claim }: ClaimedPublication, dueAt: Date, why: { reason: string | null; failed?: boolean; unasked?: boolean }): Promise<void> {
    const attempts = publication.attempts + (why.failed ? 1 : 0);
    // Of one that certainly never arrived, nothing has to be found out.
    const unasked = why.unasked ? ({ state: 'planned', askedAt: null } as const) : {};
    await this.release(publication.id, claim, { dueAt, reason: why.reason, attempts, ...unasked });
  }

  /** The end of it, but for a person who decides otherwise. */
  async close({ publication, claim }: ClaimedPublication, state: 'skipped' | 'failed' | 'unclear', reason: string): Promise<void> {
    await this.release(publication.id, claim, { state, reason });
  }

  /** Since when nothing is published for anybody; null: it is. */
  async pausedSince(): Promise<Date | null> {
    return (await this.database.getRepository(SitePause).findOneBy({ name: 'publishing' }))?.since ?? null;
  }

  /** Stops and starts publishing for the whole site; false: that was so already. */
  async setPaused(paused: boolean, manager = this.database.manager): Promise<boolean> {
    const pauses = manager.getRepository(SitePause);
    if (!paused) return (await pauses.delete({ name: 'publishing' })).affected === 1;
    const row = { name: 'publishing', since: this.clock.now() } as const;
    const added = await pauses.createQueryBuilder().insert().values(row).orIgnore().returning('name').execute();
    return (added.raw as unknown[]).length === 1;
  }

  private async next(manager: EntityManager, now: Date): Promise<string | null> {
    const dead = new Date(now.getTime() - CLAIM_LIFE);
    const busy = new Set<string | null>();
    for (const row of await manager.query<BotRow[]>(AT_WORK, [dead])) busy.add(await this.originOf(row, manager));
    for (const row of await manager.query<(BotRow & { id: string })[]>(NEXT, [now, dead])) {
      const origin = await this.originOf(row, manager);
      if (origin === null || !busy.has(origin)) return row.id;
    }
    return null;
  }

  /** Where a bot lives; null: there is none any more, so that nobody is asked anything. */
  private async originOf({ botId, sealed }: BotRow, manager: EntityManager): Promise<string | null> {
    const account = await this.publishers.account(botId === null ? null : { id: botId, sealed }, manager);
    return account?.origin ?? null;
  }

  private async load(manager: EntityManager, id: string, claim: string): Promise<ClaimedPublication> {
    const publication = await manager.findOneOrFail(Publication, {
      where: { id },
      relations: { campaign: { institution: true, fediverseAccount: true, xAccount: true }, bot: true },
    });
    const campaignId = publication.campaign.id;
    const wishes = await manager.findOneBy(PublishingWishes, { campaignId });
    const since = new Date(this.clock.now().getTime() - DAY);
    const sent = await manager.query<SentRow[]>(SENT, [since, id]);
    return {
      publication,
      claim,
      wishes: wishes ?? defaultWishes(publication.campaign),
      happened: await this.timelines.occasions(publication.campaign, manager),
      sent: sent.filter((row) => row.campaignId === campaignId).map(({ askedAt }) => askedAt),
      sentByAccount: await this.ofItsAccount(manager, publication, sent),
    };
  }

  /** Of what was sent, when that went out from the account of this publication; each bot's seal is opened once. */
  private async ofItsAccount(manager: EntityManager, { state, bot, campaign }: Publication, sent: readonly SentRow[]): Promise<Date[]> {
    const from = state === 'planned' ? await this.publishers.connected(campaign.id, manager) : bot;
    const account = await this.publishers.accountName(from, manager);
    const dates: Date[] = [];
    for (const [botId, rows] of Map.groupBy(sent, (row) => row.botId)) {
      const other = await this.publishers.accountName(botId === null ? null : { id: botId, sealed: rows[0]?.sealed ?? null }, manager);
      if (other === account) dates.push(...rows.map(({ askedAt }) => askedAt));
    }
    return dates;
  }

  private async release(id: string, claim: string, fields: Partial<Publication>): Promise<void> {
    await this.change(id, claim, { ...fields, claim: null, claimedAt: null });
  }

  /** Whoever lost the claim changes nothing. */
  private async change(id: string, claim: string, fields: Partial<Publication>): Promise<boolean> {
    const changed = await this.database.getRepository(Publication).update({ id, claim }, fields);
    return changed.affected === 1;
  }
}
