import { Injectable } from '@nestjs/common';
import { countsUnproven } from '../domain/crowds.ts';
import { DAY, MINUTE } from '../domain/durations.ts';
import { fail, type Result } from '../domain/result.ts';
import { parseSupporterHandle } from '../domain/supporter-handle.ts';
import { AddressKeys } from '../platform/address-keys.ts';
import { Clock } from '../platform/clock.ts';
import { Throttle, type TooMany } from '../platform/throttle.ts';
import { Invitations } from './invitations.service.ts';
import { PledgeBlocks } from './pledge-blocks.service.ts';
import { Pledges, type PledgeFailure, type PledgeRequest } from './pledges.service.ts';
import { ServerDays } from './server-days.ts';

/** Many people may share an address: a school, a company, a village. */
const NETWORK_LIMITS = [
  { tries: 60, milliseconds: 10 * MINUTE },
  { tries: 500, milliseconds: DAY },
] as const;

export type DoorFailure = PledgeFailure | { type: 'blocked-server'; host: string };

/** Where pledges come in, by whichever way: so many from one network, and no address kept. */
@Injectable()
export class PledgeDoor {
  private readonly addresses = new AddressKeys();
  private readonly throttles = NETWORK_LIMITS.map((limit) => new Throttle(limit));
  private readonly days = new ServerDays();

  constructor(
    private readonly pledges: Pledges,
    private readonly blocks: PledgeBlocks,
    private readonly invitations: Invitations,
    private readonly clock: Clock,
  ) {}

  /** Counts one more try of a network, whatever comes of it; a failure tells when the next one is heard. */
  async mayTry(address: string): Promise<Result<null, TooMany>> {
    const now = this.clock.now();
    const key = this.addresses.keyOf(address, now);
    const taken = await Promise.all(this.throttles.map((throttle) => throttle.take(key, now)));
    return taken.find((each) => !each.ok) ?? { ok: true, value: null };
  }

  /** Takes a pledge; `via` is the code of the supporter by whose link its author came. */
  async pledge(request: PledgeRequest, via: string | null = null): Promise<Result<{ token: string }, DoorFailure>> {
    const handle = parseSupporterHandle(request.handle);
    const host = handle.ok ? handle.value.host : '';
    if (handle.ok && (await this.blocks.blocksServer(host))) return fail({ type: 'blocked-server', host });
    const isHeld = !countsUnproven(this.days.today(request.slug, host, this.clock.now()));
    const pledged = await this.pledges.pledge({ ...request, isHeld });
    if (!pledged.ok) return pledged;
    this.days.add(request.slug, host, this.clock.now());
    if (via !== null) await this.invitations.credit(via, pledged.value.token);
    return pledged;
  }
}
