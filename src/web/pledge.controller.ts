import { Controller, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { pledgesTaken } from '../platform/metrics.ts';
import { localUrl } from '../platform/views.ts';
import { Clock } from '../platform/clock.ts';
import { isInvitationCode } from '../pledges/invitations.service.ts';
import { PledgeDoor, type DoorFailure } from '../pledges/pledge-door.service.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import { campaignPage } from './campaign.page.ts';
import { Pages } from './pages.service.ts';
import type { PledgeAttempt, PledgeProblem } from './pledge-form.ts';
import { field, seeOther } from './respond.ts';
import { TooManyTries } from './too-many-tries.ts';

/** `POST /c/:slug/pledge`: one field, one consent, and on to the supporter's private page. */
@Controller()
export class PledgeController {
  constructor(
    private readonly pages: Pages,
    private readonly facts: CampaignFactsService,
    private readonly door: PledgeDoor,
    private readonly clock: Clock,
  ) {}

  @Post('/c/:slug/pledge')
  async pledge(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const heard = await this.door.mayTry(request.ip ?? '');
    if (!heard.ok) throw new TooManyTries(heard.error.retryAt, this.clock.now());
    const handle = field(request, 'handle');
    const consent = field(request, 'consent') === 'yes';
    const showName = field(request, 'showName') === 'yes';
    const sent = field(request, 'via');
    const via = isInvitationCode(sent) ? sent : '';
    const pledged = await this.door.pledge({ slug, handle, consent, showHandle: showName }, via || null);
    pledgesTaken.inc({ outcome: pledged.ok ? 'taken' : pledged.error.type });
    if (pledged.ok) {
      seeOther(response, localUrl(`/p/${pledged.value.token}`, this.pages.request(request)));
      return;
    }
    await this.again(slug, { handle, consent, showName, problems: problemsOf(pledged.error, consent), via }, request, response);
  }

  /** The campaign's page with what was typed and what is wrong with it. */
  private async again(slug: string, attempt: PledgeAttempt, request: Request, response: Response): Promise<void> {
    const campaign = await this.pages.campaign(slug);
    const page = this.pages.request(request);
    const facts = await this.facts.of(campaign, page.language);
    const shown = { ...page, path: `/c/${slug}` };
    this.pages.answer(request, response, 'campaign', campaignPage(facts, shown, attempt), 422, shown.path);
  }
}

/** Both things that can be wrong at once are told at once. */
function problemsOf(failure: DoorFailure, consent: boolean): PledgeProblem[] {
  if (failure.type === 'no-consent') return [{ type: 'consent' }];
  if (failure.type === 'not-found') return [];
  return consent ? [failure] : [failure, { type: 'consent' }];
}
