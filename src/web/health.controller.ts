import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import type { Response } from 'express';
import { DatabaseHealth } from '../platform/database-health.ts';

/** For supervisors: `/livez` tells that the process answers, `/readyz` that it can serve pages. */
@Controller()
export class HealthController {
  constructor(private readonly database: DatabaseHealth) {}

  @Get('/livez')
  @HttpCode(200)
  live(@Res() response: Response): void {
    response.set('cache-control', 'no-store').type('text').send('ok\n');
  }

  @Get('/readyz')
  async ready(@Res() response: Response): Promise<void> {
    const answers = await this.database.answers();
    response
      .status(answers ? 200 : 503)
      .set('cache-control', 'no-store')
      .type('text')
      .send(answers ? 'ok\n' : 'the database does not answer\n');
  }
}
