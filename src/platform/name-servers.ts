import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';

const PATIENCE_MILLISECONDS = 2_000;
const TRIES = 2;

/**
 * Looks public names up at the name servers themselves (those of the system, if none are given). The system's own
 * lookup would hold one of Node's four threads for as long as a stranger's name server is silent, and pages are
 * compressed and passwords checked on the same threads.
 */
export function askNameServers(
  servers: readonly string[] = [],
  timeout = PATIENCE_MILLISECONDS,
): (hostname: string) => Promise<LookupAddress[]> {
  const resolver = new Resolver({ timeout, tries: TRIES });
  if (servers.length > 0) resolver.setServers(servers);
  return async (hostname) => {
    const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    if (ipv4.status === 'rejected' && ipv6.status === 'rejected') throw ipv4.reason;
    return [...addresses(ipv4, 4), ...addresses(ipv6, 6)];
  };
}

function addresses(found: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] {
  return found.status === 'fulfilled' ? found.value.map((address) => ({ address, family })) : [];
}
