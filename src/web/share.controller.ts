import { Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { parseFediverseHandle } from '../domain/handle.ts';
import { POST_RULES, SHARING_TARGETS } from '../domain/post-length.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { shareTarget } from '../networks/share-target.ts';
import type { GuardedHttp } from '../platform/http.ts';
import { GUARDED_HTTP } from '../platform/platform.module.ts';
import { LANGUAGES } from '../platform/text.ts';
import type { PageRequest } from '../platform/views.ts';
import { cardAlt } from '../posts/card.ts';
import { composePost } from '../posts/posts.ts';
import { TONES } from '../posts/post-templates.ts';
import { blueskyLink, chooserLink, shareLink, type Shared } from '../posts/share-links.ts';
import { cardFacts } from './campaign-card.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import type { CampaignFacts } from './campaign-facts.ts';
import { OutgoingLinks } from './outgoing-links.service.ts';
import { Pages } from './pages.service.ts';
import { field, seeOther } from './respond.ts';
import { sharePage, type ShareFacts } from './share.page.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** Longer than any network allows, short enough for a link. */
const MAX_TEXT = 5_000;

const optionsSchema = z.object({
  tone: z.enum(TONES).catch('factual'),
  in: z.enum(LANGUAGES).nullable().catch(null),
  network: z.enum(SHARING_TARGETS).catch('mastodon'),
  mention: z
    .literal('yes')
    .transform(() => true)
    .catch(false),
});

/** What was typed into the form and why it went nowhere. */
interface Attempt {
  text: string;
  server: string;
  problem: NonNullable<ShareFacts['problem']>;
}

/** `/c/:slug/share`: a post to edit, and ways to hand it over. */
@Controller()
export class ShareController {
  constructor(
    private readonly pages: Pages,
    private readonly facts: CampaignFactsService,
    private readonly limits: VisitorLimits,
    private readonly outgoing: OutgoingLinks,
    @Inject(GUARDED_HTTP) private readonly http: GuardedHttp,
  ) {}

  @Get('/c/:slug/share')
  async show(@Param('slug') slug: string, @Query() query: object, @Req() request: Request, @Res() response: Response): Promise<void> {
    const page = this.pages.request(request);
    const facts = await this.facts.of(await this.pages.campaign(slug), page.language);
    const model = sharePage(this.shareFacts(facts, query, null, page), page);
    await this.pages.publish(request, response, 'share', model);
  }

  @Post('/c/:slug/share')
  async share(@Param('slug') slug: string, @Query() query: object, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.limits.take('share', request);
    const page = this.pages.request(request);
    const facts = await this.facts.of(await this.pages.campaign(slug), page.language);
    const text = field(request, 'text').slice(0, MAX_TEXT);
    const shared = { text, url: `${page.publicUrl}/c/${slug}`, title: facts.campaign.title };
    const link = await this.linkTo(field(request, 'to'), field(request, 'server'), shared);
    if (link.ok) {
      seeOther(response, link.value);
      return;
    }
    const attempt = { text, server: field(request, 'server'), problem: link.error };
    this.pages.answer(request, response, 'share', sharePage(this.shareFacts(facts, query, attempt, page), page), 422);
  }

  /** The link that opens somebody's own server, the chooser or Bluesky with the post in it. */
  private async linkTo(to: string, server: string, shared: Shared): Promise<Result<string, Attempt['problem']>> {
    if (to === 'bluesky') return ok(blueskyLink(shared));
    if (to === 'chooser') return ok(chooserLink(shared));
    const host = hostIn(server);
    if (host === null) return fail('malformed');
    const target = await shareTarget(host, this.http);
    if (!target.ok) return fail('unreachable');
    const link = shareLink(target.value.target, host, shared);
    return link === null ? fail('no-share-page') : ok(this.outgoing.open(link));
  }

  private shareFacts(facts: CampaignFacts, query: object, attempt: Attempt | null, page: PageRequest): ShareFacts {
    const { tone, in: asked, network, mention } = optionsSchema.parse(query);
    const postLanguage = asked ?? facts.campaign.language;
    const rules = POST_RULES[network];
    const card = cardFacts(facts, page);
    return {
      campaign: facts.campaign,
      institution: facts.institution.name,
      text: attempt?.text ?? composePost(this.facts.postFacts(facts), { tone, language: postLanguage, mention }, rules),
      tone,
      postLanguage,
      network,
      rules,
      mention,
      canMention: facts.accounts.fediverse !== null,
      server: attempt?.server ?? '',
      problem: attempt?.problem ?? null,
      card: { path: facts.cardPath ?? '', alt: cardAlt(card) },
    };
  }
}

/** People type their server, or their whole handle. */
function hostIn(text: string): string | null {
  const parsed = parseFediverseHandle(text);
  if (parsed.ok) return parsed.value.host;
  return parsed.error.type === 'server-only' ? parsed.error.host : null;
}
