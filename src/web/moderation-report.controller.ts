import { Controller, Get, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ok } from '../domain/result.ts';
import { Moderation, type DecisionFailure, type ReportDecision } from '../moderation/moderation.service.ts';
import { ReportReviewQuery } from '../moderation/report-review.query.ts';
import { readReportForm, REPORT_FORM_FIELDS, reportReviewPage } from './moderation-report.page.ts';
import { SubjectId } from './moderation-subject.ts';
import { SignInRedirect, StaffGuard } from './staff.guard.ts';
import { SubjectDesk, type Subject } from './subject-desk.service.ts';

/** A report under review. */
@Controller('/moderation/reports/:id')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
export class ModerationReportController {
  private readonly reports: Subject<ReportDecision, DecisionFailure> = {
    path: '/moderation/reports',
    view: 'moderation/report',
    fields: REPORT_FORM_FIELDS,
    read: readReportForm,
    page: async (id, attempt, ask) => {
      const review = await this.reviews.review(id);
      return review && reportReviewPage(review, attempt, ask);
    },
    decide: async (by, id, decision) => {
      const decided = await this.moderation.decideReport(by, id, decision);
      if (!decided.ok) return decided;
      // What follows from an upheld report is decided on its campaign.
      const campaignId = (await this.reviews.review(id))?.report.campaign.id ?? '';
      return ok(decision.action === 'dismiss' ? '/moderation' : (`/moderation/campaigns/${campaignId}` as const));
    },
  };

  constructor(
    private readonly desk: SubjectDesk,
    private readonly reviews: ReportReviewQuery,
    private readonly moderation: Moderation,
  ) {}

  @Get()
  async show(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.desk.show(this.reports, id, request, response);
  }

  @Post()
  async decide(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.desk.decide(this.reports, id, request, response);
  }
}
