import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Platform } from '../platform/platform.module.ts';
import { renderPage } from '../platform/views.ts';
import { NotUnderstood } from './not-understood.ts';
import { problemPage } from './problem.page.ts';
import { pageRequest, sendPrivate } from './respond.ts';
import { TooManyTries } from './too-many-tries.ts';

/** Turns what a controller throws, and every bug, into a page in the reader's language. */
@Catch()
export class ErrorPages implements ExceptionFilter {
  constructor(private readonly platform: Pick<Platform, 'config' | 'log'>) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const status = statusOf(error);
    if (status >= 500) this.platform.log.error({ err: error, route: routeOf(request) }, 'a page failed');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const retryAfterSeconds = error instanceof TooManyTries ? error.retryAfterSeconds : undefined;
    if (retryAfterSeconds !== undefined) response.setHeader('retry-after', retryAfterSeconds);
    const words = error instanceof NotUnderstood ? error.words : undefined;
    const page = pageRequest(request, this.platform.config);
    sendPrivate(response, renderPage('problem', problemPage({ status, retryAfterSeconds, words }, page), page), status);
  }
}

/** Express and its parsers put the status on the error; anything without one is our own fault. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}

/** Never the path: it may carry a private token. */
function routeOf(request: Request): string {
  const route = request.route as { path?: unknown } | undefined;
  return typeof route?.path === 'string' ? route.path : 'none';
}
