import { Injectable } from '@nestjs/common';
import { DataSource, In, MoreThan } from 'typeorm';
import { FINISHED_STATES, PUBLIC_STATES, TRACKED_DAYS_AFTER_END, type CampaignState } from '../domain/campaign-lifecycle.ts';
import { DAY } from '../domain/durations.ts';
import type { Language } from '../platform/text.ts';
import { Campaign } from './campaign.entity.ts';
import { CampaignCreator } from './campaign-creator.entity.ts';
import { Milestone } from './milestone.entity.ts';

export interface DirectorySearch {
  /** Words of the title or the institution's name. */
  q: string;
  state: CampaignState | null;
  language: Language | null;
  page: number;
}

export interface CampaignPage {
  items: Campaign[];
  page: number;
  pages: number;
  total: number;
}

export const DIRECTORY_PAGE_SIZE = 20;
const SHELF = 6;
/** An account that did not say for so long whether it may be credited is not. */
export const CREDITED_FOR = 30 * DAY;

/** Followers still missing in SQL, for ordering; null where a count is not known. */
const MISSING = `
  CASE campaign.dare_kind
    WHEN 'overtake' THEN latest_x.count - latest_fediverse.count + 1
    WHEN 'reach' THEN campaign.target - latest_fediverse.count
  END`;

const latestOf = (column: string, alias: string): string => `
  LEFT JOIN LATERAL (
    SELECT count FROM reading WHERE account_id = campaign.${column} AND status = 'counted' ORDER BY at DESC LIMIT 1
  ) ${alias} ON true`;

/** Campaigns as anyone may see them. */
@Injectable()
export class CampaignsQuery {
  constructor(private readonly database: DataSource) {}

  /** A public campaign with its institution and accounts; null when there is none that anyone may see. */
  async bySlug(slug: string): Promise<Campaign | null> {
    return this.publicCampaigns().andWhere('campaign.slug = :slug', { slug }).getOne();
  }

  /** Public campaigns by pages of {@link DIRECTORY_PAGE_SIZE}, running ones first, then the newest. */
  async directory({ q, state, language, page }: DirectorySearch): Promise<CampaignPage> {
    const search = this.publicCampaigns();
    if (q !== '') search.andWhere('(campaign.title ILIKE :q OR institution.name ILIKE :q)', { q: `%${escapeLike(q)}%` });
    if (state !== null) search.andWhere('campaign.state = :state', { state });
    if (language !== null) search.andWhere('campaign.language = :language', { language });
    const total = await search.getCount();
    const pages = Math.max(1, Math.ceil(total / DIRECTORY_PAGE_SIZE));
    const items = await search
      .addSelect(`campaign.state <> 'live'`, 'finished')
      .orderBy('finished')
      .addOrderBy('campaign.launchedAt', 'DESC')
      .addOrderBy('campaign.id')
      .offset((Math.min(page, pages) - 1) * DIRECTORY_PAGE_SIZE)
      .limit(DIRECTORY_PAGE_SIZE)
      .getMany();
    return { items, page: Math.min(page, pages), pages, total };
  }

