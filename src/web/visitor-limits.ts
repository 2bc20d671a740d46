import { MINUTE } from '../domain/durations.ts';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { AddressKeys } from '../platform/address-keys.ts';
import { Clock } from '../platform/clock.ts';
import { Throttle } from '../platform/throttle.ts';
import { TooManyTries } from './too-many-tries.ts';


/** How often one visitor may do what costs this server or others, a mailbox or a reviewer something. */
const LIMITS = {
  // Many people may share an address: a school, a company, a village.
  share: { tries: 60, milliseconds: 10 * MINUTE },
  findServer: { tries: 60, milliseconds: 10 * MINUTE },
  proveOnServer: { tries: 60, milliseconds: 10 * MINUTE },
  checkPledge: { tries: 30, milliseconds: 10 * MINUTE },
  lookUp: { tries: 30, milliseconds: 10 * MINUTE },
  submit: { tries: 10, milliseconds: 60 * MINUTE },
  askForLink: { tries: 6, milliseconds: 60 * MINUTE },
  invite: { tries: 20, milliseconds: 60 * MINUTE },
  askForCode: { tries: 10, milliseconds: 60 * MINUTE },
  drawGraph: { tries: 60, milliseconds: 10 * MINUTE },
  tellReading: { tries: 20, milliseconds: 60 * MINUTE },
} as const;
export type LimitedAct = keyof typeof LIMITS;

/** How often it is done for one private page, whoever asks. */
const PAGE_LIMITS = {
  readProfile: { tries: 10, milliseconds: 10 * MINUTE },
  mailCode: { tries: 5, milliseconds: 60 * MINUTE },
} as const;

/** One mailbox gets so many mails with links, whoever asks. */
const MAILBOX_LIMIT = { tries: 3, milliseconds: 60 * MINUTE };

/** Keeps forms from being used as a machine gun; nothing that tells who somebody is outlives the day. */
@Injectable()
export class VisitorLimits {
  private readonly keys = new AddressKeys();
  private readonly mailbox = new Throttle(MAILBOX_LIMIT);
  private readonly throttles = new Map(Object.entries({ ...LIMITS, ...PAGE_LIMITS }).map(([act, limit]) => [act, new Throttle(limit)]));

  constructor(private readonly clock: Clock) {}

  /** Counts one more try of this visitor; throws {@link TooManyTries} when there were too many. */
  async take(act: LimitedAct, request: Request): Promise<void> {
    const refusal = await this.refusal(act, request);
    if (refusal !== null) throw refusal;
  }

  /** Counts one more try for the private page of this token; throws {@link TooManyTries} when there were too many. */
  async takeFor(act: keyof typeof PAGE_LIMITS, token: string): Promise<void> {
    const refusal = await this.counted(act, token);
    if (refusal !== null) throw refusal;
  }

  /** As {@link take}, for pages that answer by themselves; null: go on. */
  async refusal(act: LimitedAct, request: Request): Promise<TooManyTries | null> {
    return this.counted(act, request.ip ?? '');
  }

  /** Counts one more mail to this address; false: it got enough of them. */
  async mayWriteTo(email: string): Promise<boolean> {
    const now = this.clock.now();
    return (await this.mailbox.take(this.keys.keyOf(email.toLowerCase(), now), now)).ok;
  }

  private async counted(act: LimitedAct | keyof typeof PAGE_LIMITS, who: string): Promise<TooManyTries | null> {
    const now = this.clock.now();
    const taken = await this.throttleOf(act).take(this.keys.keyOf(who, now), now);
    return taken.ok ? null : new TooManyTries(taken.error.retryAt, now);
  }

  private throttleOf(act: string): Throttle {
    const throttle = this.throttles.get(act);
    if (throttle === undefined) throw new Error(`No limit is set for ${act}.`);
    return throttle;
  }
}
