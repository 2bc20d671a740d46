import { network as misskey } from '../../networks/misskey.network.ts';
import { network as pleroma } from '../../networks/pleroma.network.ts';
import { json, notFound, type Answer } from './simulated-answers.ts';
import { escapeHtml, linked } from './simulated-html.ts';
import { countOf, faultOf, textOf, type SimulatedAccount, type SimulatedServer } from './simulated-world.ts';

/** A request as the simulated servers see it. */
export interface Asked {
  readonly server: SimulatedServer;
  /** The host that was asked: the server's own, or the domain of its handles. */
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  /** All accounts of the server. */
  readonly neighbours: readonly SimulatedAccount[];
  /** Whom the request is about, if it is about an account of this server. */
  readonly account: SimulatedAccount | null;
}

type Question = Omit<Asked, 'account'>;

/** A server's own API, as far as Chiche asks it. */
interface SimulatedApi {
  /** Whom a question is about, if it is about one account. */
  about(question: Question): SimulatedAccount | null;
  answer(asked: Asked): Answer;
}

const none: SimulatedApi = { about: () => null, answer: () => notFound };

/** The API of a server, which its relatives share. */
export function apiOf(server: SimulatedServer): SimulatedApi {
  if (misskey.software.includes(server.software)) return misskeyApi;
  if (pleroma.software.includes(server.software)) return pleromaApi;
  return APIS[server.software] ?? none;
}

/** How a server's ActivityPub shows a suspended account; null: as any other, or it is not suspended. */
export function suspensionOf(account: SimulatedAccount): 'told' | 'unknown' | 'tombstone' | null {
  const { software } = account.server;
  if (faultOf(account) !== 'suspended' || software === 'peertube' || pleroma.software.includes(software)) return null;
  if (misskey.software.includes(software)) return 'unknown';
  return software === 'lemmy' ? 'tombstone' : 'told';
}

/** PeerTube cannot hide followers, and people on Lemmy have none. */
export function followersAre(account: SimulatedAccount): 'shown' | 'hidden' | 'none' {
  const { software } = account.server;
  if (software === 'lemmy' && !account.group) return 'none';
  return faultOf(account) === 'hidden' && software !== 'peertube' ? 'hidden' : 'shown';
}

const LOOKUP = '/api/v1/accounts/lookup';

const mastodonApi: SimulatedApi = {
  about: (question) => (question.path === LOOKUP ? named(question, question.query.get('acct')) : null),
  answer({ server, path, query, account, neighbours }) {
    if (path === LOOKUP) return account ? json(mastodonAccount(account)) : notFound;
    if (path === '/api/v1/accounts') return json(withIds(query.getAll('id[]'), neighbours).map(mastodonAccount));
    if (path !== '/api/v1/instance' && path !== '/api/v2/instance') return notFound;
    return json({
      domain: server.accountDomain,
      version: '4.5.0',
      configuration: { statuses: { max_characters: 500, characters_reserved_per_url: 23 } },
    });
  },
};

const pleromaApi: SimulatedApi = {
  about: mastodonApi.about,
  answer: ({ path, account }) => (path === LOOKUP && account ? json(pleromaAccount(account)) : notFound),
};

const SHOW = '/api/users/show';
const NO_SUCH_USER = json({ error: { message: 'No such user.', code: 'NO_SUCH_USER', kind: 'client' } }, undefined, 404);

const misskeyApi: SimulatedApi = {
  about(question) {
    const { userId, username } = fieldsOf(question);
    if (question.path !== SHOW) return null;
    return typeof userId === 'string' ? (withIds([userId], question.neighbours)[0] ?? null) : named(question, username);
  },
  answer(asked) {
    if (asked.path === '/api/meta') return json({ version: '2025.4.1', maxNoteTextLength: 3000 });
    if (asked.path !== SHOW || asked.method !== 'POST') return notFound;
    const { userIds } = fieldsOf(asked);
    if (Array.isArray(userIds)) return json(withIds(userIds, asked.neighbours).filter(isNotSuspended).map(misskeyUser));
    return asked.account && isNotSuspended(asked.account) ? json(misskeyUser(asked.account)) : NO_SUCH_USER;
  },
};

const PEERTUBE = /^\/api\/v1\/(accounts|video-channels)\/([^/]+)$/;

const peerTubeApi: SimulatedApi = {
  about(question) {
    const [, kind = '', name] = PEERTUBE.exec(question.path) ?? [];
    const found = named(question, name);
    return found !== null && found.group === (kind === 'video-channels') ? found : null;
  },
  answer: ({ account }) => (account ? json(peerTubeAccount(account)) : notFound),
};

const lemmyApi: SimulatedApi = {
  about(question) {
    const found = question.path === '/api/v3/community' ? named(question, question.query.get('name')) : null;
    return found?.group ? found : null;
  },
  answer({ account }) {
    if (account && isNotSuspended(account)) return json(lemmyCommunity(account));
    return json({ error: 'couldnt_find_community' }, undefined, 404);
  },
};

const APIS: Readonly<Record<string, SimulatedApi>> = { mastodon: mastodonApi, peertube: peerTubeApi, lemmy: lemmyApi };

function named({ neighbours }: Question, user: unknown): SimulatedAccount | null {
  const wanted = typeof user === 'string' ? user.toLowerCase() : null;
  return neighbours.find(({ handle }) => handle.user.toLowerCase() === wanted) ?? null;
}

/** A list leaves out whoever has something wrong that it cannot tell. */
function withIds(ids: readonly unknown[], neighbours: readonly SimulatedAccount[]): SimulatedAccount[] {
  const isTold = (account: SimulatedAccount): boolean => [null, 'suspended', 'hidden'].includes(faultOf(account));
  return neighbours.filter((account) => ids.includes(account.id) && isTold(account));
}

function isNotSuspended(account: SimulatedAccount): boolean {
  return faultOf(account) !== 'suspended';
}

function fieldsOf({ body }: Question): Record<string, unknown> {
  try {
    return (JSON.parse(body) as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
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

/** Deactivated accounts are shown as before, and a hidden count as 0. */
function pleromaAccount(account: SimulatedAccount): object {
  const hidden = faultOf(account) === 'hidden';
  const { uri: ap_id, suspended: _, ...told } = mastodonAccount(account) as Record<string, unknown>;
  const pleroma = { ap_id, also_known_as: [], hide_followers: hidden, hide_followers_count: hidden };
  return { ...told, fqn: textOf(account), followers_count: hidden ? 0 : countOf(account), pleroma };
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
    movedTo: null,
    alsoKnownAs: null,
    isSilenced: false,
    followersCount: hidden ? 0 : countOf(account),
    followersVisibility: hidden ? 'private' : 'public',
  };
}

function peerTubeAccount(account: SimulatedAccount): object {
  return {
    id: Number(account.id),
    name: account.handle.user,
    host: account.handle.host,
    url: account.actorUri,
    displayName: account.displayName,
    description: account.note || null,
    followersCount: countOf(account),
    avatars: [{ path: new URL(account.pictureUrl).pathname, width: 120 }],
  };
}

function lemmyCommunity(account: SimulatedAccount): object {
  const community = {
    id: Number(account.id),
    name: account.handle.user,
    title: account.displayName,
    description: account.note || null,
    actor_id: account.actorUri,
    icon: account.pictureUrl,
    removed: false,
    deleted: false,
    hidden: false,
  };
  return { community_view: { community, counts: { community_id: community.id, subscribers: countOf(account) } } };
}