  /** Running campaigns with the fewest followers missing, fewest first. */
  async closest(): Promise<Campaign[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT campaign.id FROM campaign
       ${latestOf('fediverse_account_id', 'latest_fediverse')} ${latestOf('x_account_id', 'latest_x')}
       WHERE campaign.state = 'live' AND campaign.hidden_at IS NULL AND (${MISSING}) IS NOT NULL
       ORDER BY ${MISSING}, campaign.launched_at LIMIT ${SHELF}`,
    );
    const ids = rows.map((row) => row.id);
    if (ids.length === 0) return [];
    const campaigns = await this.publicCampaigns().andWhere('campaign.id IN (:...ids)', { ids }).getMany();
    return campaigns.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
  }

  async newest(): Promise<Campaign[]> {
    return this.publicCampaigns()
      .andWhere(`campaign.state = 'live'`)
      .orderBy('campaign.launchedAt', 'DESC')
      .limit(SHELF)
      .getMany();
  }

  async won(): Promise<Campaign[]> {
    return this.publicCampaigns()
      .andWhere(`campaign.state = 'won'`)
      .orderBy('campaign.endedAt', 'DESC')
      .limit(SHELF)
      .getMany();
  }

  /** Public campaigns that ran at a moment or had ended in the 30 days before, by pages of `size`, oldest first. */
  async runningAt(moment: Date, page: number, size: number): Promise<CampaignPage> {
    const search = this.publicCampaigns()
      .andWhere('campaign.launchedAt <= :moment', { moment })
      .andWhere('(campaign.endedAt IS NULL OR campaign.endedAt > :since)', {
        since: new Date(moment.getTime() - TRACKED_DAYS_AFTER_END * DAY),
      });
    const total = await search.getCount();
    const pages = Math.max(1, Math.ceil(total / size));
    const items = await search
      .orderBy('campaign.launchedAt', 'ASC')
      .addOrderBy('campaign.id')
      .offset((Math.min(page, pages) - 1) * size)
      .limit(size)
      .getMany();
    return { items, page: Math.min(page, pages), pages, total };
  }

  /** How many public campaigns run, and how many are over. */
  async totals(): Promise<{ live: number; won: number; finished: number }> {
    const rows = await this.database.query<{ state: CampaignState; n: number }[]>(
      `SELECT state, count(*)::int AS n FROM campaign WHERE hidden_at IS NULL AND state = ANY($1) GROUP BY state`,
      [PUBLIC_STATES],
    );
    const sum = (states: readonly CampaignState[]): number =>
      rows.filter((row) => states.includes(row.state)).reduce((total, row) => total + row.n, 0);
    return { live: sum(['live']), won: sum(['won']), finished: sum(FINISHED_STATES) };
  }

  /** Whom links to a campaign credit, as canonical text; null: nobody asked for it, or their account does not allow it. */
  async creator(campaignId: string, now: Date): Promise<string | null> {
    const provenAt = MoreThan(new Date(now.getTime() - CREDITED_FOR));
    return (await this.database.getRepository(CampaignCreator).findOneBy({ campaignId, provenAt }))?.handle ?? null;
  }

  /** A campaign's milestones in order of time. */
  async milestones(campaignId: string): Promise<Milestone[]> {
    return (await this.milestonesOf([campaignId])).get(campaignId) ?? [];
  }

  /** The milestones of many campaigns, in order of time, by campaign id. */
  async milestonesOf(campaignIds: readonly string[]): Promise<Map<string, Milestone[]>> {
    const milestones = await this.database.getRepository(Milestone).find({
      where: { campaign: { id: In(campaignIds) } },
      order: { at: 'ASC' },
      loadRelationIds: { relations: ['campaign'], disableMixedMap: true },
    });
    return Map.groupBy(milestones, ({ campaign }) => campaign.id);
  }

  /** The newest milestones of all public campaigns, newest first. */
  async latestMilestones(limit: number): Promise<Milestone[]> {
    return this.database
      .getRepository(Milestone)
      .createQueryBuilder('milestone')
      .innerJoinAndSelect('milestone.campaign', 'campaign')
      .where('campaign.hiddenAt IS NULL AND campaign.state IN (:...states)', { states: PUBLIC_STATES })
      .orderBy('milestone.at', 'DESC')
      .limit(limit)
      .getMany();
  }

  private publicCampaigns() {
    return this.database
      .getRepository(Campaign)
      .createQueryBuilder('campaign')
      .innerJoinAndSelect('campaign.institution', 'institution')
      .leftJoinAndSelect('campaign.fediverseAccount', 'fediverseAccount')
      .leftJoinAndSelect('campaign.xAccount', 'xAccount')
      .where('campaign.hiddenAt IS NULL AND campaign.state IN (:...public)', { public: PUBLIC_STATES });
  }
}

/** Takes the meaning from the wildcards of `LIKE`. */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
