import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThan, MoreThan, type EntityManager } from 'typeorm';
import { CampaignStandings } from '../campaigns/campaign-standing.query.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
import { currentCount } from '../campaigns/current-count.ts';
import { publicState } from '../domain/campaign-lifecycle.ts';
import { DAY, HOUR } from '../domain/durations.ts';
import type { Account } from '../institutions/account.entity.ts';
import { network } from '../networks/networks.ts';
import { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { picturesDrawn } from '../platform/metrics.ts';
import { CONFIG } from '../platform/platform.module.ts';
import type { PostLanguage } from '../platform/text.ts';
import type { LatestReading } from '../readings/readings.query.ts';
import { drawPicture, pictureSvg } from './card.ts';
import { DrawnPicture } from './drawn-picture.entity.ts';
import { pictureFacts, type PictureFacts, type PictureSource } from './picture-facts.ts';
import { pictureKey, parsePictureKey, type Picture } from './picture-name.ts';

/** Pictures whose campaign's readings changed; data: {@link PicturesToDraw}. */
export const PICTURES_QUEUE = 'draw-pictures';

export interface PicturesToDraw {
  readonly slug: string;
}

/** What nobody has wanted for so long is not drawn before somebody does. */
const WANTED_FOR = DAY;
/** And is not kept. */
const KEPT_FOR = 30 * DAY;

/** Drawing it again tells nothing of who wants it. */
const KEEP = `
  INSERT INTO drawn_picture (campaign_id, name, digest, body, asked_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (campaign_id, name) DO UPDATE SET digest = excluded.digest, body = excluded.body`;

/** The pictures of campaigns, each drawn once for all processes and kept until what it shows has changed. */
@Injectable()
export class Pictures {
  constructor(
    private readonly database: DataSource,
    private readonly campaigns: CampaignsQuery,
    private readonly standings: CampaignStandings,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The file of a picture as it is now, of a public campaign that came with its accounts and has so many `pledges`. */
  async picture(campaign: Campaign, picture: Picture, pledges: number): Promise<Buffer> {
    const facts = await this.facts(campaign, picture.language, pledges);
    await this.noteWanted(campaign, picture);
    return this.drawn(campaign, picture, facts);
  }

  /** Draws what somebody wanted in the last day and has changed since. */
  async drawWanted(campaign: Campaign, pledges: number): Promise<void> {
    const since = new Date(this.clock.now().getTime() - WANTED_FOR);
    const wanted = await this.database.getRepository(DrawnPicture).find({
      select: { campaignId: true, name: true },
      where: { campaignId: campaign.id, askedAt: MoreThan(since) },
      order: { name: 'ASC' },
    });
    const pictures = wanted.map(({ name }) => parsePictureKey(name)).filter((picture) => picture !== null);
    for (const [language, spoken] of Map.groupBy(pictures, (picture) => picture.language)) {
      const facts = await this.facts(campaign, language, pledges);
      for (const picture of spoken) await this.drawn(campaign, picture, facts);
    }
  }

  /** The slugs of campaigns with these accounts of which somebody wanted a picture in the last day. */
  async wantedOf(accountIds: readonly string[]): Promise<string[]> {
    const since = new Date(this.clock.now().getTime() - WANTED_FOR);
    const rows = await this.database.query<{ slug: string }[]>(
      `SELECT DISTINCT slug FROM drawn_picture JOIN campaign ON campaign.id = campaign_id
       WHERE asked_at > $2 AND (fediverse_account_id = ANY($1) OR x_account_id = ANY($1)) ORDER BY slug`,
      [accountIds, since],
    );
    return rows.map(({ slug }) => slug);
  }

  /** Forgets the pictures that nobody has wanted for a month. */
  async forget(): Promise<void> {
    await this.database.getRepository(DrawnPicture).delete({ askedAt: LessThan(new Date(this.clock.now().getTime() - KEPT_FOR)) });
  }

  /** What the pictures of a campaign show in a language. */
  async facts(campaign: Campaign, language: PostLanguage, pledges: number): Promise<PictureFacts> {
    const [standing, milestones] = await Promise.all([this.standings.of(campaign), this.campaigns.milestones(campaign.id)]);
    const { latest, series, gap } = standing;
    const source: PictureSource = {
      campaign: { ...campaign, dare: campaign.dare, state: publicState(campaign) },
      accounts: {
        fediverse: sourceAccount(campaign, campaign.fediverseAccount, latest.fediverse),
        x: sourceAccount(campaign, campaign.xAccount, latest.x),
      },
      series,
      gap,
      milestones,
      pledges: { total: pledges },
      now: this.clock.now(),
    };
    return pictureFacts(source, { language, publicUrl: this.config.publicUrl });
  }

  /** From the database where it is kept; else drawn there, while other processes that want the same wait for it. */
  private async drawn({ id }: Campaign, picture: Picture, facts: PictureFacts): Promise<Buffer> {
    const name = pictureKey(picture);
    const digest = createHash('sha256').update(pictureSvg(facts, picture)).digest('base64url');
    const kept = await find(this.database.manager, id, name, digest);
    if (kept !== null) return kept;
    return this.database.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`picture ${id} ${name}`]);
      const drawnMeanwhile = await find(manager, id, name, digest);
      if (drawnMeanwhile !== null) return drawnMeanwhile;
      const body = await drawPicture(facts, picture);
      picturesDrawn.inc({ kind: picture.kind });
      await manager.query(KEEP, [id, name, digest, body, this.clock.now()]);
      return body;
    });
  }

  private async noteWanted({ id }: Campaign, picture: Picture): Promise<void> {
    const now = this.clock.now();
    const where = { campaignId: id, name: pictureKey(picture), askedAt: LessThan(new Date(now.getTime() - HOUR)) };
    await this.database.getRepository(DrawnPicture).update(where, { askedAt: now });
  }
}

async function find(manager: EntityManager, campaignId: string, name: string, digest: string): Promise<Buffer | null> {
  return (await manager.findOneBy(DrawnPicture, { campaignId, name, digest }))?.body ?? null;
}

function sourceAccount(campaign: Campaign, account: Account | null, latest: LatestReading | null): PictureSource['accounts']['x'] {
  if (account === null) return null;
  const { network: id, state } = account;
  return { network: id, networkName: network(id).name, state, count: currentCount(campaign, account, latest), latest };
}
