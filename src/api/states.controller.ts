import { Controller, Get, Param, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
import { HOUR } from '../domain/durations.ts';
import { Clock } from '../platform/clock.ts';
import { PageCache } from '../platform/page-cache.ts';
import { givenParameters, publishJsonText } from './answers.ts';
import { misfit } from './problem.ts';
import { ProblemFilter } from './problem.filter.ts';
import { Problems } from './problems.service.ts';
import { statesAsked } from './state.schema.ts';
import { States } from './states.service.ts';

const PAGE_SIZE = 200;

/** The state of the gap, for those who only want to know once in an hour: safe to keep for everyone. */
@Controller('/api/v1')
@UseFilters(ProblemFilter)
export class StatesController {
  constructor(
    private readonly campaigns: CampaignsQuery,
    private readonly states: States,
    private readonly cache: PageCache,
    private readonly problems: Problems,
    private readonly clock: Clock,
  ) {}

  @Get('/state.json')
  async all(@Req() request: Request, @Res() response: Response): Promise<void> {
    const asked = statesAsked.safeParse(givenParameters(request));
    if (!asked.success) return this.problems.send(request, response, misfit('invalid-query', asked.error));
    const hour = this.hour();
    const { items, ...list } = await this.campaigns.runningAt(hour.from, asked.data.page, PAGE_SIZE);
    const states = await this.states.of(items, hour.from);
    const rest = JSON.stringify(list).slice(1);
    const body = `${opening(hour)},"items":[${states.join(',')}],${rest}`;
    await publishJsonText(this.cache, request, response, body, hour.to);
  }

  @Get('/campaigns/:slug/state.json')
  async one(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const hour = this.hour();
    const campaign = await this.campaigns.bySlug(slug);
    if (campaign === null) return this.problems.send(request, response, { type: 'no-such-campaign' });
    if (campaign.launchedAt === null || campaign.launchedAt > hour.from) {
      return this.problems.send(request, response, { type: 'no-state-yet', retryAt: hour.to });
    }
    const [state = '{}'] = await this.states.of([campaign], hour.from);
    await publishJsonText(this.cache, request, response, `${opening(hour)},${state.slice(1)}`, hour.to);
  }

  private hour(): Hour {
    const from = Math.floor(this.clock.now().getTime() / HOUR) * HOUR;
    return { from: new Date(from), to: new Date(from + HOUR) };
  }
}

interface Hour {
  from: Date;
  to: Date;
}

function opening({ from, to }: Hour): string {
  return JSON.stringify({ generatedAt: from.toISOString(), validUntil: to.toISOString() }).slice(0, -1);
}
