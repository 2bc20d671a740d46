import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { LaunchFailure } from '../campaigns/launch.service.ts';
import { localUrl, type PageModel } from '../platform/views.ts';
import { Pages } from './pages.service.ts';
import { field, seeOther } from './respond.ts';
import { darePage } from './start-dare.page.ts';
import { StartDesk, type OpenDraft } from './start-desk.service.ts';
import { gonePage } from './start-gone.page.ts';
import { DRAFT_PATHS } from './start-institution.controller.ts';
import { previewPage } from './start-preview.page.ts';
import { StartSubmission } from './start-submission.service.ts';
import { firstOpenStep, STEP_FIELDS } from './start.form.ts';
import { isReachable, storyPage } from './start.page.ts';
import { typedFields } from './typed-fields.ts';
import { VisitorLimits } from './visitor-limits.ts';

/** Steps 2 and 3 of a draft, its preview, and handing it in. */
@Controller(DRAFT_PATHS)
export class StartStepsController {
  constructor(
    private readonly pages: Pages,
    private readonly desk: StartDesk,
    private readonly submission: StartSubmission,
    private readonly limits: VisitorLimits,
  ) {}

  @Get('/dare')
  async dare(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.show('dare', request, response, (open) => darePage(open));
  }

  @Post('/dare')
  async saveDare(@Req() request: Request, @Res() response: Response): Promise<void> {
    const open = await this.save('dare', request, response);
    if (open !== null) seeOther(response, open.url(open.reading.dare.value === null ? 'dare' : 'story'));
  }

  @Get('/story')
  async story(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.show('story', request, response, (open) => storyPage(open, request.query['look'] !== undefined));
  }

  @Post('/story')
  async saveStory(@Req() request: Request, @Res() response: Response): Promise<void> {
    const open = await this.save('story', request, response);
    if (open === null) return;
    if (field(request, 'then') === 'look') return seeOther(response, `${open.url('story', { look: 'yes' })}#look`);
    seeOther(response, open.url(open.reading.story.value === null ? 'story' : 'preview'));
  }

  @Get('/preview')
  async preview(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.show('preview', request, response, (open) =>
      open.reading.launch === null ? null : previewPage(open, open.reading.launch),
    );
  }

  @Post('/submit')
  async submit(@Req() request: Request, @Res() response: Response): Promise<void> {
    const open = await this.desk.open(request);
    if (open === null) return this.gone(request, response);
    const { launch } = open.reading;
    if (launch === null) return seeOther(response, open.url(firstOpenStep(open.reading) ?? 'preview'));
    await this.limits.take('submit', request);
    const handedIn =
      open.amending === null
        ? await this.submission.submit(open.draft, open.token, launch)
        : await this.submission.amend(open.draft, open.amending.token, launch);
    if (!handedIn.ok) return seeOther(response, wayBack(open, handedIn.error));
    const said = open.amending === null ? 'submitted' : 'amended';
    seeOther(response, localUrl(`/account/${handedIn.value.token}`, open.page, { said }));
  }

  /** Shows a page of the draft, or leads to the step that must be put right first. */
  private async show(
    name: 'dare' | 'story' | 'preview',
    request: Request,
    response: Response,
    model: (open: OpenDraft) => PageModel | null,
  ): Promise<void> {
    const open = await this.desk.open(request);
    if (open === null) return this.gone(request, response);
    const shown = isReachable(name, open.reading) ? model(open) : null;
    if (shown === null) return seeOther(response, open.url(firstOpenStep(open.reading) ?? 'institution'));
    this.pages.answer(request, response, `start/${name}`, shown);
  }

  /** Keeps what was typed, well or not; null: the draft is gone and that was said. */
  private async save(step: 'dare' | 'story', request: Request, response: Response): Promise<OpenDraft | null> {
    const open = await this.desk.open(request);
    if (open !== null) return this.desk.save(open, typedFields(request, STEP_FIELDS[step]));
    await this.gone(request, response);
    return null;
  }

  /** A draft that was just handed in leads on to its campaign. */
  private async gone(request: Request, response: Response): Promise<void> {
    const page = this.pages.request(request);
    const { draft, owner } = request.params as { draft: string; owner?: string };
    const token = owner ?? (await this.submission.outcome(draft));
    if (token !== null) return seeOther(response, localUrl(`/account/${token}`, page));
    this.pages.answer(request, response, 'start/gone', gonePage(page), 404);
  }
}

/** Where a launch that was refused can be put right. */
function wayBack(open: OpenDraft, failure: LaunchFailure): string {
  switch (failure.type) {
    case 'account-missing':
      return open.url('dare');
    case 'belongs-to-another':
      return open.url('found', { taken: 'yes' });
    case 'used-up':
    case 'not-amendable':
      return localUrl(`/account/${open.amending?.token ?? ''}`, open.page, { said: 'too-late' });
  }
}
