import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { MINUTE } from '../domain/durations.ts';
import { ServerReturns } from '../identity/server-returns.service.ts';
import { ServerSignIns } from '../identity/server-sign-ins.service.ts';
import { Ticks } from './ticks.ts';

const EVERY = 10 * MINUTE;

/** Gives back the tokens that a process which died had left, and forgets who was on their way to their server. */
@Injectable()
export class GiveTokensBackJob implements OnApplicationBootstrap {
  constructor(
    private readonly ticks: Ticks,
    private readonly returns: ServerReturns,
    private readonly signIns: ServerSignIns,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks.every(EVERY, 'give-tokens-back', () => this.returns.sweep());
    this.ticks.every(EVERY, 'forget-sign-ins', () => this.signIns.forgetOld());
  }
}
