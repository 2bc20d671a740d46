/**
 * Whether an account that lists these domains may be named as the author of a page on `host`: the domain itself or one that
 * it stands under (mastodon, `Account::AttributionDomains#can_be_attributed_from?`).
 */
export function mayBeCreditedOn(domains: readonly string[], host: string): boolean {
  const names = host.toLowerCase().split('.');
  const parents = new Set(names.map((_, index) => names.slice(index).join('.')));
  return domains.some((domain) => parents.has(domain.trim().toLowerCase().replace(/^\*\./, '')));
}
