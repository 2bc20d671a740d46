import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HOUR } from '../domain/durations.ts';
import { EvidenceStore } from '../readings/evidence.service.ts';
import { Readers } from '../readings/readers.service.ts';
import { Ticks } from './ticks.ts';

/** Forgets who read numbers once that decides nothing more, and pictures that were sent with none. */
@Injectable()
export class ForgetReadersJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly readers: Readers,
    private readonly evidence: EvidenceStore,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.every(HOUR, 'forget-readers', async (now) => {
      await this.readers.forget(now);
      await this.evidence.forgetUnused(now);
    });
  }
}
