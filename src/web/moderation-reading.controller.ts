import { Controller, Get, NotFoundException, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ok, type Result } from '../domain/result.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { Claims } from '../moderation/claims.service.ts';
import { ReadingCorrections } from '../moderation/reading-corrections.service.ts';
import { ReadingDecisions, type ReadingDecision } from '../moderation/reading-decisions.service.ts';
import { ReadingReviewQuery } from '../moderation/reading-review.query.ts';
import { localUrl } from '../platform/views.ts';
import type { ReviewFailure } from '../readings/readings.service.ts';
import { READING_FORM_FIELDS, readingReviewPage, readReadingAct, rivalsOf, type ReadingAct, type ReadingOutcome } from './moderation-reading.page.ts';
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
    private readonly corrections: ReadingCorrections,
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
    const read = readReadingAct(values);
    if (!read.ok) return this.answer(id, { failure: null, values, errors: read.error }, request, response, 422);
    const decided = await this.act(staff, id, read.value);
    if (decided.ok) return seeOther(response, decided.value === 'here' ? localUrl(`/moderation/readings/${id}`, page) : localUrl('/moderation', page, { done: '1' }));
    if (decided.error.type === 'not-found') throw new NotFoundException();
    await this.answer(id, { failure: decided.error.type, values, errors: {} }, request, response, 409);
  }

  /** What waited leaves the queue, and the next one is looked at; what was put right is looked at again. */
  private async act(staff: StaffMember, id: string, act: ReadingAct): Promise<Result<'here' | 'queue', ReviewFailure>> {
    switch (act.type) {
      case 'decide':
        return leadingTo('queue', await this.judge(staff, id, act.decision));
      case 'drop':
        return leadingTo('queue', await this.decisions.dropEvidence(staff, id, act.reason));
      default:
        return leadingTo('here', await this.corrections.turn(staff, id, act.type, act.reason));
    }
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

function leadingTo<Place, E>(place: Place, done: Result<unknown, E>): Result<Place, E> {
  return done.ok ? ok(place) : done;
}
