import { Controller, Get, NotFoundException, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { MINUTE } from '../domain/durations.ts';
import { REPORT_KINDS } from '../moderation/report.entity.ts';
import { Reports } from '../moderation/reports.service.ts';
import { Clock } from '../platform/clock.ts';
import { localUrl } from '../platform/views.ts';
import { Pages } from './pages.service.ts';
import { REPORT_FIELDS, reportForm } from './report.form.ts';
import { FIRST_ATTEMPT, reportedPage, reportPage, type ReportAttempt } from './report.page.ts';
import { seeOther } from './respond.ts';
import { TooManyTries } from './too-many-tries.ts';
import { typedFields } from './typed-fields.ts';

/** `/report/:slug`: objecting to a campaign, or answering it for the institution. */
@Controller('/report/:slug')
export class ReportController {
  constructor(
    private readonly pages: Pages,
    private readonly reports: Reports,
    private readonly clock: Clock,
  ) {}

  @Get()
  async show(
    @Param('slug') slug: string,
    @Query() query: Record<string, unknown>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const campaign = await this.pages.campaign(slug);
    const page = this.pages.request(request);
    const kind = REPORT_KINDS.find((each) => each === query['kind']) ?? null;
    const model = query['sent'] === '1' ? reportedPage(campaign, page) : reportPage(campaign, kind, FIRST_ATTEMPT, page);
    this.pages.answer(request, response, 'report', model);
  }

  @Post()
  async report(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const values = typedFields(request, REPORT_FIELDS);
    const read = reportForm.safeParse(values);
    if (!read.success) {
      const errors = Object.fromEntries(read.error.issues.map((issue) => [issue.path.join('.'), issue.message]));
      return this.again(slug, { values, errors, waitMinutes: null }, request, response, 422);
    }
    const reported = await this.reports.report(slug, read.data, request.ip ?? '');
    if (reported.ok) return seeOther(response, localUrl(`/report/${slug}`, this.pages.request(request), { sent: '1' }));
    if (reported.error.type === 'not-found') throw new NotFoundException();
    const { retryAfterSeconds } = new TooManyTries(reported.error.retryAt, this.clock.now());
    response.setHeader('retry-after', retryAfterSeconds);
    const waitMinutes = Math.ceil((retryAfterSeconds * 1_000) / MINUTE);
    await this.again(slug, { values, errors: {}, waitMinutes }, request, response, 429);
  }

  /** The form with everything that was typed. */
  private async again(slug: string, attempt: ReportAttempt, request: Request, response: Response, status: number): Promise<void> {
    const campaign = await this.pages.campaign(slug);
    const page = { ...this.pages.request(request), path: `/report/${slug}` };
    this.pages.answer(request, response, 'report', reportPage(campaign, null, attempt, page), status);
  }
}
