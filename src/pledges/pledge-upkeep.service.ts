import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, LessThanOrEqual } from 'typeorm';
import { DAY } from '../domain/durations.ts';
import { PENDING_DAYS } from '../domain/pledge-lifecycle.ts';
import { Clock } from '../platform/clock.ts';
import { Pledge } from './pledge.entity.ts';
import { erased } from './supporter-page.service.ts';

/** Forgetting what may not be kept. */
@Injectable()
export class PledgeUpkeep {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Erases the pledges that stayed unproven for too long. */
  async expire(): Promise<void> {
    const now = this.clock.now();
    await this.database
      .getRepository(Pledge)
      .update(
        { state: In(['waiting', 'pending']), confirmedAt: IsNull(), createdAt: LessThanOrEqual(new Date(now.getTime() - PENDING_DAYS * DAY)) },
        { ...erased, state: 'expired', changedAt: now },
      );
  }
}
