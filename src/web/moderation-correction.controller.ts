import { Controller, Get, NotFoundException, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ReadingCorrections } from '../moderation/reading-corrections.service.ts';
import { ReadingReviewQuery, type ReadingReview } from '../moderation/reading-review.query.ts';
import { localUrl } from '../platform/views.ts';
import { CORRECTION_FIELDS, correctionErrors, correctionPage, readCorrection } from './moderation-correction.page.ts';
import { SubjectId } from './moderation-subject.ts';
import { ReadingDesk } from './reading-desk.service.ts';
import { FIRST_LOOK, type ReadingAttempt } from './reading-form.ts';
import { seeOther } from './respond.ts';
import { StaffPages } from './staff-pages.service.ts';
import { SignInRedirect, StaffGuard } from './staff.guard.ts';

/** `/moderation/readings/:id/correction`: another number in the place of one that counts, with what shows it. */
@Controller('/moderation/readings/:id/correction')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
export class ModerationCorrectionController {
  constructor(
    private readonly pages: StaffPages,
    private readonly reviews: ReadingReviewQuery,
    private readonly desk: ReadingDesk,
    private readonly corrections: ReadingCorrections,
  ) {}

  @Get()
  async show(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const review = await this.review(id);
    // What does not count any more is looked at where it tells why.
    if (review.reading.status !== 'counted') return seeOther(response, localUrl(`/moderation/readings/${id}`, this.pages.ask(request).page));
    this.answer(review, FIRST_LOOK, request, response, 200);
  }

  @Post()
  async correct(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const review = await this.review(id);
    const { staff, page } = this.pages.ask(request);
    const read = await this.desk.readWith(request, CORRECTION_FIELDS, readCorrection);
    if (!read.ok) return this.answer(review, read.error, request, response, 422);
    const { attempt, reason, ...right } = read.value;
    const corrected = await this.corrections.correct(staff, id, right, reason);
    if (corrected.ok) return seeOther(response, localUrl(`/moderation/readings/${corrected.value.id}`, page));
    if (corrected.error.type === 'not-found') throw new NotFoundException();
    const status = corrected.error.type === 'already-decided' ? 409 : 422;
    this.answer(review, { ...attempt, errors: correctionErrors(corrected.error) }, request, response, status);
  }

  private async review(id: string): Promise<ReadingReview> {
    const review = await this.reviews.review(id);
    if (review === null) throw new NotFoundException();
    return review;
  }

  private answer(review: ReadingReview, attempt: ReadingAttempt, request: Request, response: Response, status: number): void {
    this.pages.answer(request, response, 'moderation/correction', correctionPage(review, attempt, this.pages.ask(request)), status);
  }
}
