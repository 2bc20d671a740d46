import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import type { Account } from '../institutions/account.entity.ts';
import { Clock } from '../platform/clock.ts';
import { localUrl } from '../platform/views.ts';
import { mayTellReading } from './account.page.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import { campaignReadingPage, outcomeOf, READING_OUTCOMES, readingPath, readingSentPage, readingSubject } from './campaign-reading.page.ts';
import { Pages } from './pages.service.ts';
import { proposalErrors, ReadingDesk } from './reading-desk.service.ts';
import { FIRST_LOOK, type ReadingAttempt } from './reading-form.ts';
import { seeOther } from './respond.ts';

/** `/c/:slug/reading`: a number on X that anyone read, with evidence. */
@Controller('/c/:slug/reading')
export class CampaignReadingController {
  constructor(
    private readonly pages: Pages,
    private readonly facts: CampaignFactsService,
    private readonly desk: ReadingDesk,
    private readonly clock: Clock,
  ) {}

  @Get()
  async show(@Param('slug') slug: string, @Query('sent') sent: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    const page = this.pages.request(request);
    const asked = await this.open(slug);
    if (asked === null) return seeOther(response, localUrl(`/c/${slug}`, page));
    const facts = await this.facts.of(asked.campaign, page.language);
    const outcome = READING_OUTCOMES.find((each) => each === sent);
    if (outcome === undefined) {
      return this.pages.publish(request, response, 'campaign-reading', campaignReadingPage(facts, asked.account, FIRST_LOOK, page));
    }
    this.pages.answer(request, response, 'campaign-reading-sent', readingSentPage(facts, asked.account, outcome, page));
  }

  @Post()
  async tell(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const page = this.pages.request(request);
    const asked = await this.open(slug);
    if (asked === null) return seeOther(response, localUrl(`/c/${slug}`, page));
    const { campaign, account } = asked;
    const read = await this.desk.read(request, readingSubject(account, campaign.timeZone, this.clock.now()));
    if (!read.ok) return this.again(asked, read.error, request, response);
    const told = await this.desk.propose(read.value, account.id, { kind: 'stranger', name: null }, request);
    if (!told.ok) return this.again(asked, { ...read.value.attempt, errors: proposalErrors(told.error) }, request, response);
    seeOther(response, localUrl(readingPath(slug), page, { sent: outcomeOf(told.value) }));
  }

  /** Null where no number is needed any more, or none can be told. */
  private async open(slug: string): Promise<{ campaign: Campaign; account: Account } | null> {
    const campaign = await this.pages.campaign(slug);
    return mayTellReading(campaign) && campaign.xAccount !== null ? { campaign, account: campaign.xAccount } : null;
  }

  private async again(
    { campaign, account }: { campaign: Campaign; account: Account },
    attempt: ReadingAttempt,
    request: Request,
    response: Response,
  ): Promise<void> {
    const page = this.pages.request(request);
    const facts = await this.facts.of(campaign, page.language);
    this.pages.answer(request, response, 'campaign-reading', campaignReadingPage(facts, account, attempt, page), 422);
  }
}
