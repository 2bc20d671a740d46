import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { badgeSvg, drawBadge, type BadgeFacts } from '../posts/badge.ts';
import { cardAlt } from '../posts/card.ts';
import { scoreBadge } from '../posts/score-badge.ts';
import { pictureFacts } from '../posts/picture-facts.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import { Drawings } from './drawings.service.ts';
import { EMBED_THEMES } from './embed.page.ts';
import { NotUnderstood } from './not-understood.ts';
import { Pages } from './pages.service.ts';
import { SVG_POLICY } from './svg-policy.ts';

const themes = z.object({ theme: z.enum(EMBED_THEMES).default('auto') });

/** `/c/:slug/badge.svg` and `.png`: "I'm in!", the same for every supporter; `score.svg`: the live numbers, for websites. */
@Controller('/c/:slug')
export class BadgeController {
  constructor(
    private readonly pages: Pages,
    private readonly drawings: Drawings,
    private readonly campaignFacts: CampaignFactsService,
  ) {}

  @Get('badge.svg')
  async svg(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const facts = await this.facts(slug, request, response);
    await this.pages.publishFile(request, response, { body: badgeSvg(facts), type: 'image/svg+xml; charset=utf-8', compressible: true });
  }

  @Get('badge.png')
  async png(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const facts = await this.facts(slug, request, response);
    const sketch = { version: JSON.stringify(facts), draw: () => drawBadge(facts) };
    const body = await this.drawings.picture(`badge ${slug} ${facts.language}`, async () => sketch);
    await this.pages.publishFile(request, response, { body, type: 'image/png', compressible: false });
  }

  @Get('score.svg')
  async score(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const asked = themes.safeParse(request.query);
    if (!asked.success) throw new NotUnderstood('problem.score');
    const page = this.pages.request(request);
    const facts = pictureFacts(await this.campaignFacts.of(await this.pages.campaign(slug), page.language), page);
    // The style is its own, and opened by itself it may load nothing.
    response.set({ 'content-language': page.language, 'content-security-policy': SVG_POLICY, 'access-control-allow-origin': '*' });
    const body = scoreBadge(facts, cardAlt(facts), asked.data.theme);
    await this.pages.publishFile(request, response, { body, type: 'image/svg+xml; charset=utf-8', compressible: true });
  }

  private async facts(slug: string, request: Request, response: Response): Promise<BadgeFacts> {
    const { title, language: titleLanguage } = await this.pages.campaign(slug);
    const { language, publicUrl } = this.pages.request(request);
    response.set({ 'content-language': language, 'access-control-allow-origin': '*' });
    return { language, title, titleLanguage, url: `${publicUrl}/c/${slug}` };
  }
}
