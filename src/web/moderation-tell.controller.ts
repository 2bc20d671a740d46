import { Controller, Get, NotFoundException, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Account } from '../institutions/account.entity.ts';
import { ReadingDecisions } from '../moderation/reading-decisions.service.ts';
import { localUrl } from '../platform/views.ts';
import { ReadAccounts } from '../readings/read-accounts.query.ts';
import { readNote } from './moderation-notes.ts';
import { SubjectId } from './moderation-subject.ts';
import { tellPage, tellSubject } from './moderation-tell.page.ts';
import { proposalErrors, ReadingDesk } from './reading-desk.service.ts';
import { FIRST_LOOK, type ReadingAttempt } from './reading-form.ts';
import { seeOther } from './respond.ts';
import { StaffPages } from './staff-pages.service.ts';
import { SignInRedirect, StaffGuard } from './staff.guard.ts';

/** `/moderation/accounts/:id/reading`: a number that a moderator read, which counts at once. */
@Controller('/moderation/accounts/:id/reading')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
export class ModerationTellController {
  constructor(
    private readonly pages: StaffPages,
    private readonly accounts: ReadAccounts,
    private readonly desk: ReadingDesk,
    private readonly decisions: ReadingDecisions,
  ) {}

  @Get()
  async show(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    this.answer(await this.account(id), FIRST_LOOK, request, response, 200);
  }

  @Post()
  async tell(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const account = await this.account(id);
    const ask = this.pages.ask(request);
    const read = await this.desk.read(request, tellSubject(account, ask), ['reason']);
    if (!read.ok) return this.answer(account, read.error, request, response, 422);
    const { attempt, ...form } = read.value;
    const reason = readNote(attempt.values['reason'] ?? '');
    if (!reason.ok) return this.answer(account, { ...attempt, errors: { reason: 'too-long' } }, request, response, 422);
    const told = await this.decisions.tell(ask.staff, { ...form, accountId: id }, reason.value);
    if (told.ok) return seeOther(response, localUrl(`/moderation/readings/${told.value.reading.id}`, ask.page));
    this.answer(account, { ...attempt, errors: proposalErrors(told.error) }, request, response, 422);
  }

  /** An account whose number people may read. */
  private async account(id: string): Promise<Account> {
    const account = await this.accounts.onX(id);
    if (account === null) throw new NotFoundException();
    return account;
  }

  private answer(account: Account, attempt: ReadingAttempt, request: Request, response: Response, status: number): void {
    this.pages.answer(request, response, 'moderation/tell', tellPage(account, attempt, this.pages.ask(request)), status);
  }
}
