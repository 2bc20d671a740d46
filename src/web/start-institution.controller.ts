import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { localUrl } from '../platform/views.ts';
import { Pages } from './pages.service.ts';
import { field, seeOther } from './respond.ts';
import { StartDesk, type OpenDraft } from './start-desk.service.ts';
import { foundPage } from './start-found.page.ts';
import { gonePage } from './start-gone.page.ts';
import { StartLookups } from './start-lookups.service.ts';
import { STEP_FIELDS } from './start.form.ts';
import { institutionPage } from './start.page.ts';
import { typedFields } from './typed-fields.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** Where drafts live: at an address of their own, or behind the private page of the campaign that they amend. */
export const DRAFT_PATHS = ['/start/:draft', '/account/:owner/amend/:draft'];

/** Step 1 of a draft: who is dared, and whether it is really them. */
@Controller(DRAFT_PATHS)
export class StartInstitutionController {
  constructor(
    private readonly pages: Pages,
    private readonly desk: StartDesk,
    private readonly lookups: StartLookups,
    private readonly limits: VisitorLimits,
  ) {}

  @Get('/institution')
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const open = await this.desk.open(request);
    if (open === null) return this.gone(request, response);
    this.pages.answer(request, response, 'start/institution', institutionPage(open, open.page));
  }

  @Post('/institution')
  async save(@Req() request: Request, @Res() response: Response): Promise<void> {
    const before = await this.desk.open(request);
    if (before === null) return this.gone(request, response);
    const fields = typedFields(request, STEP_FIELDS.institution);
    const toAsk = this.lookups.toAsk(fields, before.draft.found);
    const refusal = toAsk.length > 0 ? await this.limits.refusal('lookUp', request) : null;
    if (refusal !== null) {
      const open = await this.desk.save(before, fields);
      response.setHeader('retry-after', refusal.retryAfterSeconds);
      const page = institutionPage(open, open.page, { tooMany: true });
      this.pages.answer(request, response, 'start/institution', page, 429);
      return;
    }
    const open = await this.desk.save(before, fields, await this.lookups.ask(toAsk, fields, before.draft.found));
    seeOther(response, await afterInstitution(open, this.lookups));
  }

  @Get('/found')
  async found(@Req() request: Request, @Res() response: Response): Promise<void> {
    const open = await this.desk.open(request);
    if (open === null) return this.gone(request, response);
    if (open.reading.institution.value === null) return seeOther(response, open.url('institution'));
    const known = await this.lookups.known(open.reading);
    const taken = request.query['taken'] !== undefined;
    this.pages.answer(request, response, 'start/found', foundPage(open, known, taken));
  }

  /** “It is this one”: the institution that is known already gives the draft its name. */
  @Post('/same')
  async same(@Req() request: Request, @Res() response: Response): Promise<void> {
    const open = await this.desk.open(request);
    if (open === null) return this.gone(request, response);
    const known = await this.lookups.known(open.reading);
    const chosen = known.find(({ institution }) => institution.id === field(request, 'institution'))?.institution;
    if (chosen !== undefined) await this.desk.save(open, { name: chosen.name, country: chosen.country });
    seeOther(response, open.url('found'));
  }

  private gone(request: Request, response: Response): void {
    const page = this.pages.request(request);
    const { owner } = request.params as { owner?: string };
    if (owner !== undefined) return seeOther(response, localUrl(`/account/${owner}`, page));
    this.pages.answer(request, response, 'start/gone', gonePage(page), 404);
  }
}

/** Where to go on: back to what is wrong, to what was found, or straight on when there is nothing to look at. */
export async function afterInstitution({ reading, url }: OpenDraft, lookups: StartLookups): Promise<string> {
  if (reading.institution.value === null) return url('institution');
  const hasFound = reading.found.fediverse !== null || reading.found.x !== null;
  return hasFound || (await lookups.known(reading)).length > 0 ? url('found') : url('dare');
}
