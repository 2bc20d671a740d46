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

/** The link that opens a server's own form for a new post; null where no dependable one exists. */
export function shareLink(target: ShareTarget['target'], host: string, shared: Shared): string | null {
  switch (target) {
    case 'mastodon':
      return link(`https://${host}/share`, { text: shared.text });
    case 'misskey':
      return link(`https://${host}/share`, { text: shared.text });
    case 'friendica':
      return link(`https://${host}/compose`, { title: shared.title, body: shared.text });
    case 'lemmy':
      return link(`https://${host}/create_post`, { title: shared.title, url: shared.url, body: shared.text });
    case 'pleroma':
    case 'gotosocial':
    case 'unknown':
      return null;
  }
}

export function blueskyLink(shared: Shared): string {
  return link(BLUESKY, { text: shared.text });
}

export function chooserLink(shared: Shared): string {
  return link(CHOOSER, { text: shared.text });
}

/** Percent-encoded, with spaces as `%20`: some servers show a `+` as it is. */
function link(address: string, parameters: Record<string, string>): string {
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${address}?${query.join('&')}`;
}
