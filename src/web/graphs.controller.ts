import { createHash } from 'node:crypto';
import { BadRequestException, Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import type { Point } from '../domain/gap.ts';
import type { Account } from '../institutions/account.entity.ts';
import { PageCache } from '../platform/page-cache.ts';
import { LANGUAGES, translator, type Language } from '../platform/text.ts';
import { drawGraphPicture } from '../posts/card.ts';
import { drawGraph } from '../posts/graph.ts';
import type { GraphTheme } from '../posts/graph-theme.ts';
import { ReadingsQuery } from '../readings/readings.query.ts';
import type { CampaignFacts } from './campaign-facts.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import { graphFacts } from './campaign-graph.ts';
import { Drawings } from './drawings.service.ts';
import { Pages } from './pages.service.ts';

/** Points of each line, as many as the graph can show. */
const POINTS = 150;
/** Twice the drawing's own width, for dense screens. */
const PICTURE_WIDTH = 1_320;
/** The SVG brings its style along, and may load nothing. */
const SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => new Date(text))
  .optional();
const svgWishes = z
  .object({ lang: z.enum(LANGUAGES).optional(), theme: z.enum(['auto', 'light', 'dark']).default('auto'), from: moment, to: moment })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to);
const pngWishes = z.object({ lang: z.enum(LANGUAGES).optional(), theme: z.enum(['light', 'dark']).default('light') });

type Range = { from?: Date | undefined; to?: Date | undefined };

/** The graph of a campaign as a picture for other sites: `/c/:slug/graph.svg` and `graph.png`. */
@Controller()
export class GraphsController {
  constructor(
    private readonly pages: Pages,
    private readonly facts: CampaignFactsService,
    private readonly readings: ReadingsQuery,
    private readonly drawings: Drawings,
    private readonly cache: PageCache,
  ) {}

  @Get('/c/:slug/graph.svg')
  async svg(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { theme, lang, ...range } = understood(svgWishes, request);
    const campaign = await this.pages.campaign(slug);
    const language = lang ?? campaign.language;
    const svg = drawAlone(await this.factsIn(range, campaign, language), theme, language);
    response.set({ 'content-language': language, 'content-security-policy': SVG_POLICY, 'access-control-allow-origin': '*' });
    await this.cache.publish(request, response, { body: svg, type: 'image/svg+xml; charset=utf-8', compressible: true });
  }

  @Get('/c/:slug/graph.png')
  async png(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { theme, lang } = understood(pngWishes, request);
    const campaign = await this.pages.campaign(slug);
    const language = lang ?? campaign.language;
    const picture = await this.drawings.picture(`graph ${slug} ${language} ${theme}`, async () => {
      const svg = drawAlone(await this.facts.of(campaign, language), theme, language);
      const version = createHash('sha256').update(svg).digest('base64url');
      return { version, draw: () => drawGraphPicture(svg, PICTURE_WIDTH) };
    });
    response.set({ 'content-language': language, 'access-control-allow-origin': '*' });
    await this.cache.publish(request, response, { body: picture, type: 'image/png', compressible: false });
  }

  /** The facts, with the lines read anew for a part of the time. */
  private async factsIn({ from, to }: Range, campaign: Campaign, language: Language): Promise<CampaignFacts> {
    const facts = await this.facts.of(campaign, language);
    if (from === undefined && to === undefined) return facts;
    const end = campaign.endedAt ?? facts.now;
    const range = { from: from ?? null, to: to !== undefined && to < end ? to : end, points: POINTS };
    const lineOf = async (account: Account | null): Promise<Point[]> =>
      account === null ? [] : this.readings.series(account.id, range);
    const [fediverse, x] = await Promise.all([lineOf(campaign.fediverseAccount), lineOf(campaign.xAccount)]);
    return { ...facts, series: { fediverse, x } };
  }
}

function drawAlone(facts: CampaignFacts, theme: Exclude<GraphTheme, 'page'>, language: Language): string {
  return drawGraph(graphFacts(facts, translator(language)), { language, theme, size: 'wide', id: 'graph' });
}

/** What was asked for; a wish that cannot be understood is no picture. */
function understood<T extends z.ZodType>(wishes: T, request: Request): z.infer<T> {
  const asked = wishes.safeParse(request.query);
  if (!asked.success) throw new BadRequestException();
  return asked.data;
}
