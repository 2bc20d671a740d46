import { formatHost, parseHost } from './host.ts';
import type { HostError } from './host.ts';
import { fail, ok } from './result.ts';
import type { Result } from './result.ts';

/**
 * A person or an institution on the fediverse: `user` as it was written, `host` as a lower-case A-label.
 * The host names the account and nothing else: many servers delegate it, so where the API lives is only
 * ever learnt from WebFinger.
 */
export type FediverseHandle = { readonly user: string; readonly host: string };

/** Why a text is not a handle; `host` and `user` are what was understood, to be shown back. */
export type HandleError =
  | { readonly type: 'empty' }
  | { readonly type: 'server-only'; readonly host: string }
  | { readonly type: 'no-server'; readonly user: string }
  | HostError;

const MAX_TEXT = 2048;
/** Bridges name an account after its whole domain (`@example.com@web.brid.gy`), so a name may be as long as one. */
const MAX_USER = 253;
/** Mastodon's `Account::USERNAME_RE`, which Misskey, Pleroma, GoToSocial, Lemmy and PeerTube names satisfy too. */
const USER = /^\w(?:[\w.-]*\w)?$/;
/** Where servers keep profiles: Mastodon and Pleroma; Friendica; Lemmy; PeerTube. */
const PROFILE_FOLDERS = new Set(['users', 'profile', 'u', 'c', 'a', 'accounts', 'video-channels']);
/** Mastodon's web interfaces, old and advanced, put these before a profile's path. */
const INTERFACE_FOLDERS = new Set(['', 'web', 'deck']);

/**
 * Reads a fediverse handle however it was typed or copied: `@u@h`, `u@h`, `acct:u@h`, `!u@h` (a community, as Lemmy
 * writes it), `https://h/@u`, `https://h/users/u`, or `https://h/@u@other`, which is the view of `u@other` from another
 * server.
 */
export function parseFediverseHandle(text: string): Result<FediverseHandle, HandleError> {
  if (text.length > MAX_TEXT) return fail({ type: 'too-long' });
  const typed = tidy(text).replace(/^(?:acct:|!)/i, '');
  if (typed === '' || typed === '@') return fail({ type: 'empty' });
  if (!isAddress(typed)) return fromTyped(typed);

  const address = parseAddress(typed);
  if (address === null) return fail({ type: 'malformed' });
  if (address.username || address.password || address.port) return fail({ type: 'forbidden-host', host: address.host });
  const name = profileName(address);
  if (name === null) return fail({ type: 'malformed' });
  if (name === '') return serverOnly(address.hostname);
  return fromParts(name.includes('@') ? name.split('@') : [name, address.hostname]);
}

/** The handle as people write it, `@user@host`, with the host in its own alphabet where that cannot deceive. */
export function formatHandle(handle: FediverseHandle): string {
  return isOnBluesky(handle) ? `@${formatHost(handle.user)}` : `@${handle.user}@${formatHost(handle.host)}`;
}

/** The canonical text that is stored and sent in protocols: `user@host`. */
export function handleText(handle: FediverseHandle): string {
  return `${handle.user}@${handle.host}`;
}

/** What all spellings of one handle share, because servers compare names without case. */
export function handleKey(handle: FediverseHandle): string {
  return handleText(handle).toLowerCase();
}

/** Whether it is somebody of Bluesky, whose `user` is then the name of a host. */
export function isOnBluesky({ host }: FediverseHandle): boolean {
  return host === BLUESKY_HOST;
}

/** Whether both name the same account. */
export function sameHandle(a: FediverseHandle, b: FediverseHandle): boolean {
  return handleKey(a) === handleKey(b);
}

/** X API v2, `GET /2/users/by`: names match `^[A-Za-z0-9_]{1,15}$`. */
const X_NAME = /^\w+$/;
const MAX_X_NAME = 15;
const X_HOSTS = new Set(['x.com', 'twitter.com']);
/** First path segments of x.com that are pages of the site, not people. */
const X_PAGES = new Set(
  `about compose download explore hashtag help home i intent jobs login logout messages notifications
  oauth privacy search settings share signup tos who_to_follow`.split(/\s+/),
);

/**
 * Reads a name on X, without its @ and in its own casing: `@u`, `u`, the address of a profile on x.com or
 * twitter.com, or the `@u@twitter.com` that people of the fediverse write.
 */
export function parseXHandle(text: string): Result<string, HandleError> {
  if (text.length > MAX_TEXT) return fail({ type: 'too-long' });
  const typed = tidy(text);
  if (typed === '' || typed === '@') return fail({ type: 'empty' });
  if (!isAddress(typed)) {
    const [name = '', host = 'x.com', ...rest] = withoutMark(typed).split('@');
    return rest.length > 0 ? fail({ type: 'malformed' }) : xName(name, host);
  }

  const address = parseAddress(typed);
  if (address === null) return fail({ type: 'malformed' });
  const [, name = ''] = address.pathname.split('/');
  if (name === '') return serverOnly(address.hostname);
  return X_PAGES.has(name.toLowerCase()) ? fail({ type: 'malformed' }) : xName(withoutMark(name), address.host);
}

