import { Controller, Get, NotFoundException, Param, Query, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AccountReadingsQuery } from '../moderation/account-readings.query.ts';
import { momentAsked, readingsPage } from './moderation-readings.page.ts';
import { SubjectId } from './moderation-subject.ts';
import { StaffPages } from './staff-pages.service.ts';
import { SignInRedirect, StaffGuard } from './staff.guard.ts';

/** `/moderation/accounts/:id/readings`: all readings of an account, to find the one that is wrong. */
@Controller('/moderation/accounts/:id/readings')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
export class ModerationReadingsController {
  constructor(
    private readonly pages: StaffPages,
    private readonly readings: AccountReadingsQuery,
  ) {}

  @Get()
  async show(@Param('id', SubjectId) id: string, @Query('day') day: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    const ask = this.pages.ask(request);
    const moment = momentAsked(day, ask.now);
    const found = await this.readings.around(id, moment);
    if (found === null) throw new NotFoundException();
    this.pages.answer(request, response, 'moderation/readings', readingsPage(found, moment, ask));
  }
}
