import { Controller, Get, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ok } from '../domain/result.ts';
import { OwnPostDecisions, type OwnPostDecision, type OwnPostDecisionFailure } from '../moderation/own-post-decisions.service.ts';
import { OwnPostReviewQuery } from '../moderation/own-post-review.query.ts';
import { OWN_POST_DECISION_FIELDS, ownPostReviewPage, readOwnPostDecision } from './moderation-post.page.ts';
import { SubjectId } from './moderation-subject.ts';
import { SignInRedirect, StaffGuard } from './staff.guard.ts';
import { SubjectDesk, type Subject } from './subject-desk.service.ts';

/** A post in a campaigner's own words. */
@Controller('/moderation/posts/:id')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
export class ModerationPostController {
  private readonly posts: Subject<OwnPostDecision, OwnPostDecisionFailure> = {
    path: '/moderation/posts',
    view: 'moderation/post',
    fields: OWN_POST_DECISION_FIELDS,
    read: readOwnPostDecision,
    page: async (id, attempt, ask) => {
      const review = await this.reviews.review(id);
      return review && ownPostReviewPage(review, attempt, ask);
    },
    decide: async (by, id, decision) => {
      const decided = await this.decisions.decide(by, id, decision);
      return decided.ok ? ok('here') : decided;
    },
  };

  constructor(
    private readonly desk: SubjectDesk,
    private readonly reviews: OwnPostReviewQuery,
    private readonly decisions: OwnPostDecisions,
  ) {}

  @Get()
  async show(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.desk.show(this.posts, id, request, response);
  }

  @Post()
  async decide(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.desk.decide(this.posts, id, request, response);
  }
}
