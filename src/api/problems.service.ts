import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { v4 as randomId } from 'uuid';
import { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import { CONFIG, LOG } from '../platform/platform.module.ts';
import { negotiate, translator, type Translator } from '../platform/text.ts';
import { PROBLEMS, type Problem, type ProblemJson, type ProblemType } from './problem.ts';

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Answers with problems (RFC 9457) in the reader's language. */
@Injectable()
export class Problems {
  constructor(
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOG) private readonly log: Log,
  ) {}

  send(request: Request, response: Response, problem: Problem): void {
    this.answer(request, response, problem, `urn:uuid:${randomId()}`);
  }

  /** Answers for what was thrown: by a parser at what the client sent, or by a bug of ours. */
  sendError(request: Request, response: Response, error: unknown): void {
    const instance = `urn:uuid:${randomId()}`;
    const type = typeOfError(error);
    if (type === 'internal-error') this.log.error({ err: error, instance }, 'an API request failed');
    if (response.headersSent) response.destroy();
    else this.answer(request, response, { type }, instance);
  }

  private answer(request: Request, response: Response, problem: Problem, instance: string): void {
    const language = negotiate(request.headers['accept-language'], undefined, this.config.defaultLanguage);
    const seconds = problem.retryAt === undefined ? null : this.secondsUntil(problem.retryAt);
    if (seconds !== null) response.setHeader('retry-after', seconds);
    const body = this.inWords(problem, seconds, instance, translator(language));
    response
      .status(body.status)
      .set({ 'content-language': language, 'cache-control': 'no-store', 'vary': 'Accept-Language' })
      .type(PROBLEM_TYPE)
      .send(JSON.stringify(body));
  }

  private inWords({ type, values, fields }: Problem, seconds: number | null, instance: string, { t }: Translator): ProblemJson {
    return {
      type: `${this.config.publicUrl}/problems/${type}`,
      title: t(`problems.${type}.title`),
      status: PROBLEMS[type],
      detail: t(`problems.${type}.detail`, { ...values, ...(seconds === null ? {} : { seconds }) }),
      instance,
      ...(fields && {
        errors: fields.map(({ name, pointer }) => ({ pointer, detail: t(name === '' ? 'problems.field' : `problems.field.${name}`) })),
      }),
    };
  }

  private secondsUntil(moment: Date): number {
    return Math.max(1, Math.ceil((moment.getTime() - this.clock.now().getTime()) / 1_000));
  }
}

/** Express and its parsers put a status on what the client did wrong; anything without one is our own fault. */
function typeOfError(error: unknown): ProblemType {
  const { status, type } = (error ?? {}) as { status?: unknown; type?: unknown };
  if (type === 'entity.parse.failed') return 'invalid-json';
  if (status === 413) return 'too-large';
  if (status === 415) return 'not-json';
  if (status === 403) return 'foreign-origin';
  return typeof status === 'number' && status >= 400 && status < 500 ? 'bad-request' : 'internal-error';
}
