import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Pages } from './pages.service.ts';
import { seeOther } from './respond.ts';
import { afterInstitution } from './start-institution.controller.ts';
import { StartDesk } from './start-desk.service.ts';
import { StartLookups } from './start-lookups.service.ts';
import { institutionPage } from './start.page.ts';
import { typedFields } from './typed-fields.ts';
import { VisitorLimits } from './visitor-limits.ts';
import { STEP_FIELDS } from './start.form.ts';

/** `/start`: the first step makes the draft, in which everything typed is kept from then on. */
@Controller('/start')
export class StartController {
  constructor(
    private readonly pages: Pages,
    private readonly desk: StartDesk,
    private readonly lookups: StartLookups,
    private readonly limits: VisitorLimits,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.pages.publish(request, response, 'start/institution', institutionPage(null, this.pages.request(request)));
  }

  @Post()
  async start(@Req() request: Request, @Res() response: Response): Promise<void> {
    const fields = typedFields(request, STEP_FIELDS.institution);
    const refusal = await this.limits.refusal('lookUp', request);
    if (refusal !== null) {
      response.setHeader('retry-after', refusal.retryAfterSeconds);
      const page = institutionPage(null, this.pages.request(request), { values: fields, tooMany: true });
      this.pages.answer(request, response, 'start/institution', page, 429);
      return;
    }
    const asked = await this.lookups.ask(this.lookups.toAsk(fields, {}), fields, {});
    const open = await this.desk.save(await this.desk.begin(request, fields), {}, asked);
    seeOther(response, await afterInstitution(open, this.lookups));
  }
}
