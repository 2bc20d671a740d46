import { Controller, Get, NotFoundException, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Claims } from '../moderation/claims.service.ts';
import { Moderation } from '../moderation/moderation.service.ts';
import { ReportReviewQuery } from '../moderation/report-review.query.ts';
import { localUrl } from '../platform/views.ts';
import { readReportForm, REPORT_FORM_FIELDS, reportReviewPage, type ReportOutcome } from './moderation-report.page.ts';
import { changedClaim, SubjectId } from './moderation-subject.ts';
import { seeOther } from './respond.ts';
import { StaffPages } from './staff-pages.service.ts';
import { SignInRedirect, StaffGuard } from './staff.guard.ts';
import { typedFields } from './typed-fields.ts';

/** A report under review. */
@Controller('/moderation/reports/:id')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
export class ModerationReportController {
  constructor(
    private readonly pages: StaffPages,
    private readonly reviews: ReportReviewQuery,
    private readonly moderation: Moderation,
    private readonly claims: Claims,
  ) {}

  @Get()
  async show(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.answer(id, null, request, response, 200);
  }

  /** What follows from an upheld report is decided on its campaign, where the moderator is sent. */
  @Post()
  async decide(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { staff, page } = this.pages.ask(request);
    if (await changedClaim(this.claims, request, id, staff)) return seeOther(response, localUrl(`/moderation/reports/${id}`, page));
    const values = typedFields(request, REPORT_FORM_FIELDS);
    const read = readReportForm(values);
    if (!read.ok) return this.answer(id, { failure: null, values, errors: read.error }, request, response, 422);
    const decided = await this.moderation.decideReport(staff, id, read.value);
    if (!decided.ok) return this.answer(id, { failure: decided.error, values, errors: {} }, request, response, 409);
    const campaignId = (await this.reviews.review(id))?.report.campaign.id ?? '';
    const next = read.value.action === 'dismiss' ? '/moderation' : `/moderation/campaigns/${campaignId}`;
    seeOther(response, localUrl(next, page, { done: '1' }));
  }

  private async answer(id: string, outcome: ReportOutcome | null, request: Request, response: Response, status: number): Promise<void> {
    const review = await this.reviews.review(id);
    if (review === null) throw new NotFoundException();
    const model = reportReviewPage(review, outcome, this.pages.ask(request));
    this.pages.answer(request, response, 'moderation/report', model, status);
  }
}
