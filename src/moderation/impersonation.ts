import { domainToASCII } from 'node:url';

/** Under these, everyone registers: `example.co.uk` and `other.co.uk` are strangers; `gouv.fr` and `gov.uk` are not here. */
const OPEN_SECOND_LEVELS = new Set(['ac', 'asso', 'co', 'com', 'edu', 'ne', 'net', 'nom', 'or', 'org', 'tm']);

/** Whether two hosts are of one owner as far as their names tell: one lies under the other, or both under one name. */
export function sameSite(a: string, b: string): boolean {
  const [one, other] = [siteOf(a), siteOf(b)];
  return one !== '' && one === other;
}

/** A fediverse account on a server that is not the institution's, which the institution's website does not name. */
export function mayImpersonate(
  account: { handle: string; linksBack: boolean },
  institution: { website: string | null },
): boolean {
  if (account.linksBack) return false;
  const website = institution.website === null ? null : URL.parse(institution.website);
  const host = account.handle.split('@').at(-1) ?? '';
  return website === null || !sameSite(host, website.hostname);
}

/** The part of a host that its owner registered. */
function siteOf(host: string): string {
  const labels = domainToASCII(host).split('.');
  const [second = '', top = ''] = labels.slice(-2);
  const length = top.length === 2 && OPEN_SECOND_LEVELS.has(second) ? 3 : 2;
  return labels.length < length ? '' : labels.slice(-length).join('.');
}
