import { LEMMY_TITLE_RULES, shorten } from '../domain/post-length.ts';
import type { ShareTarget } from '../networks/share-target.ts';

/** What somebody is about to share. */
export interface Shared {
  /** The post, with its link. */
  text: string;
  /** The campaign's page, for networks that take a link apart. */
  url: string;
  /** The dare as a sentence. */
  title: string;
}

/** The chooser that Mastodon's makers offer to people whose server is not known (share.joinmastodon.org). */
const CHOOSER = 'https://share.joinmastodon.org/';
/** https://docs.bsky.app/docs/advanced-guides/intent-links */
const BLUESKY = 'https://bsky.app/intent/compose';
/** https://developer.x.com/en/docs/x-for-websites/tweet-button/guides/web-intent */
const X = 'https://x.com/intent/tweet';

/** Servers behind nginx take no longer ones, by its `large_client_header_buffers` of 8 KB, cookies and all else apart. */
export const MAX_LINK = 8_000;

/**
 * The link that opens a server's own form for a new post; null where no dependable one exists. `community` is the number
 * that a Lemmy server has given the one to post in.
 */
export function shareLink(
  target: ShareTarget['target'],
  host: string,
  shared: Shared,
  community: number | null = null,
): string | null {
  switch (target) {
    case 'mastodon':
      return link(`https://${host}/share`, { text: shared.text });
    case 'misskey':
      return link(`https://${host}/share`, { text: shared.text });
    case 'friendica':
      return link(`https://${host}/compose`, { title: shared.title, body: shared.text });
    case 'lemmy':
      return link(`https://${host}/create_post`, {
        title: shorten(shared.title, LEMMY_TITLE_RULES),
        url: shared.url,
        body: shared.text,
        ...(community !== null && { communityId: String(community) }),
      });
    case 'pleroma':
    case 'gotosocial':
    case 'unknown':
      return null;
  }
}

export function blueskyLink(shared: Shared): string {
  return link(BLUESKY, { text: shared.text });
}

export function xLink(shared: Shared): string {
  return link(X, { text: shared.text });
}

/** Opens the mail program, without an addressee (RFC 6068, where lines end with CRLF). */
export function mailLink(shared: Shared): string {
  return link('mailto:', { subject: shared.title, body: shared.text.replace(/\n/g, '\r\n') });
}

export function chooserLink(shared: Shared): string {
  return link(CHOOSER, { text: shared.text });
}

/** Percent-encoded, with spaces as `%20`: some servers show a `+` as it is. */
function link(address: string, parameters: Record<string, string>): string {
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${address}?${query.join('&')}`;
}
