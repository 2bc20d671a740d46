import { fail, ok, type Result } from './result.ts';

/** A page as a web archive keeps it. */
export type ArchivedPage = {
  readonly url: string;
  /** When it was archived, and its own address; null where the archive's address does not tell. */
  readonly at: Date | null;
  readonly page: string | null;
};

export type ArchiveFailure =
  /** Not an address of an archive that keeps pages as they were, for good. */
  | { readonly type: 'not-an-archive' }
  /** An address that leads to one version today and to another one tomorrow. */
  | { readonly type: 'not-one-version' };

/** Archives that nobody can change a page of; people know them by these names. */
export const ARCHIVES = ['web.archive.org', 'archive.today', 'archive.ph', 'ghostarchive.org'] as const;

/** archive.today goes by many names, some of them for some countries only. */
const ARCHIVE_TODAY = /^archive\.(today|ph|is|li|md|vn|fo)$/;

/** `/web/20230902073000/https://…`, with letters behind the time where the page is framed in another way. */
const WAYBACK = /^\/web\/(\d{14})(?:[a-z]{2}_)?\/(.+)$/;
/** `/20230902073000/https://…` or `/2023.09.02-073000/https://…`. */
const DATED = /^\/(\d{14}|\d{4}\.\d\d\.\d\d-\d{6})\/(.+)$/;

const LONGEST = 2_048;

/** Reads the address of an archived page, as people copy it from their browser. */
export function parseArchiveUrl(text: string): Result<ArchivedPage, ArchiveFailure> {
  const url = URL.canParse(text) && text.length <= LONGEST ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.port !== '' || url.username !== '') return fail({ type: 'not-an-archive' });
  url.protocol = 'https:';
  const path = url.pathname + url.search;
  if (url.hostname === 'web.archive.org') return dated(url, WAYBACK.exec(path));
  if (ARCHIVE_TODAY.test(url.hostname)) return /^\/\w{4,8}$/.test(url.pathname) ? ok(named(url)) : dated(url, DATED.exec(path));
  if (url.hostname === 'ghostarchive.org' && /^\/archive\/\w+$/.test(url.pathname)) return ok(named(url));
  return fail({ type: ARCHIVES.some((host) => host === url.hostname) ? 'not-one-version' : 'not-an-archive' });
}

/** Whether an archived address is the profile of this account on X, under either name of the site. */
export function isXProfile(page: string, handle: string): boolean {
  const address = /^https?:\/\//i.test(page) ? page : `https://${page}`;
  if (!URL.canParse(address)) return false;
  const { hostname, pathname } = new URL(address);
  const [, user = ''] = pathname.split('/');
  return /^(www\.|mobile\.)?(x|twitter)\.com$/.test(hostname) && user.toLowerCase() === handle.toLowerCase();
}

function named(url: URL): ArchivedPage {
  return { url: url.href, at: null, page: null };
}

function dated(url: URL, parts: RegExpExecArray | null): Result<ArchivedPage, ArchiveFailure> {
  const [, time = '', page = ''] = parts ?? [];
  const at = new Date(time.replace(/\D/g, '').replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z'));
  return Number.isNaN(at.getTime()) ? fail({ type: 'not-one-version' }) : ok({ url: url.href, at, page });
}
