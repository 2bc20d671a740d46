import { Controller, Get, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ALL_BOTS, BOT_SWITCHES, BotDecisions } from '../moderation/bot-decisions.service.ts';
import { DecisionLog } from '../moderation/decision-log.query.ts';
import { localUrl } from '../platform/views.ts';
import { PublicationLedger } from '../posts/publication-ledger.service.ts';
import { BOTS_FORM_FIELDS, botsPage, NOT_TRIED, type BotsAttempt } from './moderation-bots.page.ts';
import { readNote } from './moderation-notes.ts';
import { seeOther } from './respond.ts';
import { StaffPages } from './staff-pages.service.ts';
import { SignInRedirect, StaffGuard } from './staff.guard.ts';
import { typedFields } from './typed-fields.ts';

/** The one switch for all that bots publish; the command line has it, too. */
@Controller('/moderation/bots')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
export class ModerationBotsController {
  constructor(
    private readonly pages: StaffPages,
    private readonly ledger: PublicationLedger,
    private readonly decisions: BotDecisions,
    private readonly log: DecisionLog,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.answer(NOT_TRIED, request, response, 200);
  }

  /** Where the log leads: there is one switch. */
  @Get('/:id')
  one(@Req() request: Request, @Res() response: Response): void {
    seeOther(response, localUrl('/moderation/bots', this.pages.ask(request).page));
  }

  @Post()
  async decide(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { staff, page } = this.pages.ask(request);
    const values = typedFields(request, BOTS_FORM_FIELDS);
    const reason = readNote(values['reason'] ?? '');
    const action = BOT_SWITCHES.find((each) => each === values['action']);
    if (!reason.ok) return this.answer({ values, errors: { reason: reason.error }, failure: null }, request, response, 422);
    if (action === undefined) return this.answer({ ...NOT_TRIED, values }, request, response, 422);
    const done = await this.decisions.decide(staff, action, reason.value);
    if (done.ok) return seeOther(response, localUrl('/moderation/bots', page));
    await this.answer({ values, errors: {}, failure: done.error.type }, request, response, 409);
  }

  private async answer(attempt: BotsAttempt, request: Request, response: Response, status: number): Promise<void> {
    const [pausedSince, history] = await Promise.all([this.ledger.pausedSince(), this.log.historyOf(ALL_BOTS)]);
    const model = botsPage({ pausedSince, history }, attempt, this.pages.ask(request));
    this.pages.answer(request, response, 'moderation/bots', model, status);
  }
}
