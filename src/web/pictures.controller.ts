import { createHash } from 'node:crypto';
import { Controller, Get, NotFoundException, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { validate as isUuid } from 'uuid';
import { InstitutionsQuery } from '../institutions/institutions.query.ts';
import { PledgesQuery } from '../pledges/pledges.query.ts';
import { parsePictureName, PICTURE_KINDS, pictureKey, type Picture } from '../posts/picture-name.ts';
import { Pictures } from '../posts/pictures.service.ts';
import { Drawings } from './drawings.service.ts';
import { Pages } from './pages.service.ts';
import { SVG_POLICY } from './svg-policy.ts';

/** An account's picture changes a few times in its life. */
const ACCOUNT_PICTURE_CACHE = 'public, max-age=86400, stale-while-revalidate=604800';

const PATHS = PICTURE_KINDS.flatMap((kind) => [`/c/:slug/${kind}-:look.png`, `/c/:slug/${kind}-:look.svg`]);

/** Pictures of campaigns and accounts. */
@Controller()
export class PicturesController {
  constructor(
    private readonly pages: Pages,
    private readonly pictures: Pictures,
    private readonly pledges: PledgesQuery,
    private readonly institutions: InstitutionsQuery,
    private readonly drawings: Drawings,
  ) {}

  /** A picture as it is now, whatever the version in its path: an old toot's preview is better new than broken. */
  @Get(PATHS)
  async picture(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const picture = parsePictureName(request.path.split('/').at(-1) ?? '');
    if (picture === null) throw new NotFoundException();
    const body = await this.drawings.together(`${slug} ${pictureKey(picture)}`, () => this.draw(slug, picture));
    response.set({ 'content-language': picture.language, 'access-control-allow-origin': '*' });
    if (picture.format === 'svg') response.set('content-security-policy', SVG_POLICY);
    const type = picture.format === 'svg' ? 'image/svg+xml; charset=utf-8' : 'image/png';
    await this.pages.publishFile(request, response, { body, type, compressible: picture.format === 'svg', speechless: true });
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

  private async draw(slug: string, picture: Picture): Promise<Buffer> {
    const campaign = await this.pages.campaign(slug);
    const numbers = await this.pledges.numbers([campaign.id]);
    return this.pictures.picture(campaign, picture, numbers.get(campaign.id)?.total ?? 0);
  }
}
