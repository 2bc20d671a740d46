import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { DAY } from '../domain/durations.ts';
import { POST_RULES, postLength, SHARING_TARGETS, withServerLimits, type PostRules } from '../domain/post-length.ts';
import { momentsOf } from '../domain/post-moments.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { PageRequest } from '../platform/views.ts';
import { cardAlt } from '../posts/card.ts';
import { OwnPosts } from '../posts/own-posts.service.ts';
import { POST_LANGUAGES } from '../posts/post-languages.ts';
import { composePost } from '../posts/posts.ts';
import { TONES } from '../posts/post-templates.ts';
import { blueskyLink, chooserLink, type Shared } from '../posts/share-links.ts';
import { cardFacts } from './campaign-card.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import type { CampaignFacts } from './campaign-facts.ts';
import { Pages } from './pages.service.ts';
import { field, seeOther } from './respond.ts';
import { ShareServers } from './share-servers.service.ts';
import { sharePage, WORDINGS, type ShareFacts, type ShareProblem } from './share.page.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** Longer than any network allows, short enough for a link. */
const MAX_TEXT = 5_000;
const MAX_SERVER = 300;

const wholeNumber = (min: number, max: number) => z.coerce.number().int().min(min).max(max).nullable().catch(null);

const optionsSchema = z.object({
  tone: z.enum(TONES).catch('factual'),
  in: z.enum(POST_LANGUAGES).nullable().catch(null),
  network: z.enum(SHARING_TARGETS).catch('mastodon'),
  about: z.string().catch(''),
  wording: wholeNumber(0, WORDINGS - 1),
  mention: z
    .literal('yes')
    .transform(() => true)
    .catch(false),
  // What the visitor's own server told when a post went there.
  server: z.string().max(MAX_SERVER).catch(''),
  limit: wholeNumber(50, 1_000_000),
  url: wholeNumber(1, 1_000),
});

/** What was typed into the form, and why it went nowhere. */
interface Attempt {
  text: string;
  server: string;
  problem: ShareProblem;
  network: ShareFacts['network'] | null;
  limits: ShareFacts['limits'] | null;
}

/** `/c/:slug/share`: a post to edit, and ways to hand it over. */
@Controller()
export class ShareController {
  constructor(
    private readonly pages: Pages,
    private readonly facts: CampaignFactsService,
    private readonly limits: VisitorLimits,
    private readonly servers: ShareServers,
    private readonly own: OwnPosts,
  ) {}

  @Get('/c/:slug/share')
  async show(@Param('slug') slug: string, @Query() query: object, @Req() request: Request, @Res() response: Response): Promise<void> {
    const page = this.pages.request(request);
    const facts = await this.facts.of(await this.pages.campaign(slug), page.language);
    const model = sharePage(await this.shareFacts(facts, query, null, page), page);
    await this.pages.publish(request, response, 'share', model);
  }

  @Post('/c/:slug/share')
  async share(@Param('slug') slug: string, @Query() query: object, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.limits.take('share', request);
    const page = this.pages.request(request);
    const facts = await this.facts.of(await this.pages.campaign(slug), page.language);
    const text = field(request, 'text').replace(/\r\n?/g, '\n').slice(0, MAX_TEXT);
    const shared = { text, url: `${page.publicUrl}/c/${slug}`, title: facts.campaign.title };
    const link = await this.linkTo(field(request, 'to'), field(request, 'server').slice(0, MAX_SERVER), shared);
    if (link.ok) return seeOther(response, link.value);
    this.pages.answer(request, response, 'share', sharePage(await this.shareFacts(facts, query, link.error, page), page), 422);
  }

  /** The link that opens somebody's own server, the chooser or Bluesky with the post in it. */
  private async linkTo(to: string, typed: string, shared: Shared): Promise<Result<string, Attempt>> {
    if (to === 'chooser') return ok(chooserLink(shared));
    const attempt = { text: shared.text, server: typed, network: null, limits: null };
    if (to === 'bluesky') {
      const { fits } = postLength(shared.text, POST_RULES.bluesky);
      return fits ? ok(blueskyLink(shared)) : fail({ ...attempt, network: 'bluesky', problem: 'too-long' });
    }
    const server = await this.servers.find(typed);
    if (!server.ok) return fail({ ...attempt, problem: server.error });
    const { network, limits } = server.value;
    const { fits } = postLength(shared.text, withServerLimits(POST_RULES[network], limits));
    if (!fits) return fail({ ...attempt, network, limits, problem: 'too-long' });
    const link = this.servers.linkTo(server.value, shared);
    return link === null ? fail({ ...attempt, network, limits, problem: 'no-share-page' }) : ok(link);
  }

  private async shareFacts(facts: CampaignFacts, query: object, attempt: Attempt | null, page: PageRequest): Promise<ShareFacts> {
    const { tone, in: asked, mention, about, wording, server, limit, url, ...options } = optionsSchema.parse(query);
    const network = attempt?.network ?? options.network;
    const limits = attempt?.limits ?? { maxCharacters: limit, urlCharacters: url };
    const chosen = { tone, language: asked ?? facts.campaign.language, mention, about, wording: wording ?? Math.floor(facts.now.getTime() / DAY) % WORDINGS };
    const rules = withServerLimits(POST_RULES[network], limits);
    const post = await this.compose(facts, chosen, rules);
    return {
      campaign: facts.campaign,
      institution: facts.institution.name,
      ...post,
      text: attempt?.text ?? post.text,
      tone,
      postLanguage: chosen.language,
      wording: chosen.wording,
      network,
      limits,
      rules,
      mention,
      canMention: facts.accounts.fediverse !== null && rules.handles,
      server: attempt?.server ?? server,
      problem: attempt?.problem ?? null,
      card: { path: facts.cardPath ?? '', alt: cardAlt(cardFacts(facts, page)) },
    };
  }

  /** The post of the library, or the campaigner's, that was asked for and can be said now. */
  private async compose(
    facts: CampaignFacts,
    { about, ...wishes }: Pick<ShareFacts, 'tone' | 'mention' | 'wording'> & { language: ShareFacts['postLanguage']; about: string },
    rules: PostRules,
  ): Promise<Pick<ShareFacts, 'text' | 'about' | 'abouts' | 'hasAnother'>> {
    const postFacts = this.facts.postFacts(facts);
    const own = await this.own.offered(facts.campaign.id, postFacts, wishes.language);
    const moments = momentsOf(postFacts);
    const abouts = own.length > 0 ? ([...moments, 'own'] as const) : moments;
    const template = own[wishes.wording % own.length];
    if (about === 'own' && template !== undefined) {
      return { abouts, about, hasAnother: own.length > 1, text: composePost(postFacts, { ...wishes, template }, rules) };
    }
    const moment = moments.find((each) => each === about) ?? moments[0];
    return { abouts, about: moment, hasAnother: true, text: composePost(postFacts, { ...wishes, moment }, rules) };
  }
}
