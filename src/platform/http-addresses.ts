import { BlockList, isIP } from 'node:net';

/** IPv4 ranges that are not somebody's public server (IANA special-purpose registry, RFC 6890 and its updates). */
const PRIVATE_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8], // "this" network, unspecified
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // carrier-grade NAT, and Alibaba's metadata address
  ['127.0.0.0', 8], // loopback
  ['168.63.129.16', 32], // Azure's metadata address, in an otherwise public range
  ['169.254.0.0', 16], // link-local, and most clouds' metadata addresses
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // IETF protocol assignments, and Oracle's metadata address
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarking
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
];

/**
 * Exceptions inside global unicast. Everything outside 2000::/3 is refused without being named:
 * loopback, unspecified, IPv4-mapped, NAT64 (64:ff9b::/96, 64:ff9b:1::/48), ULA, link-local, multicast.
 */
const PRIVATE_WITHIN_GLOBAL_IPV6: readonly (readonly [string, number])[] = [
  ['2001::', 23], // IETF protocol assignments: Teredo, benchmarking, ORCHID
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4, which embeds any IPv4 address
  ['3fff::', 20], // documentation
];

function blockListOf(subnets: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family);
  return list;
}

const privateIpv4 = blockListOf(PRIVATE_IPV4, 'ipv4');
const privateIpv6 = blockListOf(PRIVATE_WITHIN_GLOBAL_IPV6, 'ipv6');
const globalIpv6 = blockListOf([['2000::', 3]], 'ipv6');

/** Whether an IP address (text, no brackets) belongs to the public internet; anything unreadable does not. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !privateIpv4.check(address, 'ipv4');
  if (version !== 6 || address.includes('%')) return false;
  return globalIpv6.check(address, 'ipv6') && !privateIpv6.check(address, 'ipv6');
}
