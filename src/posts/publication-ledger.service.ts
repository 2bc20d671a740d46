import { Injectable } from '@nestjs/common';
import { DataSource, In, MoreThan, type EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { Milestone } from '../campaigns/milestone.entity.ts';
import { DAY, MINUTE } from '../domain/durations.ts';
import type { PublishedPost } from '../networks/publishing/publisher.ts';
import { Clock } from '../platform/clock.ts';
import { lockUntilCommit } from '../platform/database.ts';
import { CampaignBot } from './campaign-bot.entity.ts';
import { Publication } from './publication.entity.ts';
import { defaultWishes, PublishingWishes, type Wishes } from './publishing-wishes.entity.ts';
import { SitePause } from './site-pause.entity.ts';

/** A publication that one worker is at work on, with all that decides about it. */
export interface ClaimedPublication {
  readonly publication: Publication;
  readonly claim: string;
  readonly wishes: Wishes;
  /** All that happened in its campaign. */
  readonly milestones: readonly Milestone[];
  /** When posts of its campaign went out in the last day. */
  readonly sent: readonly Date[];
}

/** Any constant: the advisory lock under which publications are claimed, so that no two of one campaign go out at once. */
const CLAIM_LOCK = 4_092_031;
/** Longer than everything that is done with one takes: whoever claimed it before is dead. */
const CLAIM_LIFE = 10 * MINUTE;

const NEXT = `
  SELECT publication.id FROM publication
  WHERE due_at <= $1 AND (state IN ('planned', 'sending') OR (kind = 'gap' AND state = 'sent'))
    AND NOT EXISTS (SELECT FROM publication other WHERE other.campaign_id = publication.campaign_id AND other.claimed_at > $2)
  ORDER BY due_at, id LIMIT 1`;

/** Writes down what happens to publications, before and after it does; of what it is not sure that it happens, before. */
@Injectable()
export class PublicationLedger {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** The next one that is due, for one worker alone; null: none is. */
  async claim(): Promise<ClaimedPublication | null> {
    const [now, claim] = [this.clock.now(), newId()];
    return this.database.transaction(async (manager) => {
      await lockUntilCommit(manager, CLAIM_LOCK);
      const [row] = await manager.query<{ id: string }[]>(NEXT, [now, new Date(now.getTime() - CLAIM_LIFE)]);
      if (row === undefined) return null;
      await manager.update(Publication, { id: row.id }, { claim, claimedAt: now });
      return this.load(manager, row.id, claim);
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

  /** Whether nothing is published for anybody. */
  async isPaused(): Promise<boolean> {
    return this.database.getRepository(SitePause).existsBy({ name: 'publishing' });
  }

  /** Stops and starts publishing for the whole site. */
  async setPaused(paused: boolean): Promise<void> {
    const pauses = this.database.getRepository(SitePause);
    if (paused) await pauses.createQueryBuilder().insert().values({ name: 'publishing', since: this.clock.now() }).orIgnore().execute();
    else await pauses.delete({ name: 'publishing' });
  }

  private async load(manager: EntityManager, id: string, claim: string): Promise<ClaimedPublication> {
    const publication = await manager.findOneOrFail(Publication, {
      where: { id },
      relations: { campaign: { institution: true, fediverseAccount: true, xAccount: true }, bot: true },
    });
    const campaignId = publication.campaign.id;
    const wishes = await manager.findOneBy(PublishingWishes, { campaignId });
    const since = new Date(this.clock.now().getTime() - DAY);
    const recent = await manager.find(Publication, {
      where: { campaign: { id: campaignId }, state: In(['sent', 'sending', 'unclear']), askedAt: MoreThan(since) },
    });
    return {
      publication,
      claim,
      wishes: wishes ?? defaultWishes(publication.campaign),
      milestones: await manager.findBy(Milestone, { campaign: { id: campaignId } }),
      sent: recent.filter((other) => other.id !== id).flatMap(({ askedAt }) => askedAt ?? []),
    };
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
