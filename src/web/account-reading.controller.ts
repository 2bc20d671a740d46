import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CampaignProgress } from '../campaigns/campaign-progress.service.ts';
import { Proposals } from '../readings/proposals.service.ts';
import { Readers } from '../readings/readers.service.ts';
import { AccountDesk } from './account-desk.service.ts';
import { mayTellReading } from './account.page.ts';
import { readingErrors, readingPage, READING_FIELDS, typedAddress, typedCount } from './account-reading.page.ts';
import { Pages } from './pages.service.ts';
import { seeOther } from './respond.ts';
import { typedFields } from './typed-fields.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** `/account/:token/reading`: a number on X that a campaigner read, which waits until somebody else confirms it. */
@Controller('/account/:token/reading')
export class AccountReadingController {
  constructor(
    private readonly pages: Pages,
    private readonly desk: AccountDesk,
    private readonly proposals: Proposals,
    private readonly readers: Readers,
    private readonly progress: CampaignProgress,
    private readonly limits: VisitorLimits,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return;
    if (!mayTellReading(visit.owner.campaign)) return seeOther(response, visit.url(''));
    this.pages.answer(request, response, 'account/reading', readingPage(visit));
  }

  @Post()
  async tell(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return;
    const { campaign } = visit.owner;
    if (campaign.xAccount === null || !mayTellReading(campaign)) return seeOther(response, visit.url(''));
    await this.limits.take('tellReading', request);
    const values = typedFields(request, READING_FIELDS);
    // The owners of one campaign count as one person: they would say the same.
    const names = [campaign.id, ...(await this.readers.namesOf(request.ip ?? ''))];
    const told = await this.proposals.propose({
      accountId: campaign.xAccount.id,
      count: typedCount(values['count'] ?? ''),
      at: visit.now,
      source: 'manual',
      reader: { kind: 'campaigner', names },
      evidenceUrl: typedAddress(values['evidenceUrl'] ?? ''),
      picture: null,
      rivals: await this.progress.rivalCounts(campaign.xAccount.id),
    });
    if (!told.ok) {
      const errors = readingErrors(told.error, visit.text);
      return this.pages.answer(request, response, 'account/reading', readingPage(visit, { values, errors }), 422);
    }
    await this.progress.follow(told.value.changedAccounts);
    const said = told.value.reading.status === 'counted' ? 'reading-counts' : 'reading';
    seeOther(response, visit.url('', { said }));
  }
}
