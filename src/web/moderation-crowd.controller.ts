import { Controller, Get, NotFoundException, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Claims } from '../moderation/claims.service.ts';
import { CrowdDecisions } from '../moderation/crowd-decisions.service.ts';
import { CrowdReviewQuery } from '../moderation/crowd-review.query.ts';
import { localUrl } from '../platform/views.ts';
import { CROWD_FORM_FIELDS, crowdPage, readCrowdForm, type CrowdOutcome } from './moderation-crowd.page.ts';
import { changedClaim, SubjectId } from './moderation-subject.ts';
import { seeOther } from './respond.ts';
import { StaffPages } from './staff-pages.service.ts';
import { SignInRedirect, StaffGuard } from './staff.guard.ts';
import { typedFields } from './typed-fields.ts';

/** Pledges that came together in an unusual way, under review. */
@Controller('/moderation/crowds/:id')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
export class ModerationCrowdController {
  constructor(
    private readonly pages: StaffPages,
    private readonly reviews: CrowdReviewQuery,
    private readonly decisions: CrowdDecisions,
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
    const here = localUrl(`/moderation/crowds/${id}`, page);
    if (await changedClaim(this.claims, request, id, staff)) return seeOther(response, here);
    const values = typedFields(request, CROWD_FORM_FIELDS);
    const read = readCrowdForm(values);
    if (!read.ok) return this.answer(id, { failure: null, values, errors: read.error }, request, response, 422);
    const decided = await this.decisions.decide(staff, id, read.value);
    if (decided.ok) return seeOther(response, read.value.action === 'reopen' ? here : localUrl('/moderation', page, { done: '1' }));
    if (decided.error.type === 'not-found') throw new NotFoundException();
    await this.answer(id, { failure: decided.error.type, values, errors: {} }, request, response, 409);
  }

  private async answer(id: string, outcome: CrowdOutcome | null, request: Request, response: Response, status: number): Promise<void> {
    const review = await this.reviews.review(id);
    if (review === null) throw new NotFoundException();
    this.pages.answer(request, response, 'moderation/crowd', crowdPage(review, outcome, this.pages.ask(request)), status);
  }
}
