import { Controller, Get, Query, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Staffing } from '../identity/staffing.service.ts';
import { DecisionLog } from '../moderation/decision-log.query.ts';
import { ModerationQuery } from '../moderation/moderation.query.ts';
import { ReadingReviewQuery } from '../moderation/reading-review.query.ts';
import { logFilter, logPage } from './moderation-log.page.ts';
import { pageNumber } from './moderation-pager.ts';
import { queuePage } from './moderation-queue.page.ts';
import { StaffPages } from './staff-pages.service.ts';
import { SignInRedirect, StaffGuard } from './staff.guard.ts';

/** The queue of what waits, and the log of what was decided. */
@Controller('/moderation')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
export class ModerationController {
  constructor(
    private readonly pages: StaffPages,
    private readonly moderation: ModerationQuery,
    private readonly reviews: ReadingReviewQuery,
    private readonly decisions: DecisionLog,
    private readonly staffing: Staffing,
  ) {}

  @Get()
  async queue(@Query() query: Record<string, unknown>, @Req() request: Request, @Res() response: Response): Promise<void> {
    const queue = await this.moderation.queue(pageNumber(query['page']));
    const readings = queue.items.filter(({ subject }) => subject === 'reading').map(({ id }) => id);
    const briefs = await this.reviews.briefs(readings);
    const model = queuePage(queue, briefs, query['done'] === '1', this.pages.ask(request));
    this.pages.answer(request, response, 'moderation/queue', model);
  }

  @Get('log')
  async log(@Query() query: Record<string, unknown>, @Req() request: Request, @Res() response: Response): Promise<void> {
    const staff = await this.staffing.list();
    const filter = logFilter(query, staff);
    const log = await this.decisions.page(filter, pageNumber(query['page']));
    this.pages.answer(request, response, 'moderation/log', logPage(log, filter, staff, this.pages.ask(request)));
  }
}
