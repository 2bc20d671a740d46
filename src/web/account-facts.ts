import { currentCount } from '../campaigns/current-count.ts';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import type { Account } from '../institutions/account.entity.ts';
import { presentAccount } from '../institutions/present-account.ts';
import { network } from '../networks/networks.ts';
import type { CountedReading } from '../readings/readings.query.ts';
import type { AccountFacts } from './campaign-facts.ts';

/** What pages tell of an account of a campaign; `open` makes addresses that a browser can go to. */
export function accountFacts(
  account: Account,
  latest: CountedReading | null,
  campaign: Pick<Campaign, 'endedAt'>,
  open: (address: string) => string,
): AccountFacts {
  const present = presentAccount(account);
  return {
    network: account.network,
    networkName: network(account.network).name,
    handle: present.handle,
    url: open(present.url),
    isElsewhere: present.handle !== account.handle,
    state: account.state,
    count: currentCount(campaign, account, latest),
    latest,
    tries: {
      // Its first try tells whether this site pays for X's numbers.
      byPeople: account.network === 'x' && (account.nextReadingAt === null || account.triedAt === null),
      lastAt: account.triedAt,
      nextAt: account.nextReadingAt,
      failed: account.failures,
      why: account.lastFailure,
    },
  };
}
