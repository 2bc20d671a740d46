import { Controller, Get, Inject, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Config } from '../platform/config.ts';
import { PageCache } from '../platform/page-cache.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { publishJson } from './answers.ts';
import { openApiDocument } from './openapi.ts';
import { ProblemFilter } from './problem.filter.ts';

@Controller('/api/v1/openapi.json')
@UseFilters(ProblemFilter)
export class OpenApiController {
  private readonly document: object;

  constructor(
    private readonly cache: PageCache,
    @Inject(CONFIG) config: Config,
  ) {
    this.document = openApiDocument(config.publicUrl);
  }

  @Get()
  async describe(@Req() request: Request, @Res() response: Response): Promise<void> {
    await publishJson(this.cache, request, response, this.document);
  }
}
