import { Controller, Get, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { RecordFailure } from '../campaigns/correspondence.service.ts';
import { ok } from '../domain/result.ts';
import { LetterDecisions, type LetterDecision } from '../moderation/letter-decisions.service.ts';
import { LetterReviewQuery } from '../moderation/letter-review.query.ts';
import { LETTER_FORM_FIELDS, letterEventPage, readLetterForm } from './moderation-letter.page.ts';
import { SubjectId } from './moderation-subject.ts';
import { SignInRedirect, StaffGuard } from './staff.guard.ts';
import { SubjectDesk, type Subject } from './subject-desk.service.ts';

/** Something that is told of an institution and its letter, under review. */
@Controller('/moderation/letters/:id')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
export class ModerationLetterController {
  private readonly events: Subject<LetterDecision, RecordFailure> = {
    path: '/moderation/letters',
    view: 'moderation/letter',
    fields: LETTER_FORM_FIELDS,
    read: readLetterForm,
    page: async (id, attempt, ask) => {
      const review = await this.reviews.ofEvent(id);
      return review && letterEventPage(review, attempt, ask);
    },
    decide: async (by, id, decision) => {
      const decided = await this.decisions.decide(by, id, decision);
      return decided.ok ? ok('/moderation') : decided;
    },
  };

  constructor(
    private readonly desk: SubjectDesk,
    private readonly reviews: LetterReviewQuery,
    private readonly decisions: LetterDecisions,
  ) {}

  @Get()
  async show(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.desk.show(this.events, id, request, response);
  }

  @Post()
  async decide(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.desk.decide(this.events, id, request, response);
  }
}
