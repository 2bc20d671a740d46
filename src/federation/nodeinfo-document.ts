import { VERSION } from '../platform/version.ts';

const SCHEMA = 'http://nodeinfo.diaspora.software/ns/schema/2.1';

export const NODEINFO_TYPE = `application/json; profile="${SCHEMA}#"; charset=utf-8`;

/** Where the document is (`/.well-known/nodeinfo`). */
export function nodeInfoLinks(publicUrl: string): object {
  return { links: [{ rel: SCHEMA, href: `${publicUrl}/nodeinfo/2.1` }] };
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
