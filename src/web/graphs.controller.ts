import { createHash } from 'node:crypto';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { HOUR } from '../domain/durations.ts';
import { LANGUAGES, translator, type Language } from '../platform/text.ts';
import { rasterize } from '../posts/card-raster.ts';
import { drawGraph } from '../posts/graph.ts';
import type { GraphFacts } from '../posts/graph-facts.ts';
import type { GraphTheme } from '../posts/graph-theme.ts';
import { ReadingsQuery } from '../readings/readings.query.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import { graphFacts } from './campaign-graph.ts';
import { Drawings } from './drawings.service.ts';
import { NotUnderstood } from './not-understood.ts';
import { Pages } from './pages.service.ts';
import { SVG_POLICY } from './svg-policy.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** Points of each line, as many as the graph can show. */
const POINTS = 150;
/** Twice the drawing's own width, for dense screens. */
const PICTURE_WIDTH = 1_320;

const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => new Date(text))
  .optional();
/** What one may ask of a graph, as SVG or PNG; a range is widened to whole hours, so that fewer pictures are asked for. */
const wishes = z
  .object({ lang: z.enum(LANGUAGES).optional(), theme: z.enum(['auto', 'light', 'dark']).optional(), from: moment, to: moment })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to)
  .transform(({ lang, theme, from, to }) => ({ lang, theme, range: from || to ? { from: wholeHour(from, 'floor'), to: wholeHour(to, 'ceil') } : null }));

const WHAT_IS = 'problem.graph';

/** Null: without a bound. */
type Range = { from: Date | null; to: Date | null };

/** The graph of a campaign as a picture for other sites: `/c/:slug/graph.svg` and `graph.png`. */
@Controller()
export class GraphsController {
  constructor(
    private readonly pages: Pages,
    private readonly facts: CampaignFactsService,
    private readonly readings: ReadingsQuery,
    private readonly drawings: Drawings,
    private readonly limits: VisitorLimits,
  ) {}

  @Get('/c/:slug/graph.svg')
  async svg(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { theme = 'auto', lang, range } = understood(request);
    const campaign = await this.pages.campaign(slug);
    const language = lang ?? campaign.language;
    const svg = drawAlone(await this.factsIn(range, campaign, language), theme, language);
    response.set({ 'content-language': language, 'content-security-policy': SVG_POLICY, 'access-control-allow-origin': '*' });
    await this.pages.publishFile(request, response, { body: svg, type: 'image/svg+xml; charset=utf-8', compressible: true });
  }

  @Get('/c/:slug/graph.png')
  async png(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { theme = 'light', lang, range } = understood(request);
    // A picture knows nothing of its reader's system.
    if (theme === 'auto') throw new NotUnderstood(WHAT_IS);
    const campaign = await this.pages.campaign(slug);
    // Anybody can think of another range, and each is another picture to draw.
    if (range !== null) await this.limits.take('drawGraph', request);
    const language = lang ?? campaign.language;
    const name = ['graph', slug, language, theme, range?.from?.toISOString(), range?.to?.toISOString()].join(' ');
    const picture = await this.drawings.picture(name, async () => {
      const svg = drawAlone(await this.factsIn(range, campaign, language), theme, language);
      const version = createHash('sha256').update(svg).digest('base64url');
      return { version, draw: () => rasterize(svg, PICTURE_WIDTH) };
    });
    response.set({ 'content-language': language, 'access-control-allow-origin': '*' });
    await this.pages.publishFile(request, response, { body: picture, type: 'image/png', compressible: false });
  }

  /** The facts, with the lines read anew for a part of the time. */
  private async factsIn(range: Range | null, campaign: Campaign, language: Language): Promise<GraphFacts> {
    const facts = await this.facts.of(campaign, language);
    const text = translator(language);
    if (range === null) return graphFacts(facts, text);
    const end = campaign.endedAt ?? facts.now;
    const part = { from: range.from, to: range.to !== null && range.to < end ? range.to : end, points: POINTS };
    const accounts = [campaign.fediverseAccount, campaign.xAccount];
    const [fediverse = [], x = []] = await Promise.all(
      accounts.map(async (account) => (account === null ? [] : this.readings.series(account.id, part))),
    );
    return { ...graphFacts({ ...facts, series: { fediverse, x } }, text), isPart: true };
  }
}

function drawAlone(facts: GraphFacts, theme: Exclude<GraphTheme, 'page'>, language: Language): string {
  return drawGraph(facts, { language, theme, size: 'wide', id: 'graph' });
}

/** What was asked for; a wish that cannot be understood is no picture. */
function understood(request: Request): z.infer<typeof wishes> {
  const asked = wishes.safeParse(request.query);
  if (!asked.success) throw new NotUnderstood(WHAT_IS);
  return asked.data;
}

function wholeHour(at: Date | undefined, round: 'floor' | 'ceil'): Date | null {
  return at === undefined ? null : new Date(Math[round](at.getTime() / HOUR) * HOUR);
}
