import type { WebFingerLink } from './webfinger.ts';

/** The address that a WebFinger link gives an intent: in `template` (Mastodon ≥ 4.6) or in `href` (the text of FEP-3b86). */
export function templateOf(links: readonly WebFingerLink[], rel: string): string | null {
  const link = links.find((candidate) => candidate.rel === rel && (candidate.template ?? candidate.href));
  return link?.template ?? link?.href ?? null;
}

/** Fills what stands in braces; names that mean nothing here are left empty. */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  const known = new Map(Object.entries(values));
  return template.replace(/\{([^{}]*)\}/g, (_all, name: string) => encodeURIComponent(known.get(name) ?? ''));
}

/** Says whether an address is a plain HTTPS one of these hosts. */
export function isOnOneOf(address: string, hosts: readonly (string | null)[]): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return url.protocol === 'https:' && url.username === '' && url.password === '' && hosts.includes(url.host);
}

export function hostOf(address: string | null): string | null {
  return address === null ? null : new URL(address).host;
}
