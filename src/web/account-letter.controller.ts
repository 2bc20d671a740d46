import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { ZodError } from 'zod';
import { letterForm, letterWishes } from '../campaigns/letter-fields.ts';
import { Letters } from '../campaigns/letters.service.ts';
import { isPublic } from '../domain/campaign-lifecycle.ts';
import { AccountDesk, type AccountVisit } from './account-desk.service.ts';
import { keptOf, letterPage, letterToday, type LetterAttempt } from './account-letter.page.ts';
import { AccountLetters } from './account-letter.service.ts';
import { Pages } from './pages.service.ts';
import { field, seeOther } from './respond.ts';
import { typedFields } from './typed-fields.ts';

const FIELDS = ['language', 'addressee', 'signature', 'text', 'numbers'] as const;

/** `/account/:token/letter`: the letter to the institution, with the numbers of the day. */
@Controller('/account/:token')
export class AccountLetterController {
  constructor(
    private readonly pages: Pages,
    private readonly desk: AccountDesk,
    private readonly letters: Letters,
    private readonly facts: AccountLetters,
  ) {}

  @Get('/letter')
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await openPublic(this.desk, request, response);
    if (visit !== null) await this.answer(visit, { values: null, errors: {}, said: request.query['said'] }, request, response, 200);
  }

  @Get('/letter.txt')
  async text(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await openPublic(this.desk, request, response);
    if (visit === null) return;
    const { campaign } = visit.owner;
    const { text } = letterToday(await this.facts.of(campaign));
    response
      .type('text/plain; charset=utf-8')
      .attachment(`${campaign.slug}-letter.txt`)
      .set({ 'cache-control': 'no-store', 'referrer-policy': 'same-origin', 'x-robots-tag': 'noindex' })
      .send(`${text}\n`);
  }

  @Post('/letter')
  async keep(@Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await openPublic(this.desk, request, response);
    if (visit === null) return;
    const { campaign } = visit.owner;
    const values = typedFields(request, FIELDS);
    const again = (errors: Record<string, string>): Promise<void> => this.answer(visit, { values, errors, said: null }, request, response, 422);
    if (field(request, 'do') === 'anew') {
      const wishes = letterWishes.safeParse(values);
      if (!wishes.success) return again(errorsOf(wishes.error));
      await this.letters.keep(campaign.id, { ...wishes.data, own: null });
      return seeOther(response, visit.url('letter', { said: 'anew' }));
    }
    const read = letterForm.safeParse(values);
    if (!read.success) return again(errorsOf(read.error));
    const facts = await this.facts.of(campaign);
    const kept = keptOf(read.data, facts);
    // Own words are in one language, whatever is wished for.
    if (kept.own !== null && kept.language !== facts.kept.language) return again({ language: 'own-words' });
    await this.letters.keep(campaign.id, kept);
    seeOther(response, visit.url('letter', { said: 'kept' }));
  }

  private async answer(visit: AccountVisit, attempt: LetterAttempt, request: Request, response: Response, status: number): Promise<void> {
    const facts = await this.facts.of(visit.owner.campaign);
    this.pages.answer(request, response, 'account/letter', letterPage(visit, facts, attempt), status);
  }
}

/** Keys of `letter.json` by field. */
function errorsOf({ issues }: ZodError): Record<string, string> {
  return Object.fromEntries(issues.map((issue) => [issue.path.join('.'), issue.message]));
}

/** There is a letter to write once anyone can look at the campaign; null where there is none, which is then answered. */
export async function openPublic(desk: AccountDesk, request: Request, response: Response): Promise<AccountVisit | null> {
  const visit = await desk.open(request, response);
  if (visit === null || isPublic(visit.owner.campaign)) return visit;
  seeOther(response, visit.url('', { said: 'not-possible' }));
  return null;
}
