import { Controller, Get, NotFoundException, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { BLUESKY_HOST } from '../domain/handle.ts';
import type { Account } from '../institutions/account.entity.ts';
import { presentAccount } from '../institutions/present-account.ts';
import { publicState } from '../domain/campaign-lifecycle.ts';
import { pendingUntil } from '../domain/pledge-lifecycle.ts';
import { provesHandle } from '../domain/proven-identity.ts';
import { localUrl } from '../platform/views.ts';
import { HeldDataQuery } from '../pledges/held-data.query.ts';
import type { OpenPledge } from '../pledges/open-pledges.service.ts';
import { isSettled, SupporterPage } from '../pledges/supporter-page.service.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import { shownHandle } from './campaign-words.ts';
import { erasedPage } from './erased.page.ts';
import { OutgoingLinks } from './outgoing-links.service.ts';
import { Pages } from './pages.service.ts';
import { pledgedPage, type PledgedFacts } from './pledged.page.ts';
import { proofNotice } from './proof-notice.ts';
import { seeOther } from './respond.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** `/p/:token`: a supporter's private page. */
@Controller()
export class PledgedController {
  constructor(
    private readonly pages: Pages,
    private readonly supporter: SupporterPage,
    private readonly facts: CampaignFactsService,
    private readonly limits: VisitorLimits,
    private readonly outgoing: OutgoingLinks,
    private readonly held: HeldDataQuery,
  ) {}

  @Get('/p/:token')
  async show(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.render(token, null, request, response);
  }

  /** All that is held, for the person to take away. */
  @Get('/p/:token/data.json')
  async data(@Param('token') token: string, @Res() response: Response): Promise<void> {
    const pledge = await this.supporter.find(token);
    if (pledge === null) throw new NotFoundException();
    response
      .set({ 'cache-control': 'no-store', 'referrer-policy': 'same-origin', 'x-robots-tag': 'noindex' })
      .attachment(`${pledge.campaign.slug}-promise.json`)
      .json(await this.held.of(token, pledge));
  }

  @Post('/p/:token/check')
  async check(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.limits.take('checkPledge', request);
    const follows = await this.supporter.check(token);
    if (!follows.ok && follows.error.type === 'not-found') throw new NotFoundException();
    if (follows.ok && follows.value) {
      seeOther(response, localUrl(`/p/${token}`, this.pages.request(request)));
      return;
    }
    await this.render(token, follows.ok ? 'not-yet' : 'unreadable', request, response);
  }

  /** The supporter waits for nobody any more. */
  @Post('/p/:token/promise')
  async promise(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const promised = await this.supporter.promise(token);
    if (!promised.ok) throw new NotFoundException();
    seeOther(response, localUrl(`/p/${token}`, this.pages.request(request)));
  }

  @Post('/p/:token/withdraw')
  async withdraw(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const left = await this.supporter.withdraw(token);
    if (!left.ok) throw new NotFoundException();
    const page = erasedPage(left.value, this.pages.request(request));
    this.pages.answer(request, response, 'erased', page, 200, `/c/${left.value.slug}`);
  }

  private async render(token: string, check: PledgedFacts['check'], request: Request, response: Response): Promise<void> {
    const found = await this.supporter.find(token);
    if (found === null) throw new NotFoundException();
    const pledge = await this.withFollowLink(found, request);
    // Language links lead to the page itself, never to the address of a form.
    const page = { ...this.pages.request(request), path: `/p/${token}` };
    const [{ shareText, pledges }, held] = await Promise.all([this.facts.inShort(pledge.campaign, page.language), this.held.of(token, pledge)]);
    const proof = proofNotice(request.query['proof']);
    const facts = { ...this.pledgedFacts(token, pledge, pledges.total), held, check, proof, shareText };
    this.pages.answer(request, response, 'pledged', pledgedPage(facts, page), 200, page.path);
  }

  /** Whoever reloads the page all day shows the manual way to themselves, and leaves the other server in peace. */
  private async withFollowLink(pledge: OpenPledge, request: Request): Promise<OpenPledge> {
    const mayAsk = !isSettled(pledge) && (await this.limits.refusal('findServer', request)) === null;
    return mayAsk ? this.supporter.withFollowLink(pledge) : pledge;
  }

  private pledgedFacts(token: string, pledge: OpenPledge, promised: number): Omit<PledgedFacts, 'check' | 'held' | 'proof' | 'shareText'> {
    const { campaign, state, showConsentAt, whenOthers, releasedAt } = pledge;
    const account = campaign.fediverseAccount;
    return {
      token,
      campaign: { ...campaign, state: publicState(campaign) },
      account: account === null ? null : this.toFollow(account),
      institution: campaign.institution.name,
      handle: shownHandle(pledge),
      host: pledge.host,
      state,
      proven: provesHandle(pledge.proof),
      showName: showConsentAt !== null,
      uncountedOf: pledge.mustProve && pledge.proof === null && pledge.keptAt === null ? pledge.host : null,
      waits: state === 'waiting' && whenOthers !== null ? { others: whenOthers, promised } : null,
      releasedBy: releasedAt !== null && state !== 'kept' ? whenOthers : null,
      keptUntil: pledge.confirmedAt === null && state === 'pending' ? pendingUntil(releasedAt ?? pledge.createdAt) : null,
      follow: this.followOf(pledge),
    };
  }

  private toFollow(account: Account): NonNullable<PledgedFacts['account']> {
    const present = presentAccount(account);
    return { handle: shownHandle(present), url: this.outgoing.open(present.url) };
  }

  private followOf({ campaign, followState, person: { followUrl }, host }: OpenPledge): PledgedFacts['follow'] {
    if (campaign.fediverseAccount === null) return { type: 'waiting' };
    if (followState === 'found' && followUrl !== null) return { type: 'found', url: this.outgoing.open(followUrl), host };
    if (followState === 'missing') return host === BLUESKY_HOST ? { type: 'not-bridged' } : { type: 'missing', host };
    return { type: 'unreachable', host };
  }
}
