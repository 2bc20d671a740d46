import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { validate as isUuid } from 'uuid';
import { Webhooks } from '../campaigns/webhooks.service.ts';
import { AccountDesk, type AccountVisit } from './account-desk.service.ts';
import { hooksPage, type HooksFacts } from './account-hooks.page.ts';
import { Pages } from './pages.service.ts';
import { field, seeOther } from './respond.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** `/account/:token/hooks`: addresses that are told what happens in the campaign. */
@Controller('/account/:token/hooks')
export class AccountHooksController {
  constructor(
    private readonly pages: Pages,
    private readonly desk: AccountDesk,
    private readonly webhooks: Webhooks,
    private readonly limits: VisitorLimits,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit !== null) await this.answer(visit, {}, request, response);
  }

  /** The secret is on the page that answers, and on no other. */
  @Post()
  async add(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return;
    await this.limits.take('invite', request);
    const typed = field(request, 'url');
    const added = await this.webhooks.add(visit.owner.campaign.id, typed);
    if (added.ok) return this.answer(visit, { secret: added.value.secret }, request, response);
    await this.answer(visit, { trial: { typed, problem: added.error.type } }, request, response, 422);
  }

  @Post('/:id/test')
  async test(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return;
    await this.limits.take('invite', request);
    const sent = isUuid(id) && (await this.webhooks.test(visit.owner.campaign.id, id));
    seeOther(response, visit.url('hooks', sent ? { said: 'tested' } : {}));
  }

  @Post('/:id/remove')
  async remove(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return;
    if (isUuid(id)) await this.webhooks.remove(visit.owner.campaign.id, id);
    seeOther(response, visit.url('hooks', { said: 'removed' }));
  }

  private async answer(visit: AccountVisit, shown: Partial<Pick<HooksFacts, 'secret' | 'trial'>>, request: Request, response: Response, status = 200): Promise<void> {
    const hooks = await this.webhooks.list(visit.owner.campaign.id);
    const facts: HooksFacts = { hooks, secret: shown.secret ?? null, trial: shown.trial ?? null, said: request.query['said'] };
    this.pages.answer(request, response, 'account/hooks', hooksPage(visit, facts), status, visit.url('hooks'));
  }
}
