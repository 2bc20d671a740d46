import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Claims, type ClaimView } from './claims.service.ts';
import { DecisionLog, type DecisionView } from './decision-log.query.ts';
import { Report } from './report.entity.ts';

export interface ReportReview {
  /** With its campaign, and the campaign's institution and accounts. */
  report: Report;
  /** Others on the same campaign that still wait. */
  alsoOpen: Report[];
  history: DecisionView[];
  claim: ClaimView | null;
}

/** A report as a moderator looks at it. */
@Injectable()
export class ReportReviewQuery {
  constructor(
    private readonly database: DataSource,
    private readonly log: DecisionLog,
    private readonly claims: Claims,
  ) {}

  async review(reportId: string): Promise<ReportReview | null> {
    const reports = this.database.getRepository(Report);
    const report = await reports.findOne({ where: { id: reportId }, relations: { campaign: { institution: true, fediverseAccount: true, xAccount: true } } });
    if (report === null) return null;
    const open = await reports.find({
      where: { campaign: { id: report.campaign.id }, state: 'open' },
      order: { createdAt: 'ASC' },
    });
    const [history, claim] = await Promise.all([this.log.historyOf(reportId), this.claims.of(reportId)]);
    return { report, alsoOpen: open.filter(({ id }) => id !== reportId), history, claim };
  }
}
