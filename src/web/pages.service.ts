import { Inject, Injectable, NotFoundException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import type { Config } from '../platform/config.ts';
import { PageCache, type PublicPage } from '../platform/page-cache.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { renderPage, type PageModel, type PageRequest } from '../platform/views.ts';
import { pageRequest, publishPage, sendPrivate } from './respond.ts';

/** What controllers of public pages share: who asks, and how pages are sent. */
@Injectable()
export class Pages {
  constructor(
    private readonly cache: PageCache,
    private readonly campaigns: CampaignsQuery,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  request(request: Request): PageRequest {
    return pageRequest(request, this.config);
  }

  /** A campaign that anyone may see, or the page for what does not exist. */
  async campaign(slug: string): Promise<Campaign> {
    const campaign = await this.campaigns.bySlug(slug);
    if (campaign === null) throw new NotFoundException();
    return campaign;
  }

  /** Sends a page that is the same for everyone. */
  async publish(request: Request, response: Response, view: string, model: PageModel, layout?: string): Promise<void> {
    await publishPage(this.cache, request, response, renderPage(view, model, this.request(request), layout));
  }

  /** Sends a picture or another file that is the same for everyone. */
  async publishFile(request: Request, response: Response, file: PublicPage): Promise<void> {
    await this.cache.publish(request, response, file);
  }

  /**
   * Sends a page that belongs to one person. Where the address of a form is no page, `path` is the page that the
   * other language leads to.
   */
  answer(request: Request, response: Response, view: string, model: PageModel, status = 200, path?: string): void {
    const page = this.request(request);
    sendPrivate(response, renderPage(view, model, path === undefined ? page : { ...page, path }), status);
  }
}
