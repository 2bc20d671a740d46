import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
import { Clock } from '../platform/clock.ts';
import { LANGUAGES } from '../platform/text.ts';
import { campaignsPage, SEARCHABLE_STATES } from './campaigns.page.ts';
import { Pages } from './pages.service.ts';
import { Tiles } from './tiles.service.ts';

/** A search that somebody mistyped is no error: what is not understood is left out. */
const searchSchema = z.object({
  q: z.string().trim().max(100).catch(''),
  state: z.enum(SEARCHABLE_STATES).nullable().catch(null),
  in: z.enum(LANGUAGES).nullable().catch(null),
  page: z.coerce.number().int().min(1).max(10_000).catch(1),
});

@Controller()
export class CampaignsController {
  constructor(
    private readonly pages: Pages,
    private readonly campaigns: CampaignsQuery,
    private readonly tiles: Tiles,
    private readonly clock: Clock,
  ) {}

  @Get('/campaigns')
  async directory(@Query() query: object, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { q, state, in: language, page } = searchSchema.parse(query);
    const found = await this.campaigns.directory({ q, state, language, page });
    const items = await this.tiles.of(found.items);
    const facts = { ...found, items, search: { q, state, language }, now: this.clock.now() };
    await this.pages.publish(request, response, 'campaigns', campaignsPage(facts, this.pages.request(request)));
  }
}
