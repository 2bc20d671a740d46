import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { StaffMember } from '../identity/staffing.service.ts';
import { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { translator, type Translator } from '../platform/text.ts';
import { renderPage, type PageModel, type PageRequest } from '../platform/views.ts';
import { visitorOf } from './csrf.ts';
import { pageRequest, sendPrivate } from './respond.ts';
import { staffOf } from './staff-session.ts';

/** What a page of the staff knows of the request that it answers. */
export interface StaffAsk {
  readonly page: PageRequest;
  readonly staff: StaffMember;
  readonly text: Translator;
  readonly now: Date;
}

/** What controllers of the staff's pages share: who asks, and pages that nobody may keep. */
@Injectable()
export class StaffPages {
  constructor(
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  request(request: Request): PageRequest {
    return pageRequest(request, this.config, visitorOf(request));
  }

  /** For pages behind the staff's guard. */
  ask(request: Request): StaffAsk {
    const staff = staffOf(request);
    if (staff === undefined) throw new Error('The page is not behind the guard.');
    const page = this.request(request);
    return { page, staff, text: translator(page.language), now: this.clock.now() };
  }

  answer(request: Request, response: Response, view: string, model: PageModel, status = 200): void {
    sendPrivate(response, renderPage(view, model, this.request(request)), status);
  }
}
