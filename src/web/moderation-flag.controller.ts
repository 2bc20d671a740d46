import { Controller, Get, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ok } from '../domain/result.ts';
import { FlagDecisions, type FlagDecision, type FlagFailure } from '../moderation/flag-decisions.service.ts';
import { FlagReviewQuery } from '../moderation/flag-review.query.ts';
import { FLAG_FORM_FIELDS, flagPage, readFlagForm } from './moderation-flag.page.ts';
import { SubjectId } from './moderation-subject.ts';
import { SignInRedirect, StaffGuard } from './staff.guard.ts';
import { SubjectDesk, type Subject } from './subject-desk.service.ts';

/** An unusual change under review. */
@Controller('/moderation/flags/:id')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
export class ModerationFlagController {
  private readonly flags: Subject<FlagDecision, FlagFailure> = {
    path: '/moderation/flags',
    view: 'moderation/flag',
    fields: FLAG_FORM_FIELDS,
    read: readFlagForm,
    page: async (id, attempt, ask) => {
      const review = await this.reviews.review(id);
      return review && flagPage(review, attempt, ask);
    },
    decide: async (by, id, decision) => {
      const decided = await this.decisions.decide(by, id, decision);
      // What is decided leaves the queue; what is opened again is looked at.
      return decided.ok ? ok(decision.action === 'reopen' ? 'here' : '/moderation') : decided;
    },
  };

  constructor(
    private readonly desk: SubjectDesk,
    private readonly reviews: FlagReviewQuery,
    private readonly decisions: FlagDecisions,
  ) {}

  @Get()
  async show(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.desk.show(this.flags, id, request, response);
  }

  @Post()
  async decide(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.desk.decide(this.flags, id, request, response);
  }
}
