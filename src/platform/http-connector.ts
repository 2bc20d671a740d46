import type { LookupAddress } from 'node:dns';
import { lookup as dnsLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { isPublicAddress } from './http-addresses.ts';
import { askNameServers } from './name-servers.ts';

/**
 * Which private networks may be reached: none, any (the address check is lifted), or one
 * loopback address to which every connection goes in plain TCP, whatever its name, so that
 * tests and the demo can hold a whole simulated fediverse on one port.
 */
export type PrivateNetwork = 'forbidden' | 'allowed' | { readonly host: string; readonly port: number };

/** Every address of a host name, in the order to try them. */
export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

/** Thrown inside the connector, because sockets report by exceptions; http.ts turns it into a value. */
export class ForbiddenAddress extends Error {
  readonly code = 'FORBIDDEN_ADDRESS'; // as every error of a socket has one
}

const systemLookup: Lookup = (hostname) => dnsLookup(hostname, { all: true });

/**
 * Opens the sockets of the guarded client. The check sits in the socket's own lookup, so the
 * address that was checked is the address that is connected to: no second resolution can differ.
 * Without a `lookup`, the system's name servers are asked.
 */
export function guardedConnector(
  privateNetwork: PrivateNetwork,
  lookup: Lookup | undefined,
  timeoutMs: number,
): buildConnector.connector {
  if (typeof privateNetwork === 'object') return connectorTo(privateNetwork, lookup, timeoutMs);
  const check = privateNetwork === 'forbidden';
  // A private network's names may stand in the system's own files alone.
  const resolver = lookup ?? (check ? askNameServers() : systemLookup);
  const socketLookup = lookupFor((hostname) => usableAddresses(resolver, hostname, check));
  const connect = buildConnector({ timeout: timeoutMs, lookup: socketLookup });
  return (options, callback) => {
    // A socket never looks an IP literal up, so this one place would escape the check.
    if (check && isIP(options.hostname) !== 0 && !isPublicAddress(options.hostname)) {
      callback(new ForbiddenAddress(), null);
      return;
    }
    connect(options, callback);
  };
}

/** A given `lookup` is still asked and checked, so that tests can have names that lead to private networks. */
function connectorTo(
  target: { host: string; port: number },
  lookup: Lookup | undefined,
  timeoutMs: number,
): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs });
  return (options, callback) => {
    const rerouted = { ...options, protocol: 'http:', hostname: target.host, port: String(target.port) };
    const checked = lookup ? usableAddresses(lookup, options.hostname, true) : Promise.resolve([]);
    checked.then(
      () => connect(rerouted, callback),
      (error: Error) => callback(error, null),
    );
  };
}

/** Private addresses are dropped from the answer, and a name with none left is refused. */
async function usableAddresses(lookup: Lookup, hostname: string, check: boolean): Promise<LookupAddress[]> {
  const found = await lookup(hostname);
  const usable = check ? found.filter(({ address }) => isPublicAddress(address)) : [...found];
  if (usable.length === 0) throw new ForbiddenAddress();
  return usable;
}

function lookupFor(resolve: (hostname: string) => Promise<LookupAddress[]>): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (options.all) callback(null, addresses);
        else if (first) callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}
