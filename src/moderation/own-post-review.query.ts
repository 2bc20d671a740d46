import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { OwnPost } from '../posts/own-post.entity.ts';
import { Claims, type ClaimView } from './claims.service.ts';
import { DecisionLog, type DecisionView } from './decision-log.query.ts';

export interface OwnPostReview {
  /** With its campaign and the campaign's institution. */
  post: OwnPost;
  history: DecisionView[];
  claim: ClaimView | null;
}

/** A post in a campaigner's own words, as a moderator looks at it. */
@Injectable()
export class OwnPostReviewQuery {
  constructor(
    private readonly database: DataSource,
    private readonly log: DecisionLog,
    private readonly claims: Claims,
  ) {}

  async review(id: string): Promise<OwnPostReview | null> {
    const post = await this.database.getRepository(OwnPost).findOne({ where: { id }, relations: { campaign: { institution: true } } });
    if (post === null) return null;
    const [history, claim] = await Promise.all([this.log.historyOf(id), this.claims.of(id)]);
    return { post, history, claim };
  }
}
