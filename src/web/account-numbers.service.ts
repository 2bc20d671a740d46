import { Injectable } from '@nestjs/common';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { CampaignOwners } from '../campaigns/campaign-owners.service.ts';
import { PledgeFunnel, type Funnel } from '../pledges/pledge-funnel.query.ts';
import { NO_PLEDGES, PledgesQuery, type PledgeNumbers } from '../pledges/pledges.query.ts';
import type { WaveProgress } from '../pledges/wave-progress.query.ts';
import { ReadingsQuery, type LatestReading } from '../readings/readings.query.ts';

/** The numbers of a private page: one query per feature. */
export type AccountNumbers = {
  readonly owners: number;
  readonly pledges: PledgeNumbers;
  readonly funnel: Funnel;
  /** Null for a dare whose account is there from the beginning. */
  readonly wave: WaveProgress | null;
  /** By account id. */
  readonly latest: ReadonlyMap<string, LatestReading>;
};

@Injectable()
export class AccountNumbersService {
  constructor(
    private readonly owners: CampaignOwners,
    private readonly pledges: PledgesQuery,
    private readonly funnel: PledgeFunnel,
    private readonly readings: ReadingsQuery,
  ) {}

  async of({ id, dareKind, fediverseAccount, xAccount, timeZone }: Campaign): Promise<AccountNumbers> {
    const accounts = [fediverseAccount, xAccount].flatMap((account) => (account === null ? [] : [account.id]));
    const [owners, pledges, funnel, wave, latest] = await Promise.all([
      this.owners.count(id),
      this.pledges.numbers([id]),
      this.funnel.of(id, timeZone),
      dareKind === 'open' ? this.pledges.wave(id) : null,
      this.readings.latest(accounts),
    ]);
    return { owners, pledges: pledges.get(id) ?? NO_PLEDGES, funnel, wave, latest };
  }
}
