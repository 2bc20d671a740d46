import { Controller, Get, NotFoundException, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Claims } from '../moderation/claims.service.ts';
import { FlagDecisions } from '../moderation/flag-decisions.service.ts';
import { FlagReviewQuery } from '../moderation/flag-review.query.ts';
import { localUrl } from '../platform/views.ts';
import { FLAG_FORM_FIELDS, flagPage, readFlagForm, type FlagOutcome } from './moderation-flag.page.ts';
import { changedClaim, SubjectId } from './moderation-subject.ts';
import { seeOther } from './respond.ts';
import { StaffPages } from './staff-pages.service.ts';
import { SignInRedirect, StaffGuard } from './staff.guard.ts';
import { typedFields } from './typed-fields.ts';

/** An unusual change under review. */
@Controller('/moderation/flags/:id')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
export class ModerationFlagController {
  constructor(
    private readonly pages: StaffPages,
    private readonly reviews: FlagReviewQuery,
    private readonly decisions: FlagDecisions,
    private readonly claims: Claims,
  ) {}

  @Get()
  async show(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.answer(id, null, request, response, 200);
  }

  /** What is decided leaves the queue; what is opened again is looked at. */
  @Post()
  async decide(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { staff, page } = this.pages.ask(request);
    const here = localUrl(`/moderation/flags/${id}`, page);
    if (await changedClaim(this.claims, request, id, staff)) return seeOther(response, here);
    const values = typedFields(request, FLAG_FORM_FIELDS);
    const read = readFlagForm(values);
    if (!read.ok) return this.answer(id, { failure: null, values, errors: read.error }, request, response, 422);
    const decided = await this.decisions.decide(staff, id, read.value);
    if (decided.ok) return seeOther(response, read.value.action === 'reopen' ? here : localUrl('/moderation', page, { done: '1' }));
    if (decided.error.type === 'not-found') throw new NotFoundException();
    await this.answer(id, { failure: decided.error.type, values, errors: {} }, request, response, 409);
  }

  private async answer(id: string, outcome: FlagOutcome | null, request: Request, response: Response, status: number): Promise<void> {
    const review = await this.reviews.review(id);
    if (review === null) throw new NotFoundException();
    this.pages.answer(request, response, 'moderation/flag', flagPage(review, outcome, this.pages.ask(request)), status);
  }
}
