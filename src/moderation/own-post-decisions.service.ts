import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { fail, ok, type Result } from '../domain/result.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { Clock } from '../platform/clock.ts';
import { PageCache } from '../platform/page-cache.ts';
import { OwnPost } from '../posts/own-post.entity.ts';
import { OwnPosts } from '../posts/own-posts.service.ts';
import { decideWhole, record } from './decisions.ts';

/** The campaigner reads the reason for taking a post down. */
export type OwnPostDecision = { action: 'take_down' | 'put_back'; reason: string };

export type OwnPostDecisionFailure = { type: 'not-found' } | { type: 'already-decided' };

/** Taking posts in a campaigner's own words down, and taking that back. */
@Injectable()
export class OwnPostDecisions {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly pages: PageCache,
    private readonly posts: OwnPosts,
  ) {}

  async decide(by: StaffMember, id: string, { action, reason }: OwnPostDecision): Promise<Result<null, OwnPostDecisionFailure>> {
    const decided = await decideWhole<null, OwnPostDecisionFailure>(this.database, async (manager) => {
      const post = await manager.findOne(OwnPost, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (post === null) return fail({ type: 'not-found' });
      const isTakenDown = action === 'take_down';
      if ((post.removedAt !== null) === isTakenDown) return fail({ type: 'already-decided' });
      await this.posts.setRemoved(manager, id, isTakenDown ? reason : null);
      const [there, gone] = [{ post: post.text }, { post: null }];
      const [before, after] = isTakenDown ? [there, gone] : [gone, there];
      await record(manager, { by, subject: 'post', subjectId: id, action, reason, before, after, at: this.clock.now() });
      return ok(null);
    });
    if (decided.ok) this.pages.clear();
    return decided;
  }
}
