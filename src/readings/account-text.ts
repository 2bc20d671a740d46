import type { Account } from '../institutions/account.entity.ts';
import type { NetworkId } from '../networks/network.ts';
import { allNetworks, network } from '../networks/networks.ts';

/** An account as files name it: `mastodon:user@host`, `x:user`. */
export function accountText({ network: id, handle }: Pick<Account, 'network' | 'handle'>): string {
  return `${id}:${handle}`;
}

/** What an account is looked up by; null: whichever network of the fediverse it is on today. */
export interface AccountKey {
  network: NetworkId | null;
  handleKey: string;
}

/** Understands {@link accountText}, `x:@user`, and every spelling of a fediverse handle alone; null: none of these. */
export function parseAccountText(text: string): AccountKey | null {
  const colon = text.indexOf(':');
  const named = allNetworks.find(({ id }) => id === text.slice(0, colon).toLowerCase());
  const home = named ?? network('activitypub');
  const handle = home.parseHandle(named === undefined ? text : text.slice(colon + 1));
  if (!handle.ok) return null;
  return { network: home.fediverse ? null : home.id, handleKey: handle.value.toLowerCase() };
}
