import { ACTIVITY_TYPE, forbidden, json, JRD_TYPE, notFound, redirect, type Answer } from './simulated-answers.ts';
import { escapeHtml } from './simulated-html.ts';
import { picture } from './simulated-picture.ts';
import {
  countOf,
  faultOf,
  textOf,
  type SimulatedAccount,
  type SimulatedServer,
  type SimulatedWorld,
} from './simulated-world.ts';

/** A request as the simulated servers see it. */
export interface Asked {
  readonly server: SimulatedServer;
  /** The host that was asked: the server's own, or the domain of its handles. */
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  /** Whom the request is about, if it is about an account of this server. */
  readonly account: SimulatedAccount | null;
}

const PAGE_SIZE = 10;
const ACTIVITY_STREAMS = 'https://www.w3.org/ns/activitystreams';

/** The account that a request is about, in every protocol spoken here. */
export function accountAsked(
  world: SimulatedWorld,
  { server, path, query, body }: Omit<Asked, 'account'>,
): SimulatedAccount | null {
  const own = (text: string): SimulatedAccount | null => {
    const found = world.findAccount(text);
    return found?.server === server ? found : null;
  };
  if (path === '/.well-known/webfinger') return own(query.get('resource') ?? '');
  if (path === '/api/v1/accounts/lookup') return own(withDomain(query.get('acct') ?? '', server));
  if (path === '/api/users/show') return own(withDomain(usernameIn(body), server));
  const page = `https://${server.host}${path.replace(/\/followers$/, '')}`;
  return world.accountsOf(server).find(({ pictureUrl }) => pictureUrl === page) ?? own(page);
}

/** Everything that servers tell programs; null for what is a page for people or nothing. */
export function apiAnswer(asked: Asked): Answer | null {
  const { server, host, path, account } = asked;
  if (path === '/.well-known/webfinger') return host === server.host ? webfinger(account) : delegated(asked);
  if (host !== server.host) return notFound;
  if (path === '/.well-known/nodeinfo') return nodeInfoLinks(server);
  if (path === '/nodeinfo/2.0') return nodeInfo(server);
  if (path.startsWith('/avatars/')) return account ? picture(account.id) : notFound;
  if (path.startsWith('/api/')) return softwareAnswer(asked);
  if (!path.startsWith('/users/')) return null;
  if (!account) return notFound;
  return path.endsWith('/followers') ? followers(account, asked.query) : json(actor(account), ACTIVITY_TYPE);
}

function softwareAnswer({ server, method, path, account }: Asked): Answer {
  switch (`${server.software} ${method} ${path}`) {
    case 'mastodon GET /api/v1/accounts/lookup':
      return account ? json(mastodonAccount(account)) : notFound;
    case 'mastodon GET /api/v1/instance':
    case 'mastodon GET /api/v2/instance':
      return json({
        domain: server.accountDomain,
        version: '4.5.0',
        configuration: { statuses: { max_characters: 500, characters_reserved_per_url: 23 } },
      });
    case 'misskey POST /api/users/show':
      return account && faultOf(account) !== 'suspended' ? json(misskeyUser(account)) : notFound;
    case 'misskey POST /api/meta':
      return json({ version: '2025.4.1', maxNoteTextLength: 3000 });
    default:
      return notFound;
  }
}

function webfinger(account: SimulatedAccount | null): Answer {
  if (!account) return notFound;
  const { actorUri, url, server } = account;
  if (!account.institution) server.lastAsked = account;
  const subscribe: Record<string, string> = {
    mastodon: `https://${server.host}/authorize_interaction?uri={uri}`,
    misskey: `https://${server.host}/authorize-follow?acct={uri}`,
  };
  const template = subscribe[server.software];
  const links = [
    { rel: 'http://webfinger.net/rel/profile-page', type: 'text/html', href: url },
    { rel: 'self', type: 'application/activity+json', href: actorUri },
    ...(template ? [{ rel: 'http://ostatus.org/schema/1.0/subscribe', template }] : []),
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

function mastodonAccount(account: SimulatedAccount): object {
  const suspended = faultOf(account) === 'suspended';
  return {
    id: account.id,
    username: account.handle.user,
    acct: account.handle.user,
    uri: account.actorUri,
    url: account.url,
    display_name: account.displayName,
    note: account.note && `<p>${escapeHtml(account.note)}</p>`,
    avatar: account.pictureUrl,
    avatar_static: account.pictureUrl,
    // A suspended account shows 0; −1 is how some forks say that the count is hidden.
    followers_count: suspended ? 0 : faultOf(account) === 'hidden' ? -1 : countOf(account),
    fields: account.fields.map(({ name, value }) => ({ name, value: linked(value), verified_at: null })),
    ...(suspended && { suspended }),
  };
}

function misskeyUser(account: SimulatedAccount): object {
  const hidden = faultOf(account) === 'hidden';
  return {
    id: account.id,
    name: account.displayName,
    username: account.handle.user,
    host: null,
    avatarUrl: account.pictureUrl,
    description: account.note || null,
    fields: account.fields,
    followersCount: hidden ? 0 : countOf(account),
    followersVisibility: hidden ? 'private' : 'public',
  };
}

function actor(account: SimulatedAccount): object {
  const { actorUri } = account;
  return {
    '@context': [ACTIVITY_STREAMS, 'https://w3id.org/security/v1'],
    id: actorUri,
    type: 'Person',
    preferredUsername: account.handle.user,
    name: account.displayName,
    summary: account.note && `<p>${escapeHtml(account.note)}</p>`,
    url: account.url,
    inbox: `${actorUri}/inbox`,
    outbox: `${actorUri}/outbox`,
    followers: `${actorUri}/followers`,
    icon: { type: 'Image', mediaType: 'image/png', url: account.pictureUrl },
    attachment: account.fields.map(({ name, value }) => ({ type: 'PropertyValue', name, value: linked(value) })),
    ...(faultOf(account) === 'suspended' && { suspended: true }),
  };
}

/** Newest first, in pages; a hidden list keeps its count to itself too. */
function followers(account: SimulatedAccount, query: URLSearchParams): Answer {
  if (faultOf(account) === 'hidden') return forbidden;
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

function withDomain(acct: string, { accountDomain }: SimulatedServer): string {
  return acct.includes('@') ? acct : `${acct}@${accountDomain}`;
}

function usernameIn(body: string): string {
  try {
    const parsed = JSON.parse(body) as { username?: unknown } | null;
    return typeof parsed?.username === 'string' ? parsed.username : '';
  } catch {
    return '';
  }
}

function linked(value: string): string {
  const text = escapeHtml(value);
  return value.startsWith('https://') ? `<a href="${text}" rel="me nofollow noopener">${text}</a>` : text;
}
