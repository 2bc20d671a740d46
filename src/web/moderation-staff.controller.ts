import { Controller, Get, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Result } from '../domain/result.ts';
import { Staffing, type IssuedLink, type StaffMember } from '../identity/staffing.service.ts';
import { localUrl } from '../platform/views.ts';
import { NO_OUTCOME, staffPage, type StaffOutcome } from './moderation-staff.page.ts';
import { field, seeOther } from './respond.ts';
import { StaffPages } from './staff-pages.service.ts';
import { OnlyFor, SignInRedirect, StaffGuard } from './staff.guard.ts';
import { typedFields } from './typed-fields.ts';

type Refusal = NonNullable<StaffOutcome['problem']>;

/** Who may sign in, for admins; the command line does the same. */
@Controller('/moderation/staff')
@UseGuards(StaffGuard)
@UseFilters(SignInRedirect)
@OnlyFor('admin')
export class ModerationStaffController {
  constructor(
    private readonly pages: StaffPages,
    private readonly staffing: Staffing,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.answer(NO_OUTCOME, request, response, 200);
  }

  /** A link is shown by the answer itself, since it is written down nowhere. */
  @Post()
  async change(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { staff, page } = this.pages.ask(request);
    const typed = typedFields(request, ['person', 'role']);
    const person = typed['person'] ?? '';
    const act = field(request, 'act');
    const changed = act !== 'add' && person === staff.name ? YOURSELF : await this.perform(act, person, typed['role'] ?? '');
    if (!changed.ok) return this.answer({ link: null, problem: changed.error.type, typed }, request, response, 422);
    if (changed.value === null) return seeOther(response, localUrl('/moderation/staff', page));
    const { staff: invited, token } = changed.value;
    await this.answer({ ...NO_OUTCOME, link: { name: invited.name, token } }, request, response, 200);
  }

  /** Null: done, and there is no link to show. */
  private async perform(act: string, person: string, role: string): Promise<Result<IssuedLink | null, { type: Refusal }>> {
    switch (act) {
      case 'add':
        return this.staffing.add(person, role === 'admin' ? 'admin' : 'moderator');
      case 'link':
        return this.staffing.issueLink(person);
      case 'admin':
      case 'moderator':
        return withoutLink(await this.staffing.setRole(person, act));
      case 'enable':
        return withoutLink(await this.staffing.enable(person));
      case 'disable':
        return withoutLink(await this.staffing.disable(person));
      default:
        return { ok: true, value: null };
    }
  }

  private async answer(outcome: StaffOutcome, request: Request, response: Response, status: number): Promise<void> {
    const model = staffPage(await this.staffing.list(), outcome, this.pages.ask(request));
    this.pages.answer(request, response, 'moderation/staff', model, status);
  }
}

/** Nobody locks themselves out by a slip; another admin or the command line can. */
const YOURSELF: Result<never, { type: Refusal }> = { ok: false, error: { type: 'yourself' } };

function withoutLink<E>(changed: Result<StaffMember, E>): Result<null, E> {
  return changed.ok ? { ok: true, value: null } : changed;
}
