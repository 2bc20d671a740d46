import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CampaignOwners } from '../campaigns/campaign-owners.service.ts';
import { CampaignLifecycle } from '../campaigns/campaign-lifecycle.service.ts';
import { allowedActions, type CampaignAction } from '../domain/campaign-lifecycle.ts';
import { PageCache } from '../platform/page-cache.ts';
import { confirmPage } from './account-confirm.page.ts';
import { AccountDesk } from './account-desk.service.ts';
import { funnelCsv } from './account-funnel.ts';
import { AccountNumbersService } from './account-numbers.service.ts';
import { accountPage } from './account.page.ts';
import { Pages } from './pages.service.ts';
import { seeOther } from './respond.ts';

/** `/account/:token`: the campaigner's private page and what can be decided there. */
@Controller('/account/:token')
export class AccountController {
  constructor(
    private readonly pages: Pages,
    private readonly desk: AccountDesk,
    private readonly numbers: AccountNumbersService,
    private readonly lifecycle: CampaignLifecycle,
    private readonly owners: CampaignOwners,
    private readonly cache: PageCache,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return;
    const numbers = await this.numbers.of(visit.owner.campaign);
    this.pages.answer(request, response, 'account/page', accountPage(visit, numbers, { said: request.query['said'] }));
  }

  @Get('/funnel.csv')
  async funnel(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return;
    const { campaign } = visit.owner;
    const { funnel } = await this.numbers.of(campaign);
    response
      .type('text/csv; charset=utf-8; header=present')
      .attachment(`${campaign.slug}-promises.csv`)
      .set({ 'cache-control': 'no-store', 'referrer-policy': 'same-origin', 'x-robots-tag': 'noindex' })
      .send(funnelCsv(funnel));
  }

  @Post('/publish')
  async publish(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.act('publish', 'published', request, response);
  }

  @Get('/close')
  async askToClose(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.ask('close', request, response);
  }

  @Post('/close')
  async close(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.act('close', 'closed', request, response);
  }

  @Get('/withdraw')
  async askToWithdraw(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.ask('withdraw', request, response);
  }

  @Post('/withdraw')
  async withdraw(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.act('withdraw', 'withdrawn', request, response);
  }

  @Post('/forget-email')
  async forgetEmail(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return;
    await this.owners.forgetEmail(visit.owner.id);
    seeOther(response, visit.url('', { said: 'email-forgotten' }));
  }

  private async act(action: CampaignAction, said: string, request: Request, response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return;
    const done = await this.lifecycle.act(visit.owner.campaign.id, action, 'campaigner');
    // Whoever publishes looks at the public page at once.
    if (done.ok) this.cache.clear();
    seeOther(response, visit.url('', { said: done.ok ? said : 'not-possible' }));
  }

  /** What cannot be undone is asked twice. */
  private async ask(action: 'close' | 'withdraw', request: Request, response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return;
    if (!allowedActions(visit.owner.campaign.state, 'campaigner').includes(action)) {
      return seeOther(response, visit.url('', { said: 'not-possible' }));
    }
    this.pages.answer(request, response, 'account/confirm', confirmPage(visit, action));
  }
}
