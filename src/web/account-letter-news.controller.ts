import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Correspondence, type RecordFailure } from '../campaigns/correspondence.service.ts';
import { LetterEvents, type StandingEvent } from '../campaigns/letter-events.query.ts';
import { letterEventForm, type LetterEventFields } from '../campaigns/letter-fields.ts';
import { PageCache } from '../platform/page-cache.ts';
import { AccountDesk, type AccountVisit } from './account-desk.service.ts';
import { openPublic } from './account-letter.controller.ts';
import { letterNewsPage } from './account-letter-news.page.ts';
import { LETTER_EVENT_FIELDS } from './letter-event.form.ts';
import { Pages } from './pages.service.ts';
import { seeOther } from './respond.ts';
import { typedFields } from './typed-fields.ts';

type NewsVisit = { visit: AccountVisit; corrected: StandingEvent | null };

/** `/account/:token/letter/news`: writing down that the letter was sent, or what came back; `?event=` corrects what was. */
@Controller('/account/:token/letter/news')
export class AccountLetterNewsController {
  constructor(
    private readonly pages: Pages,
    private readonly desk: AccountDesk,
    private readonly events: LetterEvents,
    private readonly correspondence: Correspondence,
    private readonly cache: PageCache,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const asked = await this.open(request, response);
    if (asked === null) return;
    this.pages.answer(request, response, 'account/letter-news', letterNewsPage(asked.visit, asked.corrected, { values: null, errors: {} }));
  }

  @Post()
  async tell(@Req() request: Request, @Res() response: Response): Promise<void> {
    const asked = await this.open(request, response);
    if (asked === null) return;
    const values = typedFields(request, LETTER_EVENT_FIELDS);
    const read = letterEventForm.safeParse(values);
    const errors = read.success
      ? await this.write(asked, read.data)
      : Object.fromEntries(read.error.issues.map((issue) => [issue.path.join('.'), issue.message]));
    const { visit, corrected } = asked;
    if (errors !== null) return this.pages.answer(request, response, 'account/letter-news', letterNewsPage(visit, corrected, { values, errors }), 422);
    seeOther(response, visit.url('letter', { said: corrected === null ? 'recorded' : 'corrected' }));
  }

  @Post('/withdraw')
  async withdraw(@Req() request: Request, @Res() response: Response): Promise<void> {
    const asked = await this.open(request, response);
    if (asked === null) return;
    const { visit, corrected } = asked;
    const errors = corrected === null ? { step: 'not-found' } : await this.write(asked, null);
    seeOther(response, visit.url('letter', { said: errors === null ? 'corrected' : 'too-late' }));
  }

  /** What is wrong by field, null for nothing. */
  private async write({ visit, corrected }: NewsVisit, fields: LetterEventFields | null): Promise<Record<string, string> | null> {
    const { campaign, id } = visit.owner;
    const written = await this.correspondence.report(campaign.id, fields, id, corrected?.id ?? null);
    if (!written.ok) return { [fieldOf(written.error)]: written.error.type };
    this.cache.clear();
    return null;
  }

  /** Null where the link opens nothing, or what is to be corrected no longer stands, which is then answered. */
  private async open(request: Request, response: Response): Promise<NewsVisit | null> {
    const visit = await openPublic(this.desk, request, response);
    if (visit === null) return null;
    const { event } = request.query;
    if (event === undefined) return { visit, corrected: null };
    const standing = await this.events.of(visit.owner.campaign.id);
    const corrected = standing.find(({ id, standing: now }) => id === event && now === 'reported');
    if (corrected !== undefined) return { visit, corrected };
    seeOther(response, visit.url('letter', { said: 'too-late' }));
    return null;
  }
}

/** The field beside which a failure is told. */
function fieldOf({ type }: RecordFailure): 'day' | 'step' {
  return type === 'before-launch' || type === 'in-the-future' ? 'day' : 'step';
}
