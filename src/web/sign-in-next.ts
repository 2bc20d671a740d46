const HOME = '/moderation';
/** Any origin: what resolves to another one was no path of this site. */
const HERE = 'http://here.invalid';

/** Where to go after signing in: a page of the staff on this site, whatever was asked for. */
export function afterSignIn(asked: unknown): string {
  if (typeof asked !== 'string' || !asked.startsWith('/') || /[\\\s\p{Cc}]/u.test(asked)) return HOME;
  const url = URL.parse(asked, HERE);
  if (url === null || url.origin !== HERE) return HOME;
  const inside = url.pathname === HOME || url.pathname.startsWith(`${HOME}/`);
  return inside ? `${url.pathname}${url.search}` : HOME;
}
