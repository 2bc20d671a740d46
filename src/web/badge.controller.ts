import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { badgeSvg, drawBadge, type BadgeFacts } from '../posts/badge.ts';
import { Drawings } from './drawings.service.ts';
import { Pages } from './pages.service.ts';

/** `/c/:slug/badge.svg` and `.png`: "I'm in!", the same for every supporter. */
@Controller('/c/:slug')
export class BadgeController {
  constructor(
    private readonly pages: Pages,
    private readonly drawings: Drawings,
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

  private async facts(slug: string, request: Request, response: Response): Promise<BadgeFacts> {
    const { title, language: titleLanguage } = await this.pages.campaign(slug);
    const { language, publicUrl } = this.pages.request(request);
    response.set({ 'content-language': language, 'access-control-allow-origin': '*' });
    return { language, title, titleLanguage, url: `${publicUrl}/c/${slug}` };
  }
}
