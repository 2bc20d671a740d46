import { Controller, Get, NotFoundException, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Timelines } from '../campaigns/timelines.query.ts';
import { Clock } from '../platform/clock.ts';
import { PageCache } from '../platform/page-cache.ts';
import { campaignFeed, FEED_FORMATS, FEED_TYPES, feedDocument, siteFeed, type Feed } from './feed.ts';
import { Pages } from './pages.service.ts';

/** Entries of the feed of all campaigns. */
const MOST_ENTRIES = 50;

/** Milestones as feeds: `/feed.atom` for all campaigns, `/c/:slug/feed.atom` for one; `.rss` and `.json` too. */
@Controller()
export class FeedsController {
  constructor(
    private readonly pages: Pages,
    private readonly timelines: Timelines,
    private readonly cache: PageCache,
    private readonly clock: Clock,
  ) {}

  @Get('/feed.:format')
  async all(@Param('format') format: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { language, publicUrl } = this.pages.request(request);
    const entries = await this.timelines.latest(MOST_ENTRIES);
    const feed = siteFeed(entries, { language, publicUrl, now: this.clock.now() });
    await this.publish(feed, format, request, response);
  }

  @Get('/c/:slug/feed.:format')
  async one(
    @Param('slug') slug: string,
    @Param('format') format: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const campaign = await this.pages.campaign(slug);
    const entries = (await this.timelines.of([campaign])).get(campaign.id) ?? [];
    await this.publish(campaignFeed(campaign, entries, this.pages.request(request).publicUrl), format, request, response);
  }

  private async publish(feed: Feed, asked: string, request: Request, response: Response): Promise<void> {
    const format = FEED_FORMATS.find((known) => known === asked);
    if (format === undefined) throw new NotFoundException();
    response.set({ 'content-language': feed.language, 'access-control-allow-origin': '*' });
    const body = feedDocument(feed, format);
    await this.cache.publish(request, response, { body, type: FEED_TYPES[format], compressible: true });
  }
}
