import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Config } from '../platform/config.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { siteActor } from '../platform/site-key.ts';
import { userAgentOf } from '../platform/version.ts';
import { aboutPage, type AboutTopic } from './about.page.ts';
import { helpNewPage } from './help-new.page.ts';
import { methodPage } from './method.page.ts';
import { Pages } from './pages.service.ts';

/** Pages that explain. */
@Controller()
export class InfoController {
  constructor(
    private readonly pages: Pages,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('/help/new')
  async helpNew(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.pages.publish(request, response, 'help-new', helpNewPage(this.pages.request(request), { mailEnabled: this.config.mail !== null, trial: null }));
  }

  @Get('/about/method')
  async method(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { publicUrl, mail, xApi } = this.config;
    const facts = {
      contact: mail?.from ?? null,
      paysForX: xApi !== null,
      userAgent: userAgentOf(publicUrl),
      actorUri: siteActor(publicUrl).id,
    };
    await this.pages.publish(request, response, 'method', methodPage(facts, this.pages.request(request)));
  }

  @Get('/about/privacy')
  async privacy(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.about('privacy', request, response);
  }

  @Get('/about/legal')
  async legal(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.about('legal', request, response);
  }

  private async about(topic: AboutTopic, request: Request, response: Response): Promise<void> {
    const facts = { contact: this.config.mail?.from ?? null };
    await this.pages.publish(request, response, 'about', aboutPage(topic, facts, this.pages.request(request)));
  }
}
