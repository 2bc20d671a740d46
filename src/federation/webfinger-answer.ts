import { siteActor } from '../platform/site-key.ts';
import { instanceActorName, profilePageOf } from './instance-actor.ts';

/** JSON Resource Descriptor (RFC 7033, 4.4). */
export interface WebFingerAnswer {
  readonly subject: string;
  readonly aliases: readonly string[];
  readonly links: readonly { readonly rel: string; readonly type: string; readonly href: string }[];
}

/**
 * Who a resource of this site is (RFC 7033), by `acct:` or by its address; null: nobody. `rels` limits the links to those
 * that were asked for, if any were.
 */
export function webFingerAnswer(
  resource: string,
  rels: readonly string[],
  publicUrl: string,
): WebFingerAnswer | null {
  const name = instanceActorName(publicUrl);
  const subject = `acct:${name}@${name}`;
  const { id } = siteActor(publicUrl);
  if (resource !== id && resource.toLowerCase() !== subject) return null;
  const links = [
    { rel: 'http://webfinger.net/rel/profile-page', type: 'text/html', href: profilePageOf(publicUrl) },
    { rel: 'self', type: 'application/activity+json', href: id },
  ];
  return { subject, aliases: [id], links: links.filter(({ rel }) => rels.length === 0 || rels.includes(rel)) };
}