function xName(name: string, host: string): Result<string, HandleError> {
  const site = host.toLowerCase().replace(/^(?:www|mobile|m)\./, '');
  if (!X_HOSTS.has(site)) return fail({ type: 'forbidden-host', host });
  if (!X_NAME.test(name)) return fail({ type: 'malformed' });
  return name.length > MAX_X_NAME ? fail({ type: 'too-long' }) : ok(name);
}

/** Where every profile of Bluesky is; whoever is there is kept as `name.example@bsky.app` (docs/adr/0020). */
export const BLUESKY_HOST = 'bsky.app';
/** The two methods that atproto knows (its `did` specification): a key in the PLC directory, or the name of a host. */
const PLC_DID = /^did:plc:[a-z2-7]{24}$/;
const WEB_DID = 'did:web:';

/**
 * Reads an account on Bluesky: a handle, which is the name of a host, in lower case, or the DID behind it; with or without
 * an @, as the address of a profile on bsky.app, or as an `at://` address.
 */
export function parseBlueskyHandle(text: string): Result<string, HandleError> {
  if (text.length > MAX_TEXT) return fail({ type: 'too-long' });
  const typed = withoutMark(tidy(text));
  if (typed === '') return fail({ type: 'empty' });
  if (/^at:\/\//i.test(typed)) return blueskyName(typed.split('/')[2] ?? '');
  if (!isAddress(typed)) return blueskyName(typed);
  const address = parseAddress(typed);
  if (address === null) return fail({ type: 'malformed' });
  if (address.host !== BLUESKY_HOST) return fail({ type: 'forbidden-host', host: address.host });
  const [, folder = '', name = ''] = address.pathname.split('/');
  if (folder === '') return serverOnly(address.hostname);
  return folder === 'profile' ? blueskyName(withoutMark(name.replace(/%3a/gi, ':'))) : fail({ type: 'malformed' });
}

function blueskyName(name: string): Result<string, HandleError> {
  const lower = name.toLowerCase();
  if (PLC_DID.test(lower)) return ok(lower);
  if (lower.startsWith(WEB_DID)) {
    const host = parseHost(lower.slice(WEB_DID.length));
    return host.ok ? ok(WEB_DID + host.value) : host;
  }
  if (lower.startsWith('did:')) return fail({ type: 'malformed' });
  const [user = '', host] = lower.split('@');
  if (host !== undefined) return fail({ type: 'forbidden-host', host });
  if (/^[a-z0-9-]+$/.test(user)) return fail({ type: 'no-server', user });
  return parseHost(user);
}

/** Undoes what keyboards and copying add: wide characters, invisible ones, spaces, brackets and punctuation. */
function tidy(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Variation_Selector}]/gu, '')
    .replace(/。/g, '.')
    .replace(/^[\s([{<«“"'‘]+|[\s)\]}>»”"'’.,;:!?/]+$/g, '')
    .replace(/\s*@\s*/g, '@')
    .replace(/%40/g, '@');
}

function withoutMark(name: string): string {
  return name.replace(/^@+/, '');
}

/** Whether the text is a web address, with or without its scheme. */
function isAddress(typed: string): boolean {
  return /^(?:https?:\/\/|[^@/]+\/)/i.test(typed);
}

function parseAddress(typed: string): URL | null {
  return URL.parse(/^https?:/i.test(typed) ? typed : `https://${typed}`);
}

/** The name in the address of a profile or of something below it: '' on the front page, null on other pages. */
function profileName(address: URL): string | null {
  const [first = '', second = ''] = address.pathname.split('/').filter((part) => !INTERFACE_FOLDERS.has(part));
  if (first === '') return '';
  if (first.startsWith('@')) return withoutMark(first);
  return PROFILE_FOLDERS.has(first) && second !== '' ? second : null;
}

function fromTyped(typed: string): Result<FediverseHandle, HandleError> {
  // Nobody starts a server's name with @, so only a bare `mastodon.example` is taken for one.
  if (!typed.includes('@') && /[.:]/.test(typed)) return serverOnly(typed);
  return fromParts(withoutMark(typed).split('@'));
}

function fromParts([name = '', host = '', ...rest]: readonly string[]): Result<FediverseHandle, HandleError> {
  if (rest.length > 0) return fail({ type: 'malformed' });
  if (name.length > MAX_USER) return fail({ type: 'too-long' });
  if (!USER.test(name)) return fail({ type: 'malformed' });
  if (host === '') return fail({ type: 'no-server', user: name });
  const server = parseHost(host);
  return server.ok ? ok({ user: name, host: server.value }) : server;
}

function serverOnly(text: string): Result<never, HandleError> {
  const host = parseHost(text);
  return host.ok ? fail({ type: 'server-only', host: host.value }) : host;
}
