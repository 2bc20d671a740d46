import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DAY } from '../domain/durations.ts';
import type { Config } from '../platform/config.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { Ticks } from './ticks.ts';

/** Vacuums the embedded database, which has no process of its own for that as a server has. */
@Injectable()
export class VacuumEmbeddedJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly database: DataSource,
    @Inject(CONFIG) private readonly config: Pick<Config, 'databaseUrl'>,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.databaseUrl !== null) return;
    this.ticks.every(DAY, 'vacuum-embedded', async () => {
      await this.database.query('VACUUM ANALYZE');
    });
  }
}
