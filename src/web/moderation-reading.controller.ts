import { Controller, Get, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ok, type Result } from '../domain/result.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { ReadingCorrections } from '../moderation/reading-corrections.service.ts';
import { ReadingDecisions, type ReadingDecision } from '../moderation/reading-decisions.service.ts';
import { ReadingReviewQuery } from '../moderation/reading-review.query.ts';
import type { ReviewFailure } from '../readings/readings.service.ts';
import { READING_FORM_FIELDS, readingReviewPage, readReadingAct, rivalsOf, type ReadingAct } from './moderation-reading.page.ts';
import { SubjectId } from './moderation-subject.ts';
import { SignInRedirect, StaffGuard } from './staff.guard.ts';
import { SubjectDesk, type Subject } from './subject-desk.service.ts';

/** A reading under review. */
@Controller('/moderation/readings/:id')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
export class ModerationReadingController {
  private readonly readings: Subject<ReadingAct, ReviewFailure> = {
    path: '/moderation/readings',
    view: 'moderation/reading',
    fields: READING_FORM_FIELDS,
    read: readReadingAct,
    page: async (id, attempt, ask) => {
      const review = await this.reviews.review(id);
      return review && readingReviewPage(review, attempt, ask);
    },
    decide: async (by, id, act) => {
      const done = await this.act(by, id, act);
      // What waited leaves the queue; what was put right is looked at again.
      return done.ok ? ok(act.type === 'decide' || act.type === 'drop' ? '/moderation' : 'here') : done;
    },
  };

  constructor(
    private readonly desk: SubjectDesk,
    private readonly reviews: ReadingReviewQuery,
    private readonly decisions: ReadingDecisions,
    private readonly corrections: ReadingCorrections,
  ) {}

  @Get()
  async show(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.desk.show(this.readings, id, request, response);
  }

  @Post()
  async decide(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.desk.decide(this.readings, id, request, response);
  }

  private async act(staff: StaffMember, id: string, act: ReadingAct): Promise<Result<unknown, ReviewFailure>> {
    switch (act.type) {
      case 'decide':
        return this.judge(staff, id, act.decision);
      case 'drop':
        return this.decisions.dropEvidence(staff, id, act.reason);
      default:
        return this.corrections.turn(staff, id, act.type, act.reason);
    }
  }

  /** Only those may go with it that were shown as its rivals, and still are. */
  private async judge(staff: StaffMember, id: string, decision: ReadingDecision): Promise<Result<null, ReviewFailure>> {
    const review = decision.over === undefined ? null : await this.reviews.review(id);
    const rivals = review === null ? [] : rivalsOf(review);
    return this.decisions.decide(staff, id, { ...decision, over: (decision.over ?? []).filter((other) => rivals.includes(other)) });
  }
}
