import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Account } from '../institutions/account.entity.ts';
import { AccountDesk, type AccountVisit } from './account-desk.service.ts';
import { mayTellReading } from './account.page.ts';
import { readingPage } from './account-reading.page.ts';
import { readingSubject } from './campaign-reading.page.ts';
import { Pages } from './pages.service.ts';
import { proposalErrors, ReadingDesk } from './reading-desk.service.ts';
import { FIRST_LOOK, type ReadingAttempt } from './reading-form.ts';
import { seeOther } from './respond.ts';

type ReadingVisit = { visit: AccountVisit; account: Account };

/** `/account/:token/reading`: a number on X that a campaigner read, which waits until somebody else confirms it. */
@Controller('/account/:token/reading')
export class AccountReadingController {
  constructor(
    private readonly pages: Pages,
    private readonly desk: AccountDesk,
    private readonly readings: ReadingDesk,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const asked = await this.open(request, response);
    if (asked === null) return;
    this.pages.answer(request, response, 'account/reading', readingPage(asked.visit, asked.account, FIRST_LOOK));
  }

  @Post()
  async tell(@Req() request: Request, @Res() response: Response): Promise<void> {
    const asked = await this.open(request, response);
    if (asked === null) return;
    const { visit, account } = asked;
    const { campaign } = visit.owner;
    const again = (attempt: ReadingAttempt): void =>
      this.pages.answer(request, response, 'account/reading', readingPage(visit, account, attempt), 422);
    const read = await this.readings.read(request, readingSubject(account, campaign.timeZone, visit.now));
    if (!read.ok) return again(read.error);
    // The owners of one campaign count as one person: they would say the same.
    const told = await this.readings.propose(read.value, account.id, { kind: 'campaigner', name: campaign.id }, request);
    if (!told.ok) return again({ ...read.value.attempt, errors: proposalErrors(told.error) });
    const said = told.value.reading.status === 'counted' ? 'reading-counts' : 'reading';
    seeOther(response, visit.url('', { said }));
  }

  /** Null where the link opens nothing, or no number is asked for, which is then answered. */
  private async open(request: Request, response: Response): Promise<ReadingVisit | null> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return null;
    const { campaign } = visit.owner;
    if (mayTellReading(campaign) && campaign.xAccount !== null) return { visit, account: campaign.xAccount };
    seeOther(response, visit.url(''));
    return null;
  }
}
