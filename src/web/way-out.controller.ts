import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Mailing, MailingEnd } from '../platform/way-out.ts';
import { OpeningMail } from '../pledges/opening-mail.service.ts';
import { Digests } from '../posts/digests.service.ts';
import { plainPage } from './mail-link.page.ts';
import { Pages } from './pages.service.ts';
import { wayOutPage } from './way-out.page.ts';

/**
 * `/digest/:token` and `/opening/:token`: no more of a mail. Looking changes nothing, since mail servers open links to look for
 * harm; what is sent there says everything by its address, be it this site's form or a mail program's one click (RFC 8058).
 */
@Controller()
export class WayOutController {
  constructor(
    private readonly pages: Pages,
    private readonly digests: Digests,
    private readonly openings: OpeningMail,
  ) {}

  @Get('/digest/:token')
  async askDigest(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.ask('digest', this.digests, token, request, response);
  }

  @Post('/digest/:token')
  async leaveDigest(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.digests.leave(token);
    this.left('digest', request, response);
  }

  @Get('/opening/:token')
  async askOpening(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.ask('opening', this.openings, token, request, response);
  }

  @Post('/opening/:token')
  async leaveOpening(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.openings.leave(token);
    this.left('opening', request, response);
  }

  private async ask(mailing: Mailing, end: MailingEnd, token: string, request: Request, response: Response): Promise<void> {
    const found = await end.find(token);
    if (found === null) return this.left(mailing, request, response);
    this.pages.answer(request, response, 'way-out', wayOutPage(mailing, token, found, this.pages.request(request)));
  }

  /** Language links must not lead to an address that has done its work. */
  private left(mailing: Mailing, request: Request, response: Response): void {
    const page = { ...this.pages.request(request), path: '/' };
    this.pages.answer(request, response, 'plain', plainPage(mailing === 'digest' ? 'leftDigest' : 'leftOpening', page), 200, page.path);
  }
}
