import { Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { DAY } from '../domain/durations.ts';
import { POST_RULES, SHARING_TARGETS, withServerLimits, type PostRules } from '../domain/post-length.ts';
import { momentsOf } from '../domain/post-moments.ts';
import type { Config } from '../platform/config.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { negotiate, POST_LANGUAGES, translator } from '../platform/text.ts';
import type { PageRequest } from '../platform/views.ts';
import { cardAlt } from '../posts/card.ts';
import { siblingPath } from '../posts/card-path.ts';
import { OwnPosts } from '../posts/own-posts.service.ts';
import { composePost } from '../posts/posts.ts';
import { TONES } from '../posts/post-templates.ts';
import { pictureFacts } from '../posts/picture-facts.ts';
import { linkPicture } from '../posts/picture-name.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import type { CampaignFacts } from './campaign-facts.ts';
import { campaignHead } from './campaign-head.ts';
import { Pages } from './pages.service.ts';
import { field, seeOther } from './respond.ts';
import { ShareDesk, type Attempt } from './share-desk.service.ts';
import { MAX_TYPED, WORDINGS, type ShareFacts } from './share-facts.ts';
import { sharePage } from './share.page.ts';

const wholeNumber = (min: number, max: number) => z.coerce.number().int().min(min).max(max).nullable().catch(null);

const choicesSchema = z.object({
  tone: z.enum(TONES).catch('factual'),
  in: z.enum(POST_LANGUAGES).nullable().catch(null),
  network: z.enum(SHARING_TARGETS).catch('mastodon'),
  about: z.string().catch(''),
  wording: wholeNumber(0, WORDINGS - 1),
  mention: z
    .literal('yes')
    .transform(() => true)
    .catch(false),
  // What the visitor's own server, of that network, told when a post went there.
  server: z.string().max(MAX_TYPED).catch(''),
  of: z.enum(SHARING_TARGETS).nullable().catch(null),
  limit: wholeNumber(50, 1_000_000),
  url: wholeNumber(1, 1_000),
});
type Choices = z.infer<typeof choicesSchema>;

const NOT_TOLD = { maxCharacters: null, urlCharacters: null };

/** `/c/:slug/share`: a post to choose and to edit, and ways to hand it over. */
@Controller()
export class ShareController {
  constructor(
    private readonly pages: Pages,
    private readonly facts: CampaignFactsService,
    private readonly desk: ShareDesk,
    private readonly own: OwnPosts,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('/c/:slug/share')
  async show(@Param('slug') slug: string, @Query() query: object, @Req() request: Request, @Res() response: Response): Promise<void> {
    const page = this.pages.request(request);
    const facts = await this.shareFacts(await this.pages.campaign(slug), query, null, page);
    await this.pages.publish(request, response, 'share', sharePage(facts, page));
  }

  @Post('/c/:slug/share')
  async share(@Param('slug') slug: string, @Query() query: object, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.desk.admit(request);
    const campaign = await this.pages.campaign(slug);
    const page = this.pages.request(request);
    const typed = {
      text: field(request, 'text').replace(/\r\n?/g, '\n'),
      server: field(request, 'server').slice(0, MAX_TYPED),
      community: field(request, 'community').slice(0, MAX_TYPED),
    };
    const to = field(request, 'to');
    const link = to === 'preview' ? null : await this.desk.handOver(to, typed, { url: `${page.publicUrl}/c/${slug}`, title: campaign.title });
    if (link?.ok) return seeOther(response, link.value);
    const facts = await this.shareFacts(campaign, query, link?.error ?? { ...typed, problem: null, network: null, limits: null }, page);
    this.pages.answer(request, response, 'share', sharePage(facts, page), link === null ? 200 : 422);
  }

  private async shareFacts(campaign: Campaign, query: object, attempt: Attempt | null, page: PageRequest): Promise<ShareFacts> {
    const choices = choicesSchema.parse(query);
    const postLanguage = choices.in ?? campaign.language;
    // Mastodon asks for the card of a link in the language of the post (`FetchLinkCardService`).
    const cardPage = { ...page, language: negotiate(postLanguage, null, this.config.defaultLanguage) };
    const facts = await this.facts.of(campaign, cardPage.language);
    const { network, limits, rules } = rulesFor(choices, attempt);
    const wording = choices.wording ?? Math.floor(facts.now.getTime() / DAY) % WORDINGS;
    const post = await this.compose(facts, { ...choices, postLanguage, wording }, rules);
    return {
      campaign: facts.campaign,
      institution: facts.institution.name,
      ...post,
      text: attempt?.text ?? post.text,
      isEdited: attempt !== null && attempt.text !== post.text,
      tone: choices.tone,
      postLanguage,
      wording,
      network,
      limits,
      rules,
      mention: choices.mention,
      canMention: facts.accounts.fediverse !== null && rules.handles,
      server: attempt?.server ?? choices.server,
      community: attempt?.community ?? '',
      problem: attempt?.problem ?? null,
      card: linkCard(facts, cardPage),
      picture: {
        path: siblingPath(facts.cardPath ?? '', linkPicture(postLanguage), null),
        alt: cardAlt(pictureFacts(facts, { language: postLanguage, publicUrl: page.publicUrl })),
      },
    };
  }

  /** The post of the library, or the campaigner's, that was asked for and can be said now. */
  private async compose(
    facts: CampaignFacts,
    { about, tone, postLanguage: language, mention, wording }: Choices & Pick<ShareFacts, 'postLanguage' | 'wording'>,
    rules: PostRules,
  ): Promise<Pick<ShareFacts, 'text' | 'about' | 'abouts' | 'hasAnother'>> {
    const wishes = { tone, language, mention, wording };
    const postFacts = this.facts.postFacts(facts);
    const own = await this.own.offered(facts.campaign.id, postFacts, language);
    const moments = momentsOf(postFacts);
    const abouts = own.length > 0 ? ([...moments, 'own'] as const) : moments;
    const template = own[wording % own.length];
    if (about === 'own' && template !== undefined) {
      return { abouts, about, hasAnother: own.length > 1, text: composePost(postFacts, { ...wishes, template }, rules) };
    }
    const moment = moments.find((each) => each === about) ?? moments[0];
    return { abouts, about: moment, hasAnother: true, text: composePost(postFacts, { ...wishes, moment }, rules) };
  }
}

/** The card that networks draw under the campaign's link, from the tags of its page. */
function linkCard(facts: CampaignFacts, page: PageRequest): ShareFacts['card'] {
  const { language } = page;
  const alt = cardAlt(pictureFacts(facts, page));
  const text = translator(language);
  const { title, description } = campaignHead(facts, alt, page, text);
  return { language, site: text.t('site.name'), title, description: description ?? '', path: facts.cardPath ?? '', alt };
}

/** A post is measured as the server that it went to does, else as the chosen network, with what a server of it told before. */
function rulesFor({ network: chosen, of, limit, url }: Choices, attempt: Attempt | null): Pick<ShareFacts, 'network' | 'limits' | 'rules'> {
  const network = attempt?.network ?? chosen;
  const told = of === network ? { maxCharacters: limit, urlCharacters: url } : NOT_TOLD;
  const limits = attempt?.limits ?? told;
  return { network, limits, rules: withServerLimits(POST_RULES[network], limits) };
}
