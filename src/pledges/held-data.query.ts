import { Injectable } from '@nestjs/common';
import { heldData, type HeldData } from './held-data.ts';
import { Invitations } from './invitations.service.ts';
import type { OpenPledge } from './open-pledges.service.ts';
import { TellRequests } from './tell-requests.service.ts';

/** Gathers all that is held about a person for one pledge. */
@Injectable()
export class HeldDataQuery {
  constructor(
    private readonly invitations: Invitations,
    private readonly requests: TellRequests,
  ) {}

  /** `token` is that of the pledge. */
  async of(token: string, pledge: OpenPledge): Promise<HeldData> {
    const [invitation, wishes] = await Promise.all([this.invitations.of(token, pledge), this.requests.of(pledge)]);
    return heldData(pledge, invitation, wishes);
  }
}
