import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { validate as isUuid } from 'uuid';
import { isPublic } from '../domain/campaign-lifecycle.ts';
import { POST_RULES } from '../domain/post-length.ts';
import type { Config } from '../platform/config.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { BotSignIn, type ConnectFailure } from '../posts/bot-sign-in.service.ts';
import { CampaignBots } from '../posts/campaign-bots.service.ts';
import { Publications } from '../posts/publications.service.ts';
import { AccountDesk, type AccountVisit } from './account-desk.service.ts';
import { readWishes, typedWishes, WISH_FIELDS, wishesForm, type WishesForm } from './account-bot.form.ts';
import { botPage, type BotFacts } from './account-bot.page.ts';
import { OutgoingLinks } from './outgoing-links.service.ts';
import { Pages } from './pages.service.ts';
import { BotSamples } from './bot-samples.service.ts';
import { BOT_COOKIE_PATH, ProofCookie } from './proof-cookie.ts';
import { field, seeOther } from './respond.ts';
import { typedFields } from './typed-fields.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** `/account/:token/bot`: what the campaign's bot publishes, how, and from which account. */
@Controller('/account/:token/bot')
export class AccountBotController {
  private readonly cookie: ProofCookie;

  constructor(
    private readonly pages: Pages,
    private readonly desk: AccountDesk,
    private readonly publications: Publications,
    private readonly bots: CampaignBots,
    private readonly signIn: BotSignIn,
    private readonly samples: BotSamples,
    private readonly limits: VisitorLimits,
    private readonly outgoing: OutgoingLinks,
    @Inject(CONFIG) config: Config,
  ) {
    this.cookie = new ProofCookie(config.publicUrl, BOT_COOKIE_PATH);
  }

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit !== null) await this.answer(visit, {}, request, response);
  }

  @Post()
  async save(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return;
    const typed = typedFields(request, WISH_FIELDS);
    const wishes = readWishes(typed);
    if (!wishes.ok) return this.answer(visit, { wishes: wishesForm(typed, wishes.error, visit.text) }, request, response, 422);
    await this.publications.wish(visit.owner.campaign, wishes.value);
    seeOther(response, visit.url('bot', { said: 'saved' }));
  }

  @Post('/:id/again')
  async again(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return;
    const done = isUuid(id) && (await this.publications.again(visit.owner.campaign.id, id));
    seeOther(response, visit.url('bot', { said: done ? 'again' : 'not-possible' }));
  }

  @Post('/connect')
  async connect(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return;
    await this.limits.take('proveOnServer', request);
    const typed = field(request, 'handle');
    const language = visit.page.explicitLanguage ? visit.page.language : null;
    const started = await this.signIn.start(typed, { token: visit.token, language });
    if (!started.ok) return this.answer(visit, { connect: { typed, problem: problemOf(started.error) } }, request, response, 422);
    this.cookie.give(response, started.value.browserKey);
    seeOther(response, this.outgoing.open(started.value.url));
  }

  @Post('/disconnect')
  async disconnect(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.desk.open(request, response);
    if (visit === null) return;
    const revoked = await this.bots.disconnect(visit.owner.campaign.id);
    seeOther(response, visit.url('bot', { said: revoked ? 'disconnected' : 'forgotten' }));
  }

  private async answer(
    visit: AccountVisit,
    shown: { wishes?: WishesForm; connect?: BotFacts['connect'] },
    request: Request,
    response: Response,
    status = 200,
  ): Promise<void> {
    const { campaign } = visit.owner;
    const [wishes, bot, publications, surroundings] = await Promise.all([
      this.publications.wishes(campaign),
      this.bots.of(campaign.id),
      this.publications.list(campaign.id),
      this.samples.surroundings(),
    ]);
    const sample = isPublic(campaign) ? await this.samples.of(campaign, wishes.language, bot?.flow === 'misskey' ? POST_RULES.misskey : POST_RULES.mastodon) : null;
    const facts: BotFacts = {
      bot,
      ...surroundings,
      publications,
      sample,
      postLanguage: wishes.language,
      wishes: shown.wishes ?? wishesForm(typedWishes(wishes), [], visit.text),
      connect: shown.connect ?? null,
      said: request.query['said'],
    };
    this.pages.answer(request, response, 'account/bot', botPage(visit, facts), status, visit.url('bot'));
  }
}

/** Which words tell why somebody was not sent to their server. */
function problemOf({ type }: ConnectFailure): 'malformed' | 'no-sign-in' | 'not-found' | 'server-down' {
  switch (type) {
    case 'no-sign-in':
      return type;
    case 'gone':
    case 'deleted':
    case 'suspended':
      return 'not-found';
    case 'hidden':
    case 'moved':
    case 'rate-limited':
    case 'refused':
    case 'busy':
    case 'opted-out':
    case 'unreadable':
    case 'unreachable':
    case 'read-by-people':
      return 'server-down';
    default:
      return 'malformed';
  }
}
