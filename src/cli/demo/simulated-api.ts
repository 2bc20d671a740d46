import { ACTIVITY_TYPE, forbidden, gone, json, JRD_TYPE, notFound, redirect, type Answer } from './simulated-answers.ts';
import { escapeHtml, linked } from './simulated-html.ts';
import { picture } from './simulated-picture.ts';
import { apiOf, followersAre, suspensionOf, type Asked } from './simulated-software.ts';
import {
  countOf,
  textOf,
  type SimulatedAccount,
  type SimulatedServer,
  type SimulatedWorld,
} from './simulated-world.ts';

const PAGE_SIZE = 10;
const ACTIVITY_STREAMS = 'https://www.w3.org/ns/activitystreams';

/** The account that a request is about, in every protocol spoken here. */
export function accountAsked(world: SimulatedWorld, question: Omit<Asked, 'account'>): SimulatedAccount | null {
  const { server, path, query, neighbours } = question;
  const own = (text: string): SimulatedAccount | null => {
    const found = world.findAccount(text);
    return found?.server === server ? found : null;
  };
  if (path === '/.well-known/webfinger') return own(query.get('resource') ?? '');
  if (path.startsWith('/api/')) return apiOf(server).about(question);
  const page = pageOf(question);
  return neighbours.find(({ pictureUrl }) => pictureUrl === page) ?? own(page);
}

/** Whether a request is for the actor of the account that it is about, or for its followers. */
export function isForActor(asked: Asked): boolean {
  return asked.account !== null && asked.account.actorUri === pageOf(asked);
}

function pageOf({ server, path }: Omit<Asked, 'account'>): string {
  return `https://${server.host}${path.replace(/\/followers$/, '')}`;
}

/** Where the software of this world has its actors. */
const ACTOR_PATH = /^\/(?:users|accounts|video-channels|u|c)\//;

/** Everything that servers tell programs; null for what is a page for people or nothing. */
export function apiAnswer(asked: Asked): Answer | null {
  const { server, host, path, account } = asked;
  if (path === '/.well-known/webfinger') return host === server.host ? webfinger(account) : delegated(asked);
  if (host !== server.host) return notFound;
  if (path === '/.well-known/nodeinfo') return nodeInfoLinks(server);
  if (path === '/nodeinfo/2.0') return nodeInfo(server);
  if (path.startsWith('/avatars/')) return account ? picture(account.id) : notFound;
  if (path.startsWith('/api/')) return apiOf(server).answer(asked);
  if (!ACTOR_PATH.test(path)) return null;
  if (!account || !isForActor(asked) || suspensionOf(account) === 'unknown') return notFound;
  if (suspensionOf(account) === 'tombstone') return gone;
  return path.endsWith('/followers') ? followers(account, asked.query) : json(actor(account), ACTIVITY_TYPE);
}

function webfinger(account: SimulatedAccount | null): Answer {
  if (!account || suspensionOf(account) === 'unknown') return notFound;
  const { actorUri, url, server } = account;
  if (!account.institution) server.lastAsked = account;
  const subscribe: Record<string, string> = {
    mastodon: `https://${server.host}/authorize_interaction?uri={uri}`,
    misskey: `https://${server.host}/authorize-follow?acct={uri}`,
  };
  const template = subscribe[server.software];
  const links = [
    { rel: 'http://webfinger.net/rel/profile-page', type: 'text/html', href: url },
    { rel: 'self', type: 'application/activity+json', href: actorUri, properties: { [`${ACTIVITY_STREAMS}#type`]: typeOf(account) } },
    ...(template ? [{ rel: 'http://ostatus.org/schema/1.0/subscribe', template }] : []),
    ...(server.software === 'mastodon' ? [{ rel: 'https://w3id.org/fep/3b86/Create', template: `https://${server.host}/share?text={content}` }] : []),
  ];
  return json({ subject: `acct:${textOf(account)}`, aliases: [url, actorUri], links }, JRD_TYPE);
}

/** A domain that only lends its name sends WebFinger to the server, as Mastodon's guide says. */
function delegated({ server, query }: Asked): Answer {
  return redirect(`https://${server.host}/.well-known/webfinger?${query.toString()}`, 301);
}

function nodeInfoLinks({ host }: SimulatedServer): Answer {
  const rel = 'http://nodeinfo.diaspora.software/ns/schema/2.0';
  return json({ links: [{ rel, href: `https://${host}/nodeinfo/2.0` }] });
}

function nodeInfo({ software }: SimulatedServer): Answer {
  return json({
    version: '2.0',
    software: { name: software, version: '1.0.0-simulated' },
    protocols: ['activitypub'],
    services: { inbound: [], outbound: [] },
    openRegistrations: false,
    usage: { users: {} },
    metadata: {},
  });
}

function actor(account: SimulatedAccount): object {
  const { actorUri } = account;
  return {
    '@context': [ACTIVITY_STREAMS, 'https://w3id.org/security/v1'],
    id: actorUri,
    type: typeOf(account),
    preferredUsername: account.handle.user,
    name: account.displayName,
    summary: account.note && `<p>${escapeHtml(account.note)}</p>`,
    url: account.url,
    inbox: `${actorUri}/inbox`,
    outbox: `${actorUri}/outbox`,
    ...(followersAre(account) !== 'none' && { followers: `${actorUri}/followers` }),
    icon: { type: 'Image', mediaType: 'image/png', url: account.pictureUrl },
    attachment: account.fields.map(({ name, value }) => ({ type: 'PropertyValue', name, value: linked(value) })),
    ...(suspensionOf(account) === 'told' && { suspended: true }),
  };
}

function typeOf({ group }: SimulatedAccount): 'Group' | 'Person' {
  return group ? 'Group' : 'Person';
}

/** Newest first, in pages; a hidden list keeps its count to itself too. */
function followers(account: SimulatedAccount, query: URLSearchParams): Answer {
  if (followersAre(account) === 'none') return notFound;
  if (followersAre(account) === 'hidden') return forbidden;
  const id = `${account.actorUri}/followers`;
  const head = { '@context': ACTIVITY_STREAMS, totalItems: countOf(account) };
  const page = Number(query.get('page') ?? 0);
  if (page < 1) return json({ ...head, id, type: 'OrderedCollection', first: `${id}?page=1` }, ACTIVITY_TYPE);
  const orderedItems = account.followers.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE).map((one) => one.actorUri);
  const more = account.followers.length > page * PAGE_SIZE;
  const next = more && { next: `${id}?page=${page + 1}` };
  const type = 'OrderedCollectionPage';
  return json({ ...head, id: `${id}?page=${page}`, type, partOf: id, orderedItems, ...next }, ACTIVITY_TYPE);
}
