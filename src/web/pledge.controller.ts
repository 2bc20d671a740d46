import { Controller, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { MOST_OTHERS } from '../domain/conditional-release.ts';
import { parseFediverseHandle } from '../domain/handle.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { pledgesTaken } from '../platform/metrics.ts';
import { localUrl } from '../platform/views.ts';
import { Clock } from '../platform/clock.ts';
import { isInvitationCode } from '../pledges/invitations.service.ts';
import { PledgeDoor, type DoorFailure } from '../pledges/pledge-door.service.ts';
import { CampaignFactsService } from './campaign-facts.service.ts';
import { campaignPage } from './campaign.page.ts';
import { Pages } from './pages.service.ts';
import type { PledgeAttempt, PledgeProblem } from './pledge-form.ts';
import { typedCount } from './reading-form.ts';
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
    const whenOthers = field(request, 'whenOthers');
    const sent = field(request, 'via');
    const via = isInvitationCode(sent) ? sent : '';
    const others = othersOf(whenOthers);
    const pledged = others.ok
      ? await this.door.pledge({ slug, handle, consent, showHandle: showName, whenOthers: others.value }, via || null)
      : others;
    pledgesTaken.inc({ outcome: pledged.ok ? 'taken' : pledged.error.type });
    if (pledged.ok) {
      seeOther(response, localUrl(`/p/${pledged.value.token}`, this.pages.request(request)));
      return;
    }
    const typed = { handle, consent, showName, whenOthers, via };
    await this.again(slug, { ...typed, problems: problemsOf(pledged.error, typed) }, request, response);
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

/** For how many others to wait; null where nothing was typed. */
function othersOf(typed: string): Result<number | null, { type: 'when-others' }> {
  if (typed.trim() === '') return ok(null);
  const others = typedCount(typed);
  return others >= 1 && others <= MOST_OTHERS ? ok(others) : fail({ type: 'when-others' });
}

/** All that is wrong at once is told at once. */
function problemsOf(failure: DoorFailure | { type: 'when-others' }, { handle, consent }: Omit<PledgeAttempt, 'problems'>): PledgeProblem[] {
  if (failure.type === 'not-found') return [];
  const told: PledgeProblem = failure.type === 'no-consent' ? { type: 'consent' } : failure;
  const parsed = parseFediverseHandle(handle);
  const others: PledgeProblem[] = [...(parsed.ok ? [] : [parsed.error]), ...(consent ? [] : [{ type: 'consent' as const }])];
  return [told, ...others.filter(({ type }) => type !== told.type)];
}
