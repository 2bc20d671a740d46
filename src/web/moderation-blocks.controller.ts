import { Controller, Get, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { BlockDecisions } from '../moderation/block-decisions.service.ts';
import { localUrl } from '../platform/views.ts';
import { PledgeBlocks } from '../pledges/pledge-blocks.service.ts';
import { BLOCK_FORM_FIELDS, blocksPage, NO_BLOCK, type BlockOutcome } from './moderation-blocks.page.ts';
import { readNote } from './moderation-notes.ts';
import { SubjectId } from './moderation-subject.ts';
import { seeOther } from './respond.ts';
import { StaffPages } from './staff-pages.service.ts';
import { SignInRedirect, StaffGuard } from './staff.guard.ts';
import { typedFields } from './typed-fields.ts';

/** Servers and handles from which no pledge counts. */
@Controller('/moderation/blocks')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
export class ModerationBlocksController {
  constructor(
    private readonly pages: StaffPages,
    private readonly blocks: PledgeBlocks,
    private readonly decisions: BlockDecisions,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.answer(NO_BLOCK, request, response, 200);
  }

  /** Where the log leads: a block is in the list, or no more. */
  @Get('/:id')
  one(@Req() request: Request, @Res() response: Response): void {
    seeOther(response, localUrl('/moderation/blocks', this.pages.ask(request).page));
  }

  @Post()
  async block(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { staff, page } = this.pages.ask(request);
    const values = typedFields(request, BLOCK_FORM_FIELDS);
    const reason = readNote(values['reason'] ?? '');
    if (!reason.ok || reason.value === null) {
      return this.answer({ values, errors: { reason: reason.ok ? 'required' : reason.error }, failure: null }, request, response, 422);
    }
    const done = await this.decisions.block(staff, values['name'] ?? '', reason.value);
    if (done.ok) return seeOther(response, localUrl('/moderation/blocks', page));
    await this.answer({ values, errors: {}, failure: done.error.type }, request, response, 422);
  }

  @Post('/:id')
  async unblock(@Param('id', SubjectId) id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { staff, page } = this.pages.ask(request);
    const reason = readNote(typedFields(request, ['reason'])['reason'] ?? '');
    if (!reason.ok || reason.value === null) return this.answer({ ...NO_BLOCK, failure: 'no-reason' }, request, response, 422);
    const done = await this.decisions.unblock(staff, id, reason.value);
    if (done.ok) return seeOther(response, localUrl('/moderation/blocks', page));
    await this.answer({ ...NO_BLOCK, failure: done.error.type }, request, response, 409);
  }

  private async answer(outcome: BlockOutcome, request: Request, response: Response, status: number): Promise<void> {
    const model = blocksPage(await this.blocks.all(), outcome, this.pages.ask(request));
    this.pages.answer(request, response, 'moderation/blocks', model, status);
  }
}
