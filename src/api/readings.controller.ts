import { Controller, Get, Param, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
import type { Account } from '../institutions/account.entity.ts';
import { Clock } from '../platform/clock.ts';
import { PageCache } from '../platform/page-cache.ts';
import { ReadingsQuery, type CountedReading, type WithdrawnReading } from '../readings/readings.query.ts';
import { givenParameters, publishJson } from './answers.ts';
import { readingJson } from './campaign.representation.ts';
import { pageOf } from './list.schema.ts';
import { misfit } from './problem.ts';
import { ProblemFilter } from './problem.filter.ts';
import { Problems } from './problems.service.ts';
import { cutIntoSteps, MOST_STEPS, secondsOf, type Steps } from './reading-steps.ts';
import { readingsAsked, type ReadingJson, type ReadingListJson } from './reading.schema.ts';

const PAGE_SIZE = 500;
/** Corrections are few: more than anyone makes. */
const MOST_WITHDRAWN = 1_000;

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
    const withdrawn = await this.readings.withdrawn(accounts.map(({ id }) => id), { from: null, to: now }, MOST_WITHDRAWN);
    const all = step === null ? await this.allOf(accounts, { from: range.from, to: steps.value.to }) : null;
    const series = all ?? (await this.lastOfEach(accounts, { from: range.from, steps: steps.value }));
    const found = accounts.map((account, index) => countedItems(account, series[index] ?? [], withdrawn));
    if (asked.data.status === 'all') found.push(withdrawnItems(accounts, withdrawn, { from: range.from, to: steps.value.to }));
    const items = found.flat().sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    const told: ReadingListJson = { ...pageOf(items, page, PAGE_SIZE), step: all === null ? secondsOf(steps.value) : null };
    await publishJson(this.cache, request, response, told);
  }

  private async firstReading(accounts: readonly Account[]): Promise<Date | null> {
    const everything = { from: null, to: this.clock.now(), points: 1 };
    const series = await Promise.all(accounts.map(({ id }) => this.readings.series(id, everything)));
    const firsts = series.flatMap(([first]) => (first === undefined ? [] : [first.at.getTime()]));
    return firsts.length === 0 ? null : new Date(Math.min(...firsts));
  }

  /** Every reading of each account; null where those of one are too many for an answer. */
  private async allOf(accounts: readonly Account[], range: { from: Date; to: Date }): Promise<CountedReading[][] | null> {
    const series = await Promise.all(accounts.map(({ id }) => this.readings.upTo(MOST_STEPS, id, range)));
    const known = series.filter((readings) => readings !== null);
    return known.length === series.length ? known : null;
  }

  /** The last reading of each step. The first step may begin before what was asked for, so that all are of one length. */
  private async lastOfEach(accounts: readonly Account[], { from, steps }: { from: Date; steps: Steps }): Promise<CountedReading[][]> {
    const range = { from: steps.from, to: steps.to, points: steps.parts };
    const series = await this.readings.seriesOf(accounts.map(({ id }) => ({ accountId: id, ...range })));
    return series.map((readings) => readings.filter(({ at }) => at >= from));
  }
}

function countedItems(account: Account, readings: readonly CountedReading[], withdrawn: readonly WithdrawnReading[]): ReadingJson[] {
  const own = withdrawn.filter(({ accountId }) => accountId === account.id);
  const corrected = new Map(own.map(({ replacedBy, number }) => [replacedBy, number]));
  return readings.map((reading) => readingJson(account, reading, { status: 'counted', replaces: corrected.get(reading.number) ?? null, replacedBy: null }));
}

function withdrawnItems(accounts: readonly Account[], withdrawn: readonly WithdrawnReading[], { from, to }: { from: Date; to: Date }): ReadingJson[] {
  return withdrawn.flatMap((reading) => {
    const account = accounts.find(({ id }) => id === reading.accountId);
    return account === undefined || reading.at < from || reading.at > to ? [] : [readingJson(account, reading, reading)];
  });
}
