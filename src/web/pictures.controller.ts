import { createHash } from 'node:crypto';
import { Controller, Get, NotFoundException, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { validate as isUuid } from 'uuid';
import { InstitutionsQuery } from '../institutions/institutions.query.ts';
import { PageCache } from '../platform/page-cache.ts';
import { drawCard } from '../posts/card.ts';
import { cardLanguage } from '../posts/card-path.ts';
import { cardFacts } from './campaign-card.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import { Drawings } from './drawings.service.ts';
import { Pages } from './pages.service.ts';

/** An account's picture changes a few times in its life. */
const ACCOUNT_PICTURE_CACHE = 'public, max-age=86400, stale-while-revalidate=604800';

/** Pictures of campaigns and accounts. */
@Controller()
export class PicturesController {
  constructor(
    private readonly pages: Pages,
    private readonly facts: CampaignFactsService,
    private readonly institutions: InstitutionsQuery,
    private readonly drawings: Drawings,
    private readonly cache: PageCache,
  ) {}

  /** The card as it is now, whatever the version in its path: an old toot's preview is better new than broken. */
  @Get('/c/:slug/card-:version.png')
  async card(
    @Param('slug') slug: string,
    @Param('version') version: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const campaign = await this.pages.campaign(slug);
    const language = cardLanguage(version) ?? campaign.language;
    const { publicUrl } = this.pages.request(request);
    const picture = await this.drawings.picture(`card ${slug} ${language}`, async () => {
      const shown = cardFacts(await this.facts.of(campaign, language), { language, publicUrl });
      const digest = createHash('sha256').update(JSON.stringify(shown)).digest('base64url');
      return { version: digest, draw: () => drawCard(shown) };
    });
    response.set({ 'content-language': language, 'access-control-allow-origin': '*' });
    await this.cache.publish(request, response, { body: picture, type: 'image/png', compressible: false });
  }

  @Get('/accounts/:id/picture.png')
  async account(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const picture = isUuid(id) ? await this.institutions.picture(id) : null;
    if (picture === null) throw new NotFoundException();
    const etag = `"${createHash('sha256').update(picture).digest('base64url').slice(0, 22)}"`;
    response.set({ 'cache-control': ACCOUNT_PICTURE_CACHE, etag }).type('image/png');
    if (request.fresh) response.status(304).end();
    else response.send(picture);
  }
}
