import { Controller, Get, NotFoundException, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Result } from '../domain/result.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { Claims } from '../moderation/claims.service.ts';
import { ReadingDecisions, type ReadingDecision } from '../moderation/reading-decisions.service.ts';
import { ReadingReviewQuery } from '../moderation/reading-review.query.ts';
import { localUrl } from '../platform/views.ts';
import type { ReviewFailure } from '../readings/readings.service.ts';
import { readDropForm, READING_FORM_FIELDS, readingReviewPage, readReadingForm, rivalsOf, type ReadingOutcome } from './moderation-reading.page.ts';
import { changedClaim, SubjectId } from './moderation-subject.ts';
import { seeOther } from './respond.ts';
import { StaffPages } from './staff-pages.service.ts';
import { SignInRedirect, StaffGuard } from './staff.guard.ts';
import { typedFields } from './typed-fields.ts';

/** A reading under review. */
@Controller('/moderation/readings/:id')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
export class ModerationReadingController {
  constructor(
    private readonly pages: StaffPages,
    private readonly reviews: ReadingReviewQuery,
    private readonly decisions: ReadingDecisions,
    private readonly claims: Claims,
  ) {}

  @Get()
  async show(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.answer(id, null, request, response, 200);
  }

  @Post()
  async decide(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { staff, page } = this.pages.ask(request);
    if (await changedClaim(this.claims, request, id, staff)) return seeOther(response, localUrl(`/moderation/readings/${id}`, page));
    const values = typedFields(request, READING_FORM_FIELDS);
    const read = values['form'] === 'drop' ? readDropForm(values) : readReadingForm(values);
    if (!read.ok) return this.answer(id, { failure: null, values, errors: read.error }, request, response, 422);
    const decided = 'action' in read.value ? await this.judge(staff, id, read.value) : await this.decisions.dropEvidence(staff, id, read.value.reason);
    if (decided.ok) return seeOther(response, localUrl('/moderation', page, { done: '1' }));
    if (decided.error.type === 'not-found') throw new NotFoundException();
    await this.answer(id, { failure: decided.error.type, values, errors: {} }, request, response, 409);
  }

  /** Only those may go with it that were shown as its rivals, and still are. */
  private async judge(staff: StaffMember, id: string, decision: ReadingDecision): Promise<Result<null, ReviewFailure>> {
    const review = decision.over === undefined ? null : await this.reviews.review(id);
    const rivals = review === null ? [] : rivalsOf(review);
    return this.decisions.decide(staff, id, { ...decision, over: (decision.over ?? []).filter((other) => rivals.includes(other)) });
  }

  private async answer(id: string, outcome: ReadingOutcome | null, request: Request, response: Response, status: number): Promise<void> {
    const review = await this.reviews.review(id);
    if (review === null) throw new NotFoundException();
    const model = readingReviewPage(review, outcome, this.pages.ask(request));
    this.pages.answer(request, response, 'moderation/reading', model, status);
  }
}
