import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { keyedHash } from './secrets.ts';

/** What providers leave to one line. */
const SUBSCRIBER_BITS = 64;

/**
 * Names for network addresses that mean nothing the next day or in another process: the salt is made in memory for a
 * day and never kept, so that no address can be found again.
 */
export class AddressKeys {
  private day = '';
  private salt = '';

  /** The day's key of an address; one for a whole /64, since one subscriber holds it all. */
  keyOf(address: string, now: Date): string {
    const day = now.toISOString().slice(0, 10);
    if (day !== this.day) {
      this.day = day;
      this.salt = randomBytes(32).toString('base64url');
    }
    return keyedHash(this.salt, subscriberOf(address, SUBSCRIBER_BITS));
  }
}

/** A network address without what its subscriber may change at will: of IPv6, the first `bits` (a multiple of 16). */
export function subscriberOf(address: string, bits: number): string {
  const [bare = ''] = address.toLowerCase().split('%');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare);
  if (mapped) return mapped[1] ?? bare;
  if (!isIPv6(bare)) return bare;
  const [head = '', tail] = bare.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const rest = (tail ?? '').split(':').filter((group) => group !== '');
  const zeros = Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0');
  return [...groups, ...zeros, ...rest]
    .slice(0, bits / 16)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
