import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../platform/config.ts';
import { CONFIG } from '../platform/platform.module.ts';
import { openable, simulationOf } from '../platform/simulation.ts';

/** Links to other servers, as a browser must open them. */
@Injectable()
export class OutgoingLinks {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /**
   * The same address, except where a simulated fediverse stands for all others: browsers reach its servers by path,
   * because their names do not exist.
   */
  open(address: string): string {
    return openable(address, simulationOf(this.config));
  }
}
