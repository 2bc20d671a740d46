import { Controller, Get, Inject, Param, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
import type { Config } from '../platform/config.ts';
import { PageCache } from '../platform/page-cache.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { givenParameters, publishJson } from './answers.ts';
import { CampaignRecords } from './campaign-records.service.ts';
import { campaignJson } from './campaign.representation.ts';
import { campaignsAsked } from './campaign.schema.ts';
import { misfit } from './problem.ts';
import { ProblemFilter } from './problem.filter.ts';
import { Problems } from './problems.service.ts';

@Controller('/api/v1/campaigns')
@UseFilters(ProblemFilter)
export class CampaignsController {
  constructor(
    private readonly campaigns: CampaignsQuery,
    private readonly records: CampaignRecords,
    private readonly cache: PageCache,
    private readonly problems: Problems,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  async list(@Req() request: Request, @Res() response: Response): Promise<void> {
    const asked = campaignsAsked.safeParse(givenParameters(request));
    if (!asked.success) return this.problems.send(request, response, misfit('invalid-query', asked.error));
    const { q, state, lang, page } = asked.data;
    const search = { q, state: state ?? null, language: lang ?? null, page };
    const found = await this.campaigns.directory(search);
    const records = await this.records.of(found.items);
    const items = records.map((record) => campaignJson(record, this.config.publicUrl));
    await publishJson(this.cache, request, response, { ...found, items });
  }

  @Get('/:slug')
  async one(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const campaign = await this.campaigns.bySlug(slug);
    const [record] = campaign === null ? [] : await this.records.of([campaign]);
    if (record === undefined) return this.problems.send(request, response, { type: 'no-such-campaign' });
    await publishJson(this.cache, request, response, campaignJson(record, this.config.publicUrl));
  }
}
