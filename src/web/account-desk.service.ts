import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { CampaignOwner } from '../campaigns/campaign-owner.entity.ts';
import { CampaignOwners } from '../campaigns/campaign-owners.service.ts';
import { Clock } from '../platform/clock.ts';
import { Mailer } from '../platform/mailer.ts';
import { translator, type Translator } from '../platform/text.ts';
import { localUrl, type PageRequest } from '../platform/views.ts';
import { lostPage } from './account-lost.page.ts';
import { Pages } from './pages.service.ts';

/** Who came with a private link. */
export type AccountVisit = {
  readonly token: string;
  readonly owner: CampaignOwner;
  readonly mailEnabled: boolean;
  readonly now: Date;
  readonly page: PageRequest;
  readonly text: Translator;
  /** An address behind the private page, in the reader's language; '' is the page itself. */
  url(name: string, query?: Record<string, string>): string;
};

/** Opens private pages. */
@Injectable()
export class AccountDesk {
  constructor(
    private readonly owners: CampaignOwners,
    private readonly clock: Clock,
    private readonly mailer: Mailer,
    private readonly pages: Pages,
  ) {}

  /** Whoever holds the private link of `/account/:token`; null when it opens nothing, which is then said. */
  async open(request: Request, response: Response): Promise<AccountVisit | null> {
    const token = String(request.params['token']);
    const owner = await this.owners.byToken(token);
    const page = this.pages.request(request);
    const mailEnabled = this.mailer.enabled;
    if (owner === null) {
      this.pages.answer(request, response, 'account/lost', lostPage(page, { mailEnabled, cause: 'unknown-link' }), 404);
      return null;
    }
    return {
      token,
      owner,
      mailEnabled,
      now: this.clock.now(),
      page,
      text: translator(page.language),
      url: (name, query = {}) => localUrl(`/account/${token}${name && `/${name}`}`, page, query),
    };
  }
}
