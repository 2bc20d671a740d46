import { siteActor } from '../platform/site-key.ts';
import { VERSION } from '../platform/version.ts';

const SCHEMA = 'http://nodeinfo.diaspora.software/ns/schema/2.1';
/** FEP-2677: which actor is the server's own. */
const APPLICATION = 'https://www.w3.org/ns/activitystreams#Application';

export const NODEINFO_TYPE = `application/json; profile="${SCHEMA}#"; charset=utf-8`;

/** Where the document and the site's actor are (`/.well-known/nodeinfo`). */
export function nodeInfoLinks(publicUrl: string): object {
  return {
    links: [
      { rel: SCHEMA, href: `${publicUrl}/nodeinfo/2.1` },
      { rel: APPLICATION, href: siteActor(publicUrl).id },
    ],
  };
}

/** NodeInfo 2.1 of a site that has campaigns but no accounts that anybody could follow. */
export function nodeInfoDocument(): object {
  return {
    version: '2.1',
    software: { name: 'chiche', version: VERSION },
    protocols: ['activitypub'],
    services: { inbound: [], outbound: [] },
    openRegistrations: false,
    usage: { users: { total: 0 }, localPosts: 0 },
    metadata: { nodeName: 'Chiche' },
  };
}
