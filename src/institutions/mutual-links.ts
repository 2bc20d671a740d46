import { parseFediverseHandle, parseXHandle } from '../domain/handle.ts';

/** What a page of the web must name to name an account. */
export interface LinkedAccount {
  handle: string;
  url: string;
  actorUri: string | null;
}

/** Whether one of the profile's links leads to the website. */
export function profileNames(website: string, links: readonly string[]): boolean {
  const host = siteOf(website);
  return host !== null && links.some((link) => siteOf(link) === host);
}

/** Whether a page links to the account: to its profile, or to the same account as another address of it shows. */
export function pageNames(account: LinkedAccount, html: string): boolean {
  const addresses = new Set([account.url, account.actorUri ?? account.url].map(comparable));
  const parse = account.handle.includes('@') ? fediverseKey : xKey;
  const key = account.handle.toLowerCase();
  return linkTargets(html).some((target) => addresses.has(comparable(target)) || parse(target) === key);
}

function linkTargets(html: string): string[] {
  const found = html.matchAll(/\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi);
  const targets = Array.from(found, ([, double, single, bare]) => double ?? single ?? bare ?? '');
  return targets.map((target) => target.replaceAll('&amp;', '&').trim()).filter((target) => /^https?:/i.test(target));
}

/** An address as two people may write it: scheme, `www.`, closing slash, query and fragment aside. */
function comparable(address: string): string {
  const url = URL.parse(address);
  return url === null ? address : `${withoutWww(url.hostname)}${url.pathname.replace(/\/+$/, '')}`;
}

function siteOf(address: string): string | null {
  const url = URL.parse(address);
  return url === null ? null : withoutWww(url.hostname);
}

function withoutWww(hostname: string): string {
  return hostname.replace(/^www\./, '');
}

function fediverseKey(target: string): string | null {
  const parsed = parseFediverseHandle(target);
  return parsed.ok ? `${parsed.value.user}@${parsed.value.host}`.toLowerCase() : null;
}

function xKey(target: string): string | null {
  const parsed = parseXHandle(target);
  return parsed.ok ? parsed.value.toLowerCase() : null;
}
