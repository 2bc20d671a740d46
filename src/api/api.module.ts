import { Module, type MiddlewareConsumer, type NestModule, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';
import { CampaignsModule } from '../campaigns/campaigns.module.ts';
import { PledgesModule } from '../pledges/pledges.module.ts';
import { ReadingsModule } from '../readings/readings.module.ts';
import { readableFromAnywhere } from './answers.ts';
import { CampaignRecords } from './campaign-records.service.ts';
import { CampaignsController } from './campaigns.controller.ts';
import { NetworksController } from './networks.controller.ts';
import { OpenApiController } from './openapi.controller.ts';
import { PledgesController } from './pledges.controller.ts';
import { ProblemTypesController } from './problem-types.controller.ts';
import { StatesController } from './states.controller.ts';
import { States } from './states.service.ts';
import { Problems } from './problems.service.ts';
import { ReadingsController } from './readings.controller.ts';

/** The JSON API under `/api/v1`. */
@Module({
  imports: [CampaignsModule, ReadingsModule, PledgesModule],
  controllers: [
    CampaignsController,
    ReadingsController,
    StatesController,
    PledgesController,
    NetworksController,
    OpenApiController,
    ProblemTypesController,
  ],
  providers: [CampaignRecords, States, Problems],
})
export class ApiModule implements NestModule, OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly problems: Problems,
  ) {}

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(readableFromAnywhere).forRoutes('/api/*path');
  }

  /** Behind all routes and ahead of the pages for people: what no route took, and what a parser refused. */
  onModuleInit(): void {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.use('/api', (request: Request, response: Response) => {
      this.problems.send(request, response, { type: 'unknown-path' });
    });
    httpAdapter.use('/api', (error: unknown, request: Request, response: Response, _next: NextFunction) => {
      this.problems.sendError(request, response, error);
    });
  }
}
