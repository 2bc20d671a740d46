import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { v7 as newId } from 'uuid';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { Timelines, type ToldOccasion } from '../campaigns/timelines.query.ts';
import { isPublic } from '../domain/campaign-lifecycle.ts';
import { DAY } from '../domain/durations.ts';
import { notWorthAPost } from '../domain/publishing-rules.ts';
import { Clock } from '../platform/clock.ts';
import { Publication } from './publication.entity.ts';
import { Publishers } from './publishers.service.ts';
import { defaultWishes, PublishingWishes, type Wishes } from './publishing-wishes.entity.ts';

const SHOWN = 50;
/** What a person may have sent again. */
const AGAIN: readonly Publication['state'][] = ['failed', 'unclear', 'skipped'];

/** What bots are to publish, and what became of it, as campaigners see and decide it. */
@Injectable()
export class Publications {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly publishers: Publishers,
    private readonly timelines: Timelines,
  ) {}

  /** Plans a post for each happening of a campaign that has none; those that are no news any more are written down as such. */
  async plan(campaignId: string): Promise<void> {
    const campaign = await this.database.getRepository(Campaign).findOneBy({ id: campaignId });
    if (campaign === null || !isPublic(campaign) || !(await this.isPublished(campaignId))) return;
    const happened = await this.timelines.occasions(campaign);
    const { standingPost } = await this.wishes(campaign);
    const planned = [...happened.map((each) => this.planned(campaign, each, happened)), ...(standingPost ? this.standing(campaign) : [])];
    if (planned.length === 0) return;
    await this.database.getRepository(Publication).createQueryBuilder().insert().values(planned).orIgnore().execute();
  }

  /** Newest first. */
  async list(campaignId: string): Promise<Publication[]> {
    return this.database.getRepository(Publication).find({
      where: { campaign: { id: campaignId } },
      relations: { bot: true },
      order: { at: 'DESC', id: 'DESC' },
      take: SHOWN,
    });
  }

  async wishes(campaign: Pick<Campaign, 'id' | 'language'>): Promise<Wishes> {
    return (await this.database.getRepository(PublishingWishes).findOneBy({ campaignId: campaign.id })) ?? defaultWishes(campaign);
  }

  /** What waited for the end of a pause is looked at again at once. */
  async wish({ id: campaignId }: Pick<Campaign, 'id'>, wishes: Wishes): Promise<void> {
    const now = this.clock.now();
    await this.database.getRepository(PublishingWishes).upsert({ campaignId, ...wishes, changedAt: now }, ['campaignId']);
    await this.database.getRepository(Publication).update({ campaign: { id: campaignId }, state: 'planned', reason: 'paused' }, { dueAt: now, reason: null });
    await this.plan(campaignId);
  }

  /** Sends one again because a person wants it; of one that may be out already, that is the person's word. False: it cannot be. */
  async again(campaignId: string, id: string): Promise<boolean> {
    const now = this.clock.now();
    const fresh = { state: 'planned', reason: null, attempts: 0, key: newId(), askedAt: null, pictureId: null, withoutPicture: null, dueAt: now } as const;
    const changed = await this.database.getRepository(Publication).update({ id, campaign: { id: campaignId }, state: In([...AGAIN]) }, fresh);
    return changed.affected === 1;
  }

  private async isPublished(campaignId: string): Promise<boolean> {
    return this.publishers.siteBot() !== null || (await this.publishers.connected(campaignId)) !== null;
  }

  private planned(campaign: Campaign, told: ToldOccasion, happened: readonly ToldOccasion[]): Partial<Publication> {
    const { kind, at, value, occasion } = told;
    const reason = notWorthAPost(told, happened, this.clock.now());
    return { ...this.fresh(campaign), occasion, kind, at, value, state: reason === null ? 'planned' : 'skipped', reason, dueAt: this.clock.now() };
  }

  /** The day after the launch, which has a post of its own. */
  private standing(campaign: Campaign): Partial<Publication>[] {
    if (campaign.state !== 'live' || campaign.launchedAt === null) return [];
    const at = new Date(campaign.launchedAt.getTime() + DAY);
    return [{ ...this.fresh(campaign), occasion: 'gap', kind: 'gap', at, value: null, state: 'planned', reason: null, dueAt: at }];
  }

  private fresh(campaign: Campaign): Partial<Publication> {
    return { id: newId(), campaign, key: newId(), attempts: 0 };
  }
}
