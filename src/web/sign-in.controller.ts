import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { SignIn, type LinkFailure, type SignInFailure } from '../identity/sign-in.service.ts';
import { Clock } from '../platform/clock.ts';
import { localUrl } from '../platform/views.ts';
import { hasToken } from './csrf.ts';
import { field, seeOther } from './respond.ts';
import { afterSignIn } from './sign-in-next.ts';
import { signInLinkPage, signInPage } from './sign-in.page.ts';
import { StaffPages } from './staff-pages.service.ts';
import { staffDoor, staffOf } from './staff-session.ts';
import { TooManyTries } from './too-many-tries.ts';

const STATUS: Record<SignInFailure['type'], number> = { 'wrong': 401, 'disabled': 403, 'too-many': 429 };

/** In and out of the staff's pages. */
@Controller()
export class SignInController {
  constructor(
    private readonly pages: StaffPages,
    private readonly people: SignIn,
    private readonly clock: Clock,
  ) {}

  @Get('/signin')
  show(@Req() request: Request, @Res() response: Response): void {
    const next = afterSignIn(request.query['next']);
    const page = this.pages.request(request);
    if (staffOf(request) !== undefined) return seeOther(response, localUrl(next, page));
    this.pages.answer(request, response, 'sign-in', signInPage(next, null, page, this.clock.now()));
  }

  @Post('/signin')
  async signIn(@Req() request: Request, @Res() response: Response): Promise<void> {
    const next = afterSignIn(field(request, 'next'));
    const page = this.pages.request(request);
    const signedIn = await staffDoor(response).signIn(request, response);
    if (signedIn.ok) return seeOther(response, localUrl(next, page));
    const now = this.clock.now();
    const failure = signedIn.error;
    if (failure.type === 'too-many') {
      response.setHeader('retry-after', new TooManyTries(failure.retryAt, now).retryAfterSeconds);
    }
    const model = signInPage(next, { name: field(request, 'name'), failure }, page, now);
    this.pages.answer(request, response, 'sign-in', model, STATUS[failure.type]);
  }

  @Get('/signin/link/:token')
  async showLink(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const opened = await this.people.openLink(token);
    if (!opened.ok) return this.deadLink(opened.error, request, response);
    const model = signInLinkPage({ staffName: opened.value.name, problem: null }, this.pages.request(request));
    this.pages.answer(request, response, 'sign-in-link', model);
  }

  @Post('/signin/link/:token')
  async choosePassword(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const opened = await this.people.openLink(token);
    if (!opened.ok) return this.deadLink(opened.error, request, response);
    const chosen = await this.people.choosePassword(token, field(request, 'password'));
    if (chosen.ok) {
      await staffDoor(response).letIn(request, chosen.value);
      return seeOther(response, localUrl(afterSignIn(null), this.pages.request(request)));
    }
    if (isLinkFailure(chosen.error)) return this.deadLink(chosen.error, request, response);
    const link = { staffName: opened.value.name, problem: chosen.error };
    this.pages.answer(request, response, 'sign-in-link', signInLinkPage(link, this.pages.request(request)), 422);
  }

  /** Without the token of the session it only shows the way to the button: nobody is signed out by another site. */
  @Post('/signout')
  async signOut(@Req() request: Request, @Res() response: Response): Promise<void> {
    const page = this.pages.request(request);
    if (staffOf(request) !== undefined && !hasToken(request)) return seeOther(response, localUrl('/moderation', page));
    await staffDoor(response).letOut(request, response);
    seeOther(response, localUrl('/signin', page));
  }

  private deadLink(failure: LinkFailure, request: Request, response: Response): void {
    this.pages.answer(request, response, 'sign-in-link', signInLinkPage(failure, this.pages.request(request)), 410);
  }
}

function isLinkFailure(error: { type: string }): error is LinkFailure {
  return ['unknown', 'used', 'expired', 'disabled'].includes(error.type);
}
