import { Controller, Get, Inject, NotFoundException, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Config } from '../platform/config.ts';
import { PageCache } from '../platform/page-cache.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { negotiate, translator } from '../platform/text.ts';
import { isProblemType, PROBLEMS } from './problem.ts';
import { MOST_STEPS } from './reading-steps.ts';

/** Stands for what a problem of this type would be about. */
const ANY = { host: '…', user: '…', most: MOST_STEPS, seconds: 60 };

/** `/problems/:type`: what the type of a problem leads to (RFC 9457, 3.1.1). */
@Controller('/problems')
export class ProblemTypesController {
  constructor(
    private readonly cache: PageCache,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('/:type')
  async explain(@Param('type') type: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    if (!isProblemType(type)) throw new NotFoundException();
    const language = negotiate(request.headers['accept-language'], request.query['lang'], this.config.defaultLanguage);
    const { t } = translator(language);
    const body = `${PROBLEMS[type]} ${t(`problems.${type}.title`)}\n\n${t(`problems.${type}.detail`, ANY)}\n`;
    response.setHeader('content-language', language);
    await this.cache.publish(request, response, { body, type: 'text/plain; charset=utf-8', compressible: true });
  }
}
