import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, type EntityManager } from 'typeorm';
import { v7 as newId } from 'uuid';
import { Campaign } from '../campaigns/campaign.entity.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { Clock } from '../platform/clock.ts';
import { type PostLanguage, typographic } from '../platform/text.ts';
import { parseTemplate, unknownIn, type PostTemplate, type TemplateError } from './closed-template.ts';
import { OwnPost } from './own-post.entity.ts';
import { postValues, type PostFacts } from './posts.ts';

/** What a campaign has at most; those that a moderator took down count, so that no stream of others follows them. */
export const MOST_OWN_POSTS = 10;

export interface NewOwnPost {
  language: PostLanguage;
  text: string;
}

export type OwnPostFailure = TemplateError | { type: 'full' } | { type: 'known' };

/** Templates in the campaigner's own words. */
@Injectable()
export class OwnPosts {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** All of a campaign, also those that a moderator took down, in the order in which they were written. */
  async of(campaignId: string): Promise<OwnPost[]> {
    return this.database.getRepository(OwnPost).find({ where: { campaign: { id: campaignId } }, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  /** Those in one language that can be said of the campaign now. */
  async offered(campaignId: string, facts: PostFacts, language: PostLanguage): Promise<PostTemplate[]> {
    const posts = await this.database
      .getRepository(OwnPost)
      .find({ where: { campaign: { id: campaignId }, language, removedAt: IsNull() }, order: { createdAt: 'ASC', id: 'ASC' } });
    const values = postValues(facts, language);
    return posts
      .map((post) => readOwnPost(post))
      .filter((template) => template.ok)
      .map((template) => template.value)
      .filter((template) => unknownIn(template, values).length === 0);
  }

  /** Keeps one more, once it was understood; the same words twice are one too many, also after a moderator took them down. */
  async add(campaignId: string, written: NewOwnPost): Promise<Result<null, OwnPostFailure>> {
    const post = { ...written, text: cleaned(written.text) };
    const template = readOwnPost(post);
    if (!template.ok) return template;
    return this.database.transaction(async (manager) => {
      await manager.findOneOrFail(Campaign, { where: { id: campaignId }, lock: { mode: 'pessimistic_write' } });
      const before = await manager.find(OwnPost, { where: { campaign: { id: campaignId } } });
      if (before.some(({ text }) => text === post.text)) return fail({ type: 'known' });
      if (before.length >= MOST_OWN_POSTS) return fail({ type: 'full' });
      await manager.insert(OwnPost, { id: newId(), campaign: { id: campaignId }, ...post, createdAt: this.clock.now(), removedAt: null, removalReason: null });
      return ok(null);
    });
  }

  /** The campaigner takes one back; false: there is none, or a moderator took it down. */
  async withdraw(campaignId: string, id: string): Promise<boolean> {
    const gone = await this.database.getRepository(OwnPost).delete({ id, campaign: { id: campaignId }, removedAt: IsNull() });
    return gone.affected === 1;
  }

  /** Within the decision of which it is part: takes one down with a reason, or lets it be offered again; null is the latter. */
  async setRemoved(manager: EntityManager, id: string, reason: string | null): Promise<void> {
    await manager.update(OwnPost, { id }, { removedAt: reason === null ? null : this.clock.now(), removalReason: reason });
  }
}

/** Own words as a template, with the typography of their language. */
export function readOwnPost({ language, text }: NewOwnPost): Result<PostTemplate, TemplateError> {
  return parseTemplate(typographic(cleaned(text), language));
}

/** Line ends as one character, single spaces, no empty lines in a row, and nothing that hides or turns other text around. */
function cleaned(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ')
    .replace(/ +/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
