import { Controller, Get, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { RecordFailure } from '../campaigns/correspondence.service.ts';
import type { LetterEventFields } from '../campaigns/letter-fields.ts';
import { ok } from '../domain/result.ts';
import { LetterDecisions } from '../moderation/letter-decisions.service.ts';
import { LetterReviewQuery } from '../moderation/letter-review.query.ts';
import { LETTER_FORM_FIELDS, letterReviewPage, readWritten } from './moderation-letter.page.ts';
import { SubjectId } from './moderation-subject.ts';
import { SignInRedirect, StaffGuard } from './staff.guard.ts';
import { SubjectDesk, type Subject } from './subject-desk.service.ts';

type Written = { fields: LetterEventFields; reason: string | null };

/** All that was written down of a campaign's letter; a moderator writes down what an institution told them. */
@Controller('/moderation/campaigns/:id/letter')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
export class ModerationLettersController {
  private readonly letters: Subject<Written, RecordFailure> = {
    path: '/moderation/campaigns',
    view: 'moderation/letter',
    fields: LETTER_FORM_FIELDS,
    read: readWritten,
    page: async (id, attempt, ask) => {
      const review = await this.reviews.ofCampaign(id);
      return review && letterReviewPage(review, attempt, ask);
    },
    decide: async (by, id, { fields, reason }) => {
      const written = await this.decisions.record(by, id, fields, reason);
      return written.ok ? ok(`/moderation/letters/${written.value.id}` as const) : written;
    },
  };

  constructor(
    private readonly desk: SubjectDesk,
    private readonly reviews: LetterReviewQuery,
    private readonly decisions: LetterDecisions,
  ) {}

  @Get()
  async show(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.desk.show(this.letters, id, request, response);
  }

  @Post()
  async write(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.desk.decide(this.letters, id, request, response);
  }
}
