import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { isPublic, publicState } from '../domain/campaign-lifecycle.ts';
import { PageCache } from '../platform/page-cache.ts';
import { OwnPosts, readOwnPost, type NewOwnPost, type OwnPostFailure } from '../posts/own-posts.service.ts';
import { POST_LANGUAGES } from '../platform/text.ts';
import { AccountDesk, type AccountVisit } from './account-desk.service.ts';
import { OWN_POST_FIELDS, postsPage, type OwnPostAttempt } from './account-posts.page.ts';
import { mayWritePosts } from './account.page.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import { SubjectId } from './moderation-subject.ts';
import { Pages } from './pages.service.ts';
import { field, seeOther } from './respond.ts';
import { typedFields } from './typed-fields.ts';

/** `/account/:token/posts`: templates in the campaigner's own words, looked at with the numbers of now before they are kept. */
@Controller('/account/:token/posts')
export class AccountPostsController {
  constructor(
    private readonly pages: Pages,
    private readonly desk: AccountDesk,
    private readonly facts: CampaignFactsService,
    private readonly own: OwnPosts,
    private readonly cache: PageCache,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.open(request, response);
    if (visit !== null) await this.answer(visit, null, request, response, 200);
  }

  @Post()
  async write(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.open(request, response);
    if (visit === null) return;
    const { campaign } = visit.owner;
    const values = typedFields(request, OWN_POST_FIELDS);
    const language = POST_LANGUAGES.find((each) => each === values['language']) ?? campaign.language;
    const written: NewOwnPost = { language, text: values['text'] ?? '' };
    const again = (failure: OwnPostFailure | null, status: number): Promise<void> =>
      this.answer(visit, { written, failure }, request, response, status);
    if (field(request, 'do') !== 'keep') {
      const template = readOwnPost(written);
      return template.ok ? again(null, 200) : again(template.error, 422);
    }
    const kept = await this.own.add(campaign.id, written);
    if (!kept.ok) return again(kept.error, 422);
    this.cache.clear();
    seeOther(response, visit.url('posts', { said: 'kept' }));
  }

  @Post('/:id/withdraw')
  async withdraw(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.open(request, response);
    if (visit === null) return;
    const done = await this.own.withdraw(visit.owner.campaign.id, id);
    if (done) this.cache.clear();
    seeOther(response, visit.url('posts', done ? { said: 'withdrawn' } : {}));
  }

  /** Null where the link opens nothing, or nothing is to be written, which is then answered. */
  private async open(request: Request, response: Response): Promise<AccountVisit | null> {
    const visit = await this.desk.open(request, response);
    if (visit === null || mayWritePosts(visit.owner.campaign)) return visit;
    seeOther(response, visit.url(''));
    return null;
  }

  private async answer(visit: AccountVisit, attempt: OwnPostAttempt | null, request: Request, response: Response, status: number): Promise<void> {
    const { campaign } = visit.owner;
    const facts = await this.facts.of(campaign, visit.page.language, isPublic(campaign) ? publicState(campaign) : 'preview');
    const posts = await this.own.of(campaign.id);
    const model = postsPage(visit, { posts, facts: this.facts.postFacts(facts), attempt, said: request.query['said'] });
    this.pages.answer(request, response, 'account/posts', model, status, visit.url('posts'));
  }
}
