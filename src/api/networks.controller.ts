import { Controller, Get, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import { allNetworks } from '../networks/networks.ts';
import { PageCache } from '../platform/page-cache.ts';
import { publishJson } from './answers.ts';
import { pageOf } from './list.schema.ts';
import { ProblemFilter } from './problem.filter.ts';

@Controller('/api/v1/networks')
@UseFilters(ProblemFilter)
export class NetworksController {
  constructor(private readonly cache: PageCache) {}

  @Get()
  async list(@Req() request: Request, @Res() response: Response): Promise<void> {
    const networks = allNetworks.map(({ id, name, fediverse, software }) => ({ id, name, fediverse, software }));
    await publishJson(this.cache, request, response, pageOf(networks, 1, networks.length));
  }
}
