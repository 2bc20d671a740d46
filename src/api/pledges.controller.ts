import { Controller, Inject, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Config } from '../platform/config.ts';
import { pledgesTaken } from '../platform/metrics.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { PledgeDoor } from '../pledges/pledge-door.service.ts';
import { pledgeBody } from './pledge.schema.ts';
import { misfit, pledgeProblem } from './problem.ts';
import { ProblemFilter } from './problem.filter.ts';
import { Problems } from './problems.service.ts';

@Controller('/api/v1/campaigns/:slug/pledges')
@UseFilters(ProblemFilter)
export class PledgesController {
  constructor(
    private readonly door: PledgeDoor,
    private readonly problems: Problems,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post()
  async pledge(@Param('slug') slug: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const allowed = await this.door.mayTry(request.ip ?? '');
    if (!allowed.ok) return this.problems.send(request, response, { type: 'too-many-tries', retryAt: allowed.error.retryAt });
    // A form of another site can send anything but this type without asking first.
    if (request.is('application/json') === false) return this.problems.send(request, response, { type: 'not-json' });
    const body = pledgeBody.safeParse(request.body);
    if (!body.success) return this.problems.send(request, response, misfit('invalid-body', body.error));
    const { via, ...promise } = body.data;
    const pledged = await this.door.pledge({ slug, ...promise }, via);
    pledgesTaken.inc({ outcome: pledged.ok ? 'taken' : pledged.error.type });
    if (!pledged.ok) return this.problems.send(request, response, pledgeProblem(pledged.error));
    const html = `${this.config.publicUrl}/p/${pledged.value.token}`;
    response.status(201).set({ 'location': html, 'cache-control': 'no-store' }).json({ links: { html } });
  }
}
