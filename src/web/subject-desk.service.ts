import { Injectable, NotFoundException } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Result } from '../domain/result.ts';
import type { StaffMember } from '../identity/staffing.service.ts';
import { Claims } from '../moderation/claims.service.ts';
import { localUrl, type PageModel } from '../platform/views.ts';
import { changedClaim } from './moderation-subject.ts';
import { seeOther } from './respond.ts';
import { StaffPages, type StaffAsk } from './staff-pages.service.ts';
import { typedFields } from './typed-fields.ts';

type Words = Readonly<Record<string, string>>;

/** What a form asked for in vain: keys of `moderation.json` by field, or why it was refused. */
export interface Attempt<Failure> {
  readonly failure: Failure | null;
  readonly values: Words;
  readonly errors: Words;
}

/** One kind of thing that moderators look at and decide about. */
export interface Subject<Decision, Failure extends { readonly type: string }> {
  /** Of the pages of all of its kind. */
  readonly path: string;
  readonly view: string;
  readonly fields: readonly string[];
  read(values: Words): Result<Decision, Words>;
  /** Null: there is no such thing. */
  page(id: string, attempt: Attempt<Failure> | null, ask: StaffAsk): Promise<PageModel | null>;
  /** Where the moderator goes on: the page itself, or another one that says that it is done. */
  decide(by: StaffMember, id: string, decision: Decision): Promise<Result<'here' | `/${string}`, Failure>>;
}

/** The way that every subject goes: looked at, claimed, decided. */
@Injectable()
export class SubjectDesk {
  constructor(
    private readonly pages: StaffPages,
    private readonly claims: Claims,
  ) {}

  async show<D, F extends { type: string }>(subject: Subject<D, F>, id: string, request: Request, response: Response): Promise<void> {
    await this.answer(subject, id, null, request, response, 200);
  }

  async decide<D, F extends { type: string }>(subject: Subject<D, F>, id: string, request: Request, response: Response): Promise<void> {
    const { staff, page } = this.pages.ask(request);
    const here = localUrl(`${subject.path}/${id}`, page);
    if (await changedClaim(this.claims, request, id, staff)) return seeOther(response, here);
    const values = typedFields(request, subject.fields);
    const read = subject.read(values);
    if (!read.ok) return this.answer(subject, id, { failure: null, values, errors: read.error }, request, response, 422);
    const decided = await subject.decide(staff, id, read.value);
    if (!decided.ok) return this.answer(subject, id, { failure: decided.error, values, errors: {} }, request, response, 409);
    seeOther(response, decided.value === 'here' ? here : localUrl(decided.value, page, { done: '1' }));
  }

  private async answer<D, F extends { type: string }>(
    subject: Subject<D, F>,
    id: string,
    attempt: Attempt<F> | null,
    request: Request,
    response: Response,
    status: number,
  ): Promise<void> {
    const page = await subject.page(id, attempt, this.pages.ask(request));
    if (page === null) throw new NotFoundException();
    this.pages.answer(request, response, subject.view, page, status);
  }
}
