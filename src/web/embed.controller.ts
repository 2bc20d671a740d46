import { Controller, Get, HttpStatus, NotFoundException, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { LANGUAGES, translator, typographic } from '../platform/text.ts';
import { PICTURE_SIZES } from '../posts/picture-name.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import { embedUrl, frameCode, frameIn } from './embed-frame.ts';
import { EMBED_SIZES, EMBED_THEMES, embedPage } from './embed.page.ts';
import { NotUnderstood } from './not-understood.ts';
import { Pages } from './pages.service.ts';

const looks = z.object({ size: z.enum(EMBED_SIZES).default('large'), theme: z.enum(EMBED_THEMES).default('auto') });

const room = z.coerce.number().int().min(1).max(10_000).optional();
/** What consumers ask (oEmbed 1.0, 2.2). */
const questions = z.object({ url: z.url().max(2_000), maxwidth: room, maxheight: room, format: z.string().max(20).default('json') });
const spoken = z.enum(LANGUAGES).optional().catch(undefined);

/** Seconds for which consumers may keep an answer: the frame itself stays up to date. */
const CACHE_AGE = 3_600;

/** `/c/:slug/embed`, the only page that other sites may frame, and `/oembed`, which tells them how. */
@Controller()
export class EmbedController {
  constructor(
    private readonly pages: Pages,
    private readonly facts: CampaignFactsService,
  ) {}

  @Get('/c/:slug/embed')
  async embed(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const look = looks.safeParse(request.query);
    if (!look.success) throw new NotUnderstood('problem.embed');
    const page = this.pages.request(request);
    const facts = await this.facts.of(await this.pages.campaign(slug), page.language);
    await this.pages.publish(request, response, 'embed', embedPage(facts, look.data, page), 'bare');
  }

  /**
   * oEmbed 1.0 (oembed.com), type `rich`: a frame without scripts. Mastodon passes over this type and reads the page's own
   * tags (`FetchLinkCardService`), so its cards stay as they are.
   */
  @Get('/oembed')
  async oEmbed(@Req() request: Request, @Res() response: Response): Promise<void> {
    const asked = questions.safeParse(request.query);
    if (!asked.success) throw new NotUnderstood('problem.oembed');
    const { url, maxwidth: width, maxheight: height, format } = asked.data;
    const { publicUrl } = this.pages.request(request);
    if (format !== 'json') return void response.status(HttpStatus.NOT_IMPLEMENTED).type('text/plain').send('Only format=json is spoken here.');
    const { slug, lang } = campaignIn(url, publicUrl);
    const campaign = await this.pages.campaign(slug);
    const language = lang ?? campaign.language;
    const { cardPath } = await this.facts.of(campaign, language);
    const frame = frameIn({ ...(width && { width }), ...(height && { height }) });
    const title = typographic(campaign.title, campaign.language);
    const rich = {
      version: '1.0',
      type: 'rich',
      title,
      provider_name: translator(language).t('site.name'),
      provider_url: publicUrl,
      cache_age: CACHE_AGE,
      html: frameCode(embedUrl(publicUrl, slug, language, { size: frame.size, theme: 'auto' }), title, frame),
      width: frame.width,
      height: frame.height,
      ...(cardPath !== null && { thumbnail_url: publicUrl + cardPath, thumbnail_width: PICTURE_SIZES.wide.width, thumbnail_height: PICTURE_SIZES.wide.height }),
    };
    response.set({ 'access-control-allow-origin': '*', 'content-language': language });
    await this.pages.publishFile(request, response, { body: JSON.stringify(rich), type: 'application/json; charset=utf-8', compressible: true, speechless: true });
  }
}

/** The campaign whose page this address is, and the language that it asks for; any other is found nowhere. */
function campaignIn(url: string, publicUrl: string): { slug: string; lang: (typeof LANGUAGES)[number] | undefined } {
  const { origin, pathname, searchParams } = new URL(url);
  const slug = /^\/c\/([^/]+)\/?$/.exec(pathname)?.[1];
  if (origin !== new URL(publicUrl).origin || slug === undefined) throw new NotFoundException();
  return { slug, lang: spoken.parse(searchParams.get('lang') ?? undefined) };
}
