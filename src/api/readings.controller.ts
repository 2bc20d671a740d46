import { Controller, Get, Param, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
import type { Account } from '../institutions/account.entity.ts';
import { Clock } from '../platform/clock.ts';
import { PageCache } from '../platform/page-cache.ts';
import { ReadingsQuery } from '../readings/readings.query.ts';
import { givenParameters, publishJson } from './answers.ts';
import { readingJson } from './campaign.representation.ts';
import { pageOf } from './list.schema.ts';
import { misfit } from './problem.ts';
import { ProblemFilter } from './problem.filter.ts';
import { Problems } from './problems.service.ts';
import { cutIntoSteps, type Steps } from './reading-steps.ts';
import { readingsAsked, type ReadingJson } from './reading.schema.ts';

const PAGE_SIZE = 500;
const MOST_CORRECTED = 500;

@Controller('/api/v1/campaigns/:slug/readings')
@UseFilters(ProblemFilter)
export class ReadingsController {
  constructor(
    private readonly campaigns: CampaignsQuery,
    private readonly readings: ReadingsQuery,
    private readonly cache: PageCache,
    private readonly problems: Problems,
    private readonly clock: Clock,
  ) {}

  @Get()
  async list(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const asked = readingsAsked.safeParse(givenParameters(request));
    if (!asked.success) return this.problems.send(request, response, misfit('invalid-query', asked.error));
    const campaign = await this.campaigns.bySlug(slug);
    if (campaign === null) return this.problems.send(request, response, { type: 'no-such-campaign' });
    const accounts = [campaign.fediverseAccount, campaign.xAccount].filter((account) => account !== null);
    const { from, to = null, step = null, page } = asked.data;
    const now = this.clock.now();
    const range = { from: from ?? (await this.firstReading(accounts)) ?? to ?? now, to, step };
    const steps = cutIntoSteps(range, now);
    if (!steps.ok) {
      const values = steps.error.type === 'too-many-steps' ? { most: steps.error.most } : {};
      return this.problems.send(request, response, { type: steps.error.type, values });
    }
    const found = await Promise.all([
      ...accounts.map((account) => this.readingsOf(account, range.from, steps.value)),
      asked.data.status === 'all' ? this.corrected(accounts, { from: range.from, to: steps.value.to }) : [],
    ]);
    const items = found.flat().sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    await publishJson(this.cache, request, response, pageOf(items, page, PAGE_SIZE));
  }

  private async firstReading(accounts: readonly Account[]): Promise<Date | null> {
    const everything = { from: null, to: this.clock.now(), points: 1 };
    const series = await Promise.all(accounts.map(({ id }) => this.readings.series(id, everything)));
    const firsts = series.flatMap(([first]) => (first === undefined ? [] : [first.at.getTime()]));
    return firsts.length === 0 ? null : new Date(Math.min(...firsts));
  }

  private async corrected(accounts: readonly Account[], range: { from: Date; to: Date }): Promise<ReadingJson[]> {
    const wrong = await this.readings.replaced(accounts.map(({ id }) => id), range, MOST_CORRECTED);
    return accounts.flatMap((account) =>
      wrong.filter(({ accountId }) => accountId === account.id).map((reading) => readingJson(account, reading, 'replaced')),
    );
  }

  /** The last reading of each step. The first step may begin before what was asked for, so that all are of one length. */
  private async readingsOf(account: Account, from: Date, steps: Steps): Promise<ReadingJson[]> {
    const range = { from: steps.from, to: steps.to, points: steps.parts };
    const readings = await this.readings.series(account.id, range);
    return readings.filter(({ at }) => at >= from).map((reading) => readingJson(account, reading));
  }
}
